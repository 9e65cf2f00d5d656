"""The kernel of the first step of `filter`: finds the boilerplate lines of a shard's texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaning.documents import TableWriter, read_batches
from cleaning.filter.boilerplate import LONGEST, rule_of
from cleaning.filter.stage import Editing
from cleaning.text import Batch, slices
from cleaning.view import EDITS
from pipeline.errors import Stopped
from pipeline.model.stage import Work


def edit_shard(work: Work[Editing]) -> None:
    """Writes the edits of every document, whether it will stay or not: they do not hang on decisions."""
    row = 0
    with TableWriter(work.output("edits", "edits.parquet"), EDITS) as table:
        for batch in read_batches(work.one("documents").path, ["id", "text"]):
            ids, texts = batch["id"].to_pylist(), batch["text"].to_pylist()
            for start, stop in slices(texts) if work.params.edits else ():
                if work.stopping():
                    raise Stopped
                for index, begin, end, rule in boilerplate(texts[start:stop]):
                    table.add(
                        {
                            "row": row + start + index,
                            "id": ids[start + index],
                            "start": begin,
                            "end": end,
                            "kind": "cut",
                            "rule": rule,
                            "replacement": "",
                        }
                    )
            row += len(texts)
            work.progress(row, None, "documents")


def boilerplate(texts: Sequence[str]) -> Iterator[tuple[int, int, int, str]]:
    """(text, start, end, rule) of each line to cut, in order: from the line's first code point to that
    of the next line that is not empty, so that no gap stays; at the end of a text, to its end.
    """
    batch = Batch(texts)
    short = batch.line_end - batch.line_start <= LONGEST
    for index, text in enumerate(texts):
        offset = int(batch.start[index])
        first, last = int(batch.line_first[index]), int(batch.line_first[index + 1])
        for line in range(first, last):
            if not short[line]:
                continue
            begin = int(batch.line_start[line]) - offset
            rule = rule_of(text[begin : int(batch.line_end[line]) - offset])
            if rule is not None:
                after = int(batch.line_start[line + 1]) - offset if line + 1 < last else len(text)
                yield index, begin, after, rule

"""The kernel of the first step of `filter`: finds the boilerplate lines of a shard's texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from cleaning.documents import TableWriter, read_batches
from cleaning.filter.boilerplate import rule_of
from cleaning.filter.sites import Memory, memory_of, repeated_lines
from cleaning.filter.stage import Editing
from cleaning.sites import LONGEST, key, site_of
from cleaning.text.batch import Batch, slices
from cleaning.view import EDITS
from pipeline.errors import Stopped
from pipeline.model.stage import Work

SITE = "site"  # the rule of lines that a site repeats
LONGEST_TEXT = 10_000_000  # code points; a longer text is read in pieces
PIECE = 2_000_000
_LINE = re.compile(r"\n\s*(?=\S)")  # up to where the next line begins


def edit_shard(work: Work[Editing]) -> None:
    """Writes the edits of every document, whether it will stay or not: they do not hang on decisions."""
    row = 0
    memory = memory_of(work.one("memory").path) if work.inputs.get("memory") else {}
    with TableWriter(work.output("edits", "edits.parquet"), EDITS) as table:
        for batch in read_batches(work.one("documents").path, ["id", "host", "source", "text"]):
            ids, texts = batch["id"].to_pylist(), batch["text"].to_pylist()
            repeated = _of_sites(batch, memory)
            for start, stop in slices(texts) if work.params.edits else ():
                if work.stopping():
                    raise Stopped
                cuts = boilerplate(texts[start:stop], repeated[start:stop])
                if len(texts[start]) > LONGEST_TEXT:  # which is alone
                    cuts = _in_pieces(texts[start], repeated[start])
                for index, begin, end, rule in cuts:
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


def _in_pieces(text: str, repeated: Mapping[int, float]) -> Iterator[tuple[int, int, int, str]]:
    """What `boilerplate` finds in one very long text, in pieces that begin with a line."""
    at = 0
    while at < len(text):
        begins = _LINE.search(text, at + PIECE)
        end = begins.end() if begins else len(text)
        for _, start, stop, rule in boilerplate([text[at:end]], [repeated]):
            yield 0, at + start, at + stop, rule
        at = end


def _of_sites(batch: pa.RecordBatch, memory: Memory) -> list[Mapping[int, float]]:
    """The lines that the site of each document repeats."""
    if not memory:
        return [{}] * len(batch)
    documents = zip(batch["host"].to_pylist(), batch["source"].to_pylist(), strict=True)
    sites = (site_of(host, source) for host, source in documents)
    return [memory.get(key(site), {}) if site else {} for site in sites]


def boilerplate(
    texts: Sequence[str], repeated: Sequence[Mapping[int, float]] = ()
) -> Iterator[tuple[int, int, int, str]]:
    """(text, start, end, rule) of each line to cut, in order: from the line's first code point to that
    of the next line that is not empty, so that no gap stays; at the end of a text, from the end of
    the line before to its own.

    `repeated` are, for each text, the lines that its site repeats, with the share of its pages.
    """
    batch = Batch(texts)
    short = batch.line_end - batch.line_start <= LONGEST
    for index, text in enumerate(texts):
        offset = int(batch.start[index])
        first, last = int(batch.line_first[index]), int(batch.line_first[index + 1])
        begins = (batch.line_start[first:last] - offset).tolist()
        lines = [
            text[begin:end]
            for begin, end in zip(
                begins, (batch.line_end[first:last] - offset).tolist(), strict=True
            )
        ]
        again = repeated_lines(lines, repeated[index]) if repeated and repeated[index] else None
        rules = [
            (rule_of(content) if short[first + line] else None)
            or (SITE if again and again[line] else None)
            for line, content in enumerate(lines)
        ]
        # Where the lines that stay end. A piece of a text ends with a line's end, and more follows.
        stay = max((line for line, rule in enumerate(rules) if not rule), default=-1)
        if stay >= 0 and stay + 1 < len(lines) and not text[-1:].isspace():
            begins[stay + 1] = begins[stay] + len(lines[stay])
        for line, rule in enumerate(rules):
            if rule is not None:
                after = begins[line + 1] if line + 1 < len(lines) else len(text)
                yield index, begins[line], after, rule

"""Passages that are to become documents, and what is left around them, that say what another text says already.

`deduplicate` compares whole documents, before there are passages: here those of equal words are found, signs, case and
white space apart, and those that nearly are (`near_copies.py`). What is more open goes first, then whole documents,
what is left of others, passages; among these the first in the order of the shards stays. So nothing goes for what is
less open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaning.corpus.near_copies import (
    MINHASH,
    PASSAGES,
    RANKS,
    REST,
    WHOLE,
    minhashes,
    near_copies,
)
from cleaning.corpus.passages import by_language, piece
from cleaning.corpus.stage import Comparing, Parting
from cleaning.documents import TableWriter
from cleaning.rights.recorded import is_reserved
from cleaning.text.batch import Batch, slices
from cleaning.view import EditTable, SideTables, read_view
from cleaning.withdrawals.orders import read_ids
from pipeline.model.canonical import digest
from pipeline.model.dataset import File, Manifest
from pipeline.model.record_ids import inner_id
from pipeline.model.stage import Work

TEXTS = pa.schema(
    [
        ("id", pa.string()),
        ("language", pa.string()),
        ("words", pa.string()),
        MINHASH,
        ("rank", pa.int8()),
    ]
)
COPIES = pa.schema([("id", pa.string()), ("of", pa.string())])
PART = "copies"


def find_texts(work: Work[Parting]) -> None:
    """The kernel of the step `texts`: the documents of a shard and the passages in them, each by what it says."""
    policy = work.params.rights
    source = work.one("documents").path
    signals = SideTables([file.path for file in work.inputs["signals"]], ["language", "passages"])
    edits = EditTable([file.path for file in work.inputs["edits"]])
    withdrawn = read_ids([file.path for file in work.inputs.get("withdrawn", [])])
    with TableWriter(work.output("texts", "texts.parquet"), TEXTS) as table:
        for batch in read_view(source, [file.path for file in work.inputs["decisions"]]):
            measured, changes = signals.beside(batch), edits.take(batch["id"])
            columns = (
                batch["id"],
                batch["text"],
                batch["kept"],
                measured["language"],
                measured["passages"],
                pc.struct_field(batch["metadata"], "rights") if policy else pa.nulls(len(batch)),
            )
            named_texts: list[tuple[str, int, str, str]] = []
            rows = zip(*(column.to_pylist() for column in columns), strict=True)
            for place, (id, text, kept, language, spans, rights) in enumerate(rows):
                if not kept or id in withdrawn or (policy and is_reserved(policy, rights or "")):
                    continue
                parts = by_language(text, spans or (), language)
                for label, ranges in parts.items():
                    own_text, _ = piece(text, changes.get(place, []), ranges)
                    own, rank = label == language, REST if len(parts) > 1 else WHOLE
                    name = id if own else inner_id(id, label)
                    named_texts.append((name, rank if own else PASSAGES, label, own_text))
            own_texts = [own_text for *_, own_text in named_texts]
            said = zip(named_texts, _words(own_texts), minhashes(own_texts), strict=True)
            for (name, rank, label, _), words, minhash in said:
                row = {"id": name, "language": label, "rank": rank}
                table.add({**row, "words": words and f"{label} {words}", MINHASH.name: minhash})
    for side in (signals, edits):
        side.finish()


def _words(texts: Sequence[str]) -> Iterator[str | None]:
    """What tells the words of each text from those of others; None where it has none."""
    for begin, stop in slices(texts):
        batch = Batch(texts[begin:stop])
        for first, last in zip(batch.word_first[:-1], batch.word_first[1:], strict=True):
            yield digest([batch.word_hashes[first:last].tobytes().hex()]) if last > first else None


def find_copies(work: Work[Comparing]) -> None:
    """The kernel of the step `copies`: of each shard that has some the texts that are copies, and of what."""
    tables = [file.path for file in work.inputs["texts"]]
    wanted = pa.chunked_array(
        [_texts(path, pc.field("rank") > WHOLE)["words"] for path in tables], pa.string()
    ).unique()
    seen: dict[str, str] = {}  # by its words the text that stays
    copies: list[dict[str, str]] = [{} for _ in tables]
    access = work.params.access or [0] * len(tables)
    for place, rank in product(sorted(set(access)), RANKS):
        for number, path in enumerate(tables):
            if access[number] != place:
                continue
            wanted_rows = pc.field("words").isin(wanted) & (pc.field("rank") == rank)
            copies[number] |= {
                id: first
                for id, words in zip(*_texts(path, wanted_rows).to_pydict().values(), strict=True)
                if (first := seen.setdefault(words, id)) != id and rank > WHOLE
            }
    near: dict[str, str] = {}
    for number, id, of in near_copies(tables, {id for each in copies for id in each}, access):
        near[id] = copies[number][id] = of
    for number, each in enumerate(copies):
        if each:
            rows = [{"id": id, "of": near.get(of, of)} for id, of in each.items()]
            pq.write_table(
                pa.Table.from_pylist(rows, COPIES), work.output(PART, f"{number}.parquet")
            )


def _texts(path: Path, rows: pc.Expression) -> pa.Table:
    rows &= pc.field("words").is_valid()
    return pq.read_table(path, columns=["id", "words"], filters=rows)


def read_copies(tables: Sequence[Path]) -> dict[str, str]:
    """What each text in tables that `find_copies` wrote is a copy of."""
    rows = [row for path in tables for row in pq.read_table(path).to_pylist()]
    return {row["id"]: row["of"] for row in rows}


def copies_of(corpus: Manifest, fetch: Callable[[File], Path]) -> dict[str, str]:
    """What each text of a parted document that is not in a corpus is a copy of."""
    return read_copies([fetch(file) for file in corpus.files(PART)])


def write_copies(work: Work[Any], copies: dict[str, str]) -> None:
    """Writes which texts of parted documents were left out, for who asks what else says the same."""
    if copies:
        rows = [{"id": id, "of": of} for id, of in copies.items()]
        pq.write_table(pa.Table.from_pylist(rows, COPIES), work.output(PART, f"{PART}.parquet"))

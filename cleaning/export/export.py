"""The kernel of `export`: a shard of the corpus to files of flat rows, a row group in memory at a time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaning.decisions import TAGS
from cleaning.documents import TableWriter, read_batches
from cleaning.export.sentences import sentences
from cleaning.export.stage import ACCESS, Format, Writing
from pipeline.errors import Stopped
from pipeline.model.ledger import Characters, Documents, Ledger
from pipeline.model.stage import Work

_METADATA = ("title", "author", "date", "licence", "rights", "access")
COLUMNS = pa.schema(
    [
        *((name, pa.string()) for name in ("id", "url", "host", "domain", "source", *_METADATA)),
        ("captured_at", pa.timestamp("us", tz="UTC")),
        ("language", pa.string()),
        ("text", pa.string()),
    ]
)
_INSIDE = {"source": ("source", "name"), **{name: ("metadata", name) for name in _METADATA}}


def columns_of(corpus: pa.Schema) -> pa.Schema:
    """The columns of an export of such a corpus: with tags where rules tagged."""
    return COLUMNS.append(TAGS) if TAGS.name in corpus.names else COLUMNS


COUNTED = ("licence", "domain", "source")
SHOWN = 5  # beginnings of texts on the card, and of each part of a shard those that it may take
SAMPLE = 280  # characters of each

Write = Callable[[pa.Table], None]


def write_shard(work: Work[Writing]) -> None:
    """Writes the documents of some shards that may be given on, in each form.

    Figures: those documents by licence, domain and source, and `licences`: by licence of each source; `inside` the
    others by source; some beginnings, and the `columns`.
    """
    counted = _Counted()
    documents = Documents()
    characters = Characters()
    samples: list[list[str]] = []
    named = list(zip(work.params.languages, work.inputs["corpus"], strict=True))
    files = {language: [f.path for n, f in named if n == language] for language, _ in named}
    columns: list[str] = []
    for language, paths in files.items():
        count = sum(_given(_flat(b), work.params).num_rows for b in _batches(paths, _TELLING))
        schema = columns_of(pq.read_schema(paths[0]))
        columns = schema.names if count and len(schema) > len(columns) else columns
        shown: dict[str | None, list[str]] = {}
        with ExitStack() as stack:
            writers = []
            for form in work.params.formats if count else ():
                opened, suffix = FORMATS[form]
                path = work.output(f"{language}/{form}", f"{language}{suffix}", count)
                writers.append(stack.enter_context(opened(path, schema)))
            for batch in _batches(paths):
                if work.stopping():
                    raise Stopped
                whole = _flat(batch)
                table = _given(whole, work.params)
                for write in writers:
                    write(table)
                _count(documents, characters, whole, table)
                counted.add(table, _left(whole, work.params))
                _show(shown, table)
                work.progress(documents.in_, None, "documents")
        samples += [[language, text] for text in in_turn(shown.values())[:SHOWN]]
    work.ledger = Ledger(documents=documents, characters=characters)
    work.figures = {"columns": columns, **counted.figures(), "samples": samples}


class _Counted:
    """How many documents are given on by licence, domain and source, and by licence of each source; how many are not
    (`inside`) by source. What a document does not say is empty.
    """

    def __init__(self) -> None:
        self._by = {column: Counter[str]() for column in (*COUNTED, "inside")}
        self._licences: dict[str, Counter[str]] = {}

    def add(self, given: pa.Table, left: pa.Table) -> None:
        columns = {column: _said(given, column) for column in COUNTED}
        for column, values in columns.items():
            self._by[column].update(values)
        self._by["inside"].update(_said(left, "source"))
        for source, licence in zip(columns["source"], columns["licence"], strict=True):
            self._licences.setdefault(source, Counter())[licence] += 1

    def figures(self) -> dict[str, Any]:
        return {
            **{column: dict(sorted(counts.items())) for column, counts in self._by.items()},
            "licences": {
                source: dict(sorted(counts.items()))
                for source, counts in sorted(self._licences.items())
            },
        }


def _said(table: pa.Table, column: str) -> list[str]:
    return [value or "" for value in table[column].to_pylist()]


def _show(shown: dict[str | None, list[str]], table: pa.Table) -> None:
    """Adds beginnings of texts by their source, SHOWN of as many."""
    for source in pc.unique(table["source"]).to_pylist():
        if source not in shown and len(shown) == SHOWN:
            continue
        texts = shown.setdefault(source, [])
        if (missing := SHOWN - len(texts)) > 0:
            rows = pc.index_in(table["source"], pa.array([source], pa.string())).is_valid()
            first = pc.indices_nonzero(rows)[:missing]
            texts += [text[:SAMPLE] for text in table["text"].take(first).to_pylist()]


def in_turn(lists: Iterable[Sequence[Any]]) -> list[Any]:
    """The first of each, then the second of each, and so on."""
    return [one for turn in zip_longest(*lists) for one in turn if one is not None]


def _batches(
    paths: Sequence[Path], columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    return chain.from_iterable(read_batches(path, columns) for path in paths)


_TELLING = ("source", "metadata")  # the columns that say what may be given on


def _count(
    documents: Documents, characters: Characters, whole: pa.Table, published: pa.Table
) -> None:
    documents.in_ += whole.num_rows
    documents.kept += published.num_rows
    before, after = (pc.sum(pc.utf8_length(t["text"])).as_py() or 0 for t in (whole, published))
    characters.in_ += before
    characters.kept += after
    if left := whole.num_rows - published.num_rows:
        documents.removed[ACCESS] = documents.removed.get(ACCESS, 0) + left
        characters.cut[ACCESS] = characters.cut.get(ACCESS, 0) + before - after


def _may(table: pa.Table, wanted: Writing) -> pa.ChunkedArray:
    return pc.is_in(pc.fill_null(table["access"], "open"), pa.array(wanted.access))


def _given(table: pa.Table, wanted: Writing) -> pa.Table:
    """The documents that may be given on; of a corpus that says nothing of access, all are open."""
    return table.filter(_may(table, wanted))


def _left(table: pa.Table, wanted: Writing) -> pa.Table:
    return table.filter(pc.invert(_may(table, wanted)))


def _flat(batch: pa.RecordBatch) -> pa.Table:
    """The columns that others read, those inside a struct beside the rest; null where an earlier version had none."""
    columns = {}
    schema = columns_of(batch.schema)
    for name in schema.names:
        column, *inside = _INSIDE.get(name, (name,))
        there = column in batch.schema.names and (
            not inside or batch.schema.field(column).type.get_field_index(inside[0]) >= 0
        )
        if not there:
            columns[name] = pa.nulls(batch.num_rows, schema.field(name).type)
        else:
            columns[name] = pc.struct_field(batch[column], inside) if inside else batch[column]
    return pa.table(columns, schema=schema)


@contextmanager
def _parquet(path: Path, schema: pa.Schema) -> Iterator[Write]:
    with TableWriter(path, schema) as writer:
        yield writer.write


@contextmanager
def _jsonl(path: Path, schema: pa.Schema) -> Iterator[Write]:
    import zstandard

    def write(table: pa.Table) -> None:
        for row in table.to_pylist():
            captured: Any = row["captured_at"]
            row["captured_at"] = captured and captured.isoformat()
            stream.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")

    with path.open("wb") as file, zstandard.ZstdCompressor().stream_writer(file) as stream:
        yield write


@contextmanager
def _bne(path: Path, schema: pa.Schema) -> Iterator[Write]:
    import zstandard

    def write(table: pa.Table) -> None:
        for text in table["text"].to_pylist():
            stream.write(("\n".join(sentences(text)) + "\n\n").encode())

    with path.open("wb") as file, zstandard.ZstdCompressor().stream_writer(file) as stream:
        yield write


FORMATS: dict[Format, tuple[Any, str]] = {
    "parquet": (_parquet, ".parquet"),
    "jsonl": (_jsonl, ".jsonl.zst"),
    "bne": (_bne, ".txt.zst"),
}

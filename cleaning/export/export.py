"""The kernel of `export`: a shard of the corpus to files of flat rows, a row group in memory at a time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cleaning.documents import TableWriter, read_batches
from cleaning.export.stage import Format, Writing
from pipeline.errors import Stopped
from pipeline.model.dataset import Characters, Documents, Ledger
from pipeline.model.stage import Work

COLUMNS = pa.schema(
    [
        *((name, pa.string()) for name in ("id", "url", "host", "domain", "source")),
        *((name, pa.string()) for name in ("title", "author", "date", "licence", "rights")),
        ("captured_at", pa.timestamp("us", tz="UTC")),
        ("language", pa.string()),
        ("text", pa.string()),
    ]
)
_INSIDE = {
    "source": ("source", "name"),
    **{name: ("metadata", name) for name in ("title", "author", "date", "licence", "rights")},
}

Write = Callable[[pa.Table], None]


def write_shard(work: Work[Writing]) -> None:
    """Writes every document of a shard in each form; figures: documents by licence and by domain."""
    counted = {"licence": Counter[str](), "domain": Counter[str]()}
    documents = characters = 0
    for file, language in zip(work.inputs["corpus"], work.params.languages, strict=True):
        with ExitStack() as stack:
            writers = []
            for form in work.params.formats:
                opened, suffix = FORMATS[form]
                path = work.output(f"{language}/{form}", f"{language}{suffix}", file.file.rows)
                writers.append(stack.enter_context(opened(path)))
            for batch in read_batches(file.path):
                if work.stopping():
                    raise Stopped
                table = _flat(batch)
                for write in writers:
                    write(table)
                documents += table.num_rows
                characters += pc.sum(pc.utf8_length(table["text"])).as_py() or 0
                for column, counts in counted.items():
                    counts.update(table[column].to_pylist())
                work.progress(documents, None, "documents")
    work.ledger = Ledger(
        documents=Documents(in_=documents, kept=documents),
        characters=Characters(in_=characters, kept=characters),
    )
    work.figures = {
        column: {name or "": n for name, n in sorted(counts.items(), key=lambda i: i[0] or "")}
        for column, counts in counted.items()
    }


def _flat(batch: pa.RecordBatch) -> pa.Table:
    """The columns that others read, those inside a struct beside the rest."""
    columns = {}
    for name in COLUMNS.names:
        column, *inside = _INSIDE.get(name, (name,))
        columns[name] = pc.struct_field(batch[column], inside) if inside else batch[column]
    return pa.table(columns, schema=COLUMNS)


@contextmanager
def _parquet(path: Path) -> Iterator[Write]:
    with TableWriter(path, COLUMNS) as writer:
        yield writer.write


@contextmanager
def _jsonl(path: Path) -> Iterator[Write]:
    import zstandard

    def write(table: pa.Table) -> None:
        for row in table.to_pylist():
            captured: Any = row["captured_at"]
            row["captured_at"] = captured and captured.isoformat()
            stream.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")

    with path.open("wb") as file, zstandard.ZstdCompressor().stream_writer(file) as stream:
        yield write


FORMATS: dict[Format, tuple[Any, str]] = {
    "parquet": (_parquet, ".parquet"),
    "jsonl": (_jsonl, ".jsonl.zst"),
}

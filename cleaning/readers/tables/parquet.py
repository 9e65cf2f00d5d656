"""Reads Parquet files: one document a row, as corpora are published on the Hub."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from cleaning.readers.records import Record, SourceSpec, unreadable
from cleaning.readers.tables.entries import ambiguous, asked, entry, missing

ROWS = 256  # that are held at once
_MAGIC = b"PAR1"


def read_parquet(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """One document a row; columns by `spec.fields`. `offset` is the number of the row.

    A row group that is damaged is one unreadable record at its first row.
    """
    for row, _, values in rows_of(path, asked(spec), spec.place("text")):
        yield values if isinstance(values, Record) else _record(row, values, spec, limit)


def is_parquet(path: Path) -> bool:
    """Whether a file begins as one of Parquet."""
    with path.open("rb") as stream:
        return stream.read(len(_MAGIC)) == _MAGIC


def rows_of(
    path: Path, wanted: Collection[str], needed: str = ""
) -> Iterator[tuple[int, int, dict[str, Any] | Record]]:
    """(number, rows of the file, values by column) of each row; of the columns those that are `wanted`.

    What is damaged gives an unreadable record in place of the values: the file, or from a row on its row group; and
    so does a file with two columns of one name that is wanted, or without the one that is `needed`.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    broken = (pa.ArrowException, OSError, UnicodeDecodeError)  # the last of the name of a column
    try:
        file = pq.ParquetFile(path)
        names = file.schema_arrow.names
        columns = [name for name in names if name in wanted]
    except broken as error:
        yield 0, 0, Record(0, unreadable=unreadable("damaged", f"no Parquet file: {error}"))
        return
    with file:
        if why := ambiguous(columns, wanted) or (missing(names, needed) if needed else None):
            yield 0, 0, Record(0, unreadable=why)
            return
        start, rows = 0, file.metadata.num_rows
        for group in range(file.num_row_groups):
            row = start
            try:
                for batch in file.iter_batches(ROWS, [group], columns, use_threads=False):
                    for values in batch.to_pylist():
                        yield row, rows, values
                        row += 1
            except broken as error:
                yield row, rows, Record(row, unreadable=unreadable("damaged", str(error)))
            start += file.metadata.row_group(group).num_rows


def _record(row: int, values: dict[str, Any], spec: SourceSpec, limit: int) -> Record:
    plain = {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}
    record = entry(row, plain, spec)
    size = len((record.text or "").encode("utf-8", "surrogatepass"))
    return record if size <= limit else Record(row, removed=("too_large", size, limit))

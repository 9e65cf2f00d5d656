"""What a document is: its schema, its id, and how batches of rows reach a Parquet file.

Every source, web or dump, gives rows of this one schema; every later table is read and written with the
same two tools, `read_batches` and `TableWriter`, one row group at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaning.web.urls import canonical_url
from pipeline.errors import TahonaError
from pipeline.model.canonical import digest
from pipeline.model.row_groups import RowGroups

SOURCE = pa.struct(
    [
        ("name", pa.string()),  # of the source in the recipe
        ("reader", pa.string()),
        # The file it was read from, by its place below the pattern of the recipe; a member of an archive
        # behind the archive's own; of an index the file that it names.
        ("file", pa.string()),
        # Bytes into that file; into its decompressed content for text and jsonl; the row for parquet.
        ("offset", pa.int64()),
        ("digest", pa.string()),  # sha1 of the decoded payload, as WARC writes it: sha1:BASE32
    ]
)
METADATA = pa.struct(
    [
        (name, pa.string())
        for name in (
            "title",
            "author",
            "date",
            "licence",
            "rights",
            "language",
            "access",
            "confidence",
            "kind",
            "breadcrumb",
            "region",
        )
    ]
)  # access: what may be done with the text (`Access`); confidence: of OCR, the mean of its words'; kind: of a page;
# breadcrumb: the way to it, as the page says it; region: the country of the language, as the page or record says it: MX

DOCUMENTS = pa.schema(
    [
        ("id", pa.string()),
        ("url", pa.string()),  # as recorded; null for dumps that give none
        ("host", pa.string()),
        ("domain", pa.string()),
        ("text", pa.string()),  # NFC; no control character but newline and tab
        ("source", SOURCE),
        ("captured_at", pa.timestamp("us", tz="UTC")),
        ("metadata", METADATA),
    ]
)
REMOVED = pa.schema(
    [*DOCUMENTS, ("rule", pa.string()), ("value", pa.float64()), ("threshold", pa.float64())]
)
# `reason` as `cleaning.readers.records.unreadable` writes it: what is wrong, a colon, the detail.
QUARANTINED = pa.schema([("source", SOURCE), ("url", pa.string()), ("reason", pa.string())])


def web_id(source: str, url: str, captured_at: datetime | None, payload: str) -> str:
    """The id of a web document: 32 hex digits that say where it came from, and nothing of when it was
    processed. `payload` is the digest of the payload.
    """
    when = captured_at.astimezone(UTC).isoformat(timespec="microseconds") if captured_at else None
    return digest(["web", source, canonical_url(url), when, payload])


def entry_id(source: str, entry: str | None, file: str, offset: int, payload: str) -> str:
    """The id of an entry of a dump: of its own id where it has one, else of its place in its file; and of
    the digest of its payload, since files of one name may lie in many folders, and ids may count anew.
    """
    place = ["entry", source, entry] if entry is not None else ["place", source, file, offset]
    return digest([*place, payload])


class TableWriter(RowGroups):
    """Writes rows to a Parquet file (zstd) in row groups of bounded size; use it in a `with`.

    `rows` and `characters` bound a row group, so that a reader of one holds little (characters: the
    string columns named in `measured`, in code points). The same rows give the same bytes. Rows that come
    one by one are `add`ed, those that come in batches `gather`ed; `write` makes one row group of what it gets.
    """

    GATHERED = 8_000_000  # bytes that a row group of gathered batches reaches
    LEVEL = 3  # of zstd

    def __init__(
        self,
        path: Path,
        schema: pa.Schema,
        rows: int = 1024,
        characters: int = 8_000_000,
        measured: Sequence[str] = ("text",),
    ) -> None:
        super().__init__(path, schema, rows, self.GATHERED, self.LEVEL)
        self._most_characters = characters
        self._measured = [name for name in measured if name in schema.names]
        self._pending: list[dict[str, Any]] = []
        self._characters = 0

    def add(self, row: dict[str, Any]) -> None:
        """Adds one row, by column names; an absent column is null. It is emptied once it is in a table: a very long
        text is not held while it is written.
        """
        self._pending.append(row)
        self._characters += sum(len(row.get(name) or "") for name in self._measured)
        if len(self._pending) >= self._most or self._characters >= self._most_characters:
            self.flush()

    def flush(self) -> None:
        """Ends the row group that is being filled."""
        super().flush()
        if self._pending:
            pending, self._pending, self._characters = self._pending, [], 0
            table = pa.Table.from_pylist(pending, schema=self.schema)
            for row in pending:
                row.clear()
            self.write(table)


def field_of(batch: pa.RecordBatch, place: str) -> pa.Array:
    """A column of a batch, or behind a dot a field of one that is a struct; nulls where the file lacks the field."""
    column, _, name = place.partition(".")
    values = batch[column] if column in batch.schema.names else pa.nulls(batch.num_rows)
    if not name:
        return values
    kind = values.type
    if not pa.types.is_struct(kind) or kind.get_field_index(name) < 0:
        return pa.nulls(batch.num_rows, pa.string())
    return pc.struct_field(values, name)


def read_batches(path: Path, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """The row groups of a Parquet file, each as one record batch, in order; `columns` None means all.

    `metadata.kind` is that field of the struct alone; where the file lacks the field it is left out. Raises
    TahonaError where the file is no Parquet file or lacks a column.
    """
    try:
        parquet = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise TahonaError(
            f"{path} cannot be read as Parquet ({error}); run tahona verify"
        ) from error
    with parquet:
        wanted = {column.partition(".")[0] for column in columns or ()}
        missing = wanted - set(parquet.schema_arrow.names)
        if missing:
            raise TahonaError(f"{path} has no column {', '.join(sorted(missing))}")
        for group in range(parquet.num_row_groups):
            table = parquet.read_row_group(group, columns=columns, use_threads=False)
            batches = table.combine_chunks().to_batches()
            del table  # whoever reads may let go of a very long text
            while batches:
                yield batches.pop(0)

"""A Parquet file that is written by row groups: batches are gathered until a group is full."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq


class RowGroups:
    """Writes batches to a Parquet file (zstd) in row groups of bounded size; use it in a `with`.

    A row group ends with the batch by which it has `most` rows, or `size` bytes in memory (None: however many);
    `level` is that of zstd (None: Arrow's). The same batches give the same bytes. After an error nothing that is
    still gathered is written.
    """

    def __init__(
        self,
        path: Path,
        schema: pa.Schema,
        most: int,
        size: int | None = None,
        level: int | None = None,
    ) -> None:
        self.schema = schema
        self.rows = 0
        self._most, self._size = most, size
        self._gathered: list[pa.RecordBatch] = []
        self._writer = pq.ParquetWriter(path, schema, compression="zstd", compression_level=level)

    def gather(self, batch: pa.RecordBatch) -> None:
        """Adds the rows of a batch to the row group that is being filled, and ends it where it is full."""
        self._gathered.append(batch)
        if self._total(lambda b: b.num_rows) >= self._most or (
            self._size is not None and self._total(lambda b: b.nbytes) >= self._size
        ):
            self.flush()

    def _total(self, of: Callable[[pa.RecordBatch], int]) -> int:
        return sum(map(of, self._gathered))

    def write(self, batch: pa.RecordBatch | pa.Table) -> None:
        """Writes a batch as one row group of its own; columns are put in the order of the schema."""
        self.flush()
        if isinstance(batch, pa.RecordBatch):
            batch = pa.Table.from_batches([batch])
        if batch.num_rows:
            table = batch.select(self.schema.names).cast(self.schema)
            self._writer.write_table(table, row_group_size=batch.num_rows)
            self.rows += batch.num_rows

    def flush(self) -> None:
        """Ends the row group that is being filled."""
        if self._gathered:
            gathered, self._gathered = self._gathered, []
            self.write(pa.Table.from_batches(gathered))

    def close(self) -> None:
        """Writes what is gathered and the footer."""
        self.flush()
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._writer.close()

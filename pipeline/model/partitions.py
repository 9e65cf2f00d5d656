"""The shards of a very large dataset as sealed tables of some thousand each, read when they are used."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from pydantic_core import from_json

from pipeline.errors import TahonaError
from pipeline.model.canonical import canonical_json
from pipeline.model.dataset import (
    File,
    Partition,
    Shard,
    Shards,
    Stored,
    Summary,
    Total,
    content_of,
)

if TYPE_CHECKING:
    import pyarrow as pa

SIZE = 4096  # shards of a partition; a dataset of no more has none


class Partitioned(Shards):
    """The shards in the tables of `partitions`; `path` gives the place of one on this machine.

    Remembers the partition that was read last, so that going through them by number reads each once.
    """

    def __init__(self, partitions: Sequence[Partition], path: Callable[[Partition], Path]) -> None:
        self._partitions, self._path = partitions, path
        self._last: tuple[int, list[Shard]] | None = None

    def __len__(self) -> int:
        return sum(p.shards for p in self._partitions)

    def __iter__(self) -> Iterator[Shard]:
        for partition in self._partitions:
            yield from self._read(partition)

    @overload
    def __getitem__(self, index: int) -> Shard: ...
    @overload
    def __getitem__(self, index: slice) -> list[Shard]: ...
    def __getitem__(self, index: int | slice) -> Shard | list[Shard]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        left = range(len(self))[index]  # an IndexError beyond the end
        number = 0
        while left >= self._partitions[number].shards:
            left -= self._partitions[number].shards
            number += 1
        if self._last is None or self._last[0] != number:
            self._last = number, self._read(self._partitions[number])
        return self._last[1][left]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def files(self, part: str | None) -> Iterator[File]:
        """All files in order, or those of one part, without the rest of their shards."""
        for partition in self._partitions:
            for files in self._table(partition, ["files"])["files"].to_pylist():
                yield from (
                    File.model_validate(file)
                    for file in files
                    if part is None or file["part"] == part
                )

    def stored(self) -> Iterator[Stored]:
        """The files that lie in the store, in order."""
        for partition in self._partitions:
            files = self._table(partition, ["files"])["files"].combine_chunks().flatten()
            columns = [
                files.field(name).to_pylist() for name in ("path", "bytes", "sha256", "shard")
            ]
            for path, size, sha256, shard in zip(*columns, strict=True):
                if shard is not None:
                    yield Stored(path, size, sha256)

    def figures(self) -> Iterator[dict[str, Any]]:
        """The figures of each shard, in order, without the rest of it."""
        for partition in self._partitions:
            texts = self._table(partition, ["figures"])["figures"].to_pylist()
            yield from from_json(f"[{','.join(texts)}]")

    def _read(self, partition: Partition) -> list[Shard]:
        table = self._table(partition)
        values = {name: table[name].to_pylist() for name in table.column_names}
        # A column in one call, by a reader that takes a third of the time of Python's.
        for name in _JSON:
            values[name] = from_json(f"[{','.join(values[name])}]")
        rows = zip(*values.values(), strict=True)
        with _uncollected():
            return [Shard.model_validate(dict(zip(values, row, strict=True))) for row in rows]

    def _table(self, partition: Partition, columns: list[str] | None = None) -> pa.Table:
        import pyarrow.parquet

        try:
            path = self._path(partition)
            if path.stat().st_size != partition.bytes:
                raise ValueError(f"{path} has another size than when it was written")
            with pyarrow.parquet.ParquetFile(path) as file:  # `read_table` brings pandas in
                return file.read(columns)
        except (OSError, ValueError) as error:
            raise TahonaError(
                f"{partition.name} of a dataset can't be read ({error}): run `tahona verify --repair` "
                "and run again"
            ) from error


_JSON = ("params", "ledger", "figures", "read")


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of cycles: it looks at a hundred thousand new objects again and again, none of which is
    garbage, and takes as long as making them. Nor does it look at them later: they hold no cycles.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def write(shards: Sequence[Shard], folder: Path) -> Summary:
    """Writes the partitions of a dataset into a folder, and returns their summary."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = ("key", "stage", "step", *_JSON)
    columns = {name: pa.string() for name in File.model_fields if name != "span"}
    file = pa.struct([*(columns | {"rows": pa.int64(), "bytes": pa.int64()}).items()])
    schema = pa.schema([*((name, pa.string()) for name in texts), ("files", pa.list_(file))])
    partitions: list[Partition] = []
    rest = iter(shards)
    while some := list(islice(rest, SIZE)):
        path = folder / f"shards-{len(partitions):05}.parquet"
        rows = [_row(shard) for shard in some]
        pq.write_table(pa.Table.from_pylist(rows, schema), path, compression="zstd")
        partitions.append(
            Partition(
                name=path.name,
                shards=len(some),
                bytes=path.stat().st_size,
                sha256=_digest(path),
            )
        )
    totals: dict[str, Total] = {}
    for shard in shards:
        for file in shard.files:
            total = totals.setdefault(file.part, Total())
            total.files += 1
            total.rows += file.rows or 0
            total.bytes += file.bytes
    contents = {part: content_of(shards, (part,)) for part in sorted(totals)}
    contents[""] = content_of(shards, None)
    return Summary(partitions=partitions, totals=dict(sorted(totals.items())), contents=contents)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _row(shard: Shard) -> dict[str, Any]:
    row = shard.to_json()
    for name in _JSON:
        row[name] = canonical_json(row.get(name, {})).decode()
    return row

"""Which shards of a large dataset hold a record of a value: a table that the first question makes and leaves."""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest, Shard
from pipeline.store.store import Store

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "ids.parquet"  # beside the manifest, and removed with it
_HEAD = 8  # characters of an id that are kept: of a hundred million, that another one has them is no rare case
_TAIL = -40  # of an address: its beginning is that of all of its site
_SLICES = {"url": (_TAIL, None), "host": (0, None)}  # of other columns than ids
_AT_ONCE = 8  # threads, each with so many shards in turn
_TURN = 128
_ROWS = 100_000


def shards_with(store: Store, manifest: Manifest, value: str, columns: Sequence[str]) -> list[int]:
    """The numbers of the shards that may hold a record whose first column of `columns` is `value`.

    None that does is left out. To know it, the first call reads that column of the whole dataset; it
    leaves the table in the store, where that may be written.
    """
    import pyarrow.parquet as pq

    begin, end = _SLICES.get(columns[0], (0, _HEAD))
    name = f"{columns[0]}s.parquet" if columns[0] in _SLICES else NAME
    path, wanted = f"datasets/{manifest.reference}/{name}", value[begin:end]
    with suppress(OSError, ValueError):  # there is none yet, or it is damaged
        local = store.path(path)  # of a file here only the row groups that may hold it are read
        place = local if local and local.is_file() else io.BytesIO(store.backend.read(path))
        return _numbers(pq.read_table(place, filters=[("id", "=", wanted)]))
    table = _table(store, manifest, columns)
    data = io.BytesIO()
    pq.write_table(table, data, row_group_size=_ROWS, compression="zstd")
    with suppress(OSError, TahonaError):  # without permission to write it is built again each time
        store.backend.write(path, data.getvalue())
    return _numbers(table.filter(_same(table, wanted)))


def _numbers(table: pa.Table) -> list[int]:
    return sorted(set(table["shard"].to_pylist()))


def _same(table: pa.Table, wanted: str) -> pa.Array:
    import pyarrow.compute as pc

    return pc.equal(table["id"], wanted)


def _table(store: Store, manifest: Manifest, columns: Sequence[str]) -> pa.Table:
    """What is kept of all values in order, each with the number of its shard."""
    import pyarrow as pa

    schema = pa.schema([("id", pa.string()), ("shard", pa.int32())])
    tables = [schema.empty_table()]
    shards = enumerate(manifest.shards)
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        # Some at a time, so that not all shards of a large dataset are in memory.
        while some := list(islice(shards, _AT_ONCE * _TURN)):
            turns = [some[n : n + _TURN] for n in range(0, len(some), _TURN)]
            tables += threads.map(lambda turn: _values(store, turn, columns, schema), turns)
    return pa.concat_tables(tables).sort_by([("id", "ascending"), ("shard", "ascending")])


def _values(
    store: Store, shards: Sequence[tuple[int, Shard]], columns: Sequence[str], schema: pa.Schema
) -> pa.Table:
    """What is kept of the values of some shards, by number, each once a shard."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    begin, end = _SLICES.get(columns[0], (0, _HEAD))
    chunks: list[pa.Array] = []
    numbers: list[int] = []
    for number, shard in shards:
        for file in shard.files:
            if not file.name.endswith(".parquet") or not file.rows:
                continue
            with pq.ParquetFile(store.fetch(file)) as parquet:
                for column in columns:
                    # Most are small: to share one among threads takes longer than to read it.
                    table = parquet.read(columns=[column], use_threads=False)
                    if table.num_columns:  # else it has no such column
                        values = table[column]
                        values = values if values.type == pa.string() else values.cast(pa.string())
                        chunks += values.chunks
                        numbers += [number] * len(values)
                        break
    values = pa.chunked_array(chunks, pa.string())
    if (begin, end) != (0, None):
        values = pc.utf8_slice_codeunits(values, begin, end)
    table = pa.Table.from_arrays([values, pa.array(numbers, pa.int32())], schema=schema)
    return table.group_by(["id", "shard"], use_threads=False).aggregate([])

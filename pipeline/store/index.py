"""Which shards of a large dataset hold a record: an index of hashes that the first question makes and leaves."""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from pipeline.errors import TahonaError
from pipeline.model.dataset import File, Manifest, Shard
from pipeline.store.lookup import LOOKUP, hashes_of, lookup_hash, unsealed_hashes
from pipeline.store.store import Store

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

INDEX = "lookup.parquet"  # beside the manifest, and removed with it
_AT_ONCE = 8  # threads, each with so many shards in turn
_TURN = 128
_ROWS = 100_000


def shards_with(store: Store, manifest: Manifest, value: str) -> list[int]:
    """The numbers of the shards that may hold a record with this id (or what begins with its first eight digits),
    address or host.

    None that does is left out. The first call gathers the hashes of all shards and leaves them, in order, in the
    store, where that may be written.
    """
    import pyarrow.parquet as pq

    path, wanted = f"datasets/{manifest.reference}/{INDEX}", [("hash", "=", lookup_hash(value))]
    with suppress(OSError, ValueError):  # there is none yet, or it is damaged
        local = store.path(path)  # of a file here only the row groups that may hold it are read
        place = local if local and local.is_file() else io.BytesIO(store.backend.read(path))
        return _numbers(pq.read_table(place, filters=wanted))
    data = io.BytesIO()
    pq.write_table(_index(store, manifest), data, row_group_size=_ROWS, compression="zstd")
    with suppress(OSError, TahonaError):  # without permission to write it is built again each time
        store.backend.write(path, data.getvalue())
    data.seek(0)
    return _numbers(pq.read_table(data, filters=wanted))


def _numbers(table: pa.Table) -> list[int]:
    return sorted(set(table["shard"].to_pylist()))


def _index(store: Store, manifest: Manifest) -> pa.Table:
    """All hashes in order, each with the number of its shard."""
    import numpy as np
    import pyarrow as pa

    hashes, numbers, counts = [np.empty(0, np.uint32)], [0], [0]
    shards = enumerate(manifest.shards)
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        # Some at a time, so that not all shards of a large dataset are in memory.
        while some := list(islice(shards, _AT_ONCE * _TURN)):
            turns = [some[n : n + _TURN] for n in range(0, len(some), _TURN)]
            for turn in threads.map(partial(_hashes, store), turns):
                for number, one in turn:
                    hashes.append(one)
                    numbers.append(number)
                    counts.append(len(one))
    every = np.concatenate(hashes)
    of = np.repeat(np.array(numbers, np.int32), counts)
    order = np.argsort(every, kind="stable")
    return pa.table({"hash": every[order], "shard": of[order]})


def _hashes(
    store: Store, shards: Sequence[tuple[int, Shard]]
) -> list[tuple[int, np.ndarray[Any, Any]]]:
    """The hashes of some shards, each with its number; those of several steps, if a stage used their files."""
    tables: dict[tuple[int, str], list[File]] = {}
    for number, shard in shards:
        for file in shard.files:
            if file.shard is not None and file.rows and file.name.endswith(".parquet"):
                tables.setdefault((number, file.path.rpartition("/")[0]), []).append(file)
    every = []
    contents = store.backend.read_all([f"{folder}/{LOOKUP}" for _, folder in tables])
    for ((number, _), files), content in zip(tables.items(), contents, strict=True):
        hashes = unsealed_hashes(content)
        if hashes is None:  # an earlier version computed it
            hashes = hashes_of(store.fetch(file) for file in files)
        every.append((number, hashes))
    return every

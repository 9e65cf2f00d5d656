"""What the records of a shard are looked up by: hashes of their ids, addresses and hosts, in a file beside its tables.

It is written when the shard is committed, so that nobody has to open the tables of a hundred thousand shards to learn
which of them hold a record. Shards of earlier versions have none; for these the same is read from the tables.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

LOOKUP = "lookup.bin"  # in the folder of a shard, in no record and no key
_COLUMNS = ("id", "document", "url", "host")
_DIGITS = re.compile("[0-9a-f]{8}")
_SEAL = hashlib.sha256().digest_size


def lookup_hash(value: str) -> int:
    """Four bytes: those that an id begins with, so that its first eight digits find it; of other values a checksum."""
    return (
        int(value[:8], 16) if _DIGITS.match(value) else zlib.crc32(value.encode(errors="replace"))
    )


def hashes_of(tables: Iterable[Path]) -> np.ndarray[Any, Any]:
    """The hashes of the records of some Parquet files, in order, each once."""
    import numpy as np
    import pyarrow.parquet as pq

    hashes: set[int] = set()
    for path in tables:
        with pq.ParquetFile(path) as parquet:
            columns = [name for name in _COLUMNS if name in parquet.schema.names]
            for group in range(parquet.num_row_groups) if columns else ():
                # Most tables are small: to share one among threads takes longer than to read it.
                for column in parquet.read_row_group(group, columns, use_threads=False).columns:
                    values = {value for value in column.to_pylist() if isinstance(value, str)}
                    hashes.update(map(lookup_hash, values))
    return np.array(sorted(hashes), np.uint32)


def sealed_hashes(hashes: np.ndarray[Any, Any]) -> bytes:
    """The content of the file of a shard: the hashes, and their sha256 at the end."""
    data = hashes.astype("<u4").tobytes()
    return data + hashlib.sha256(data).digest()


def unsealed_hashes(content: bytes | None) -> np.ndarray[Any, Any] | None:
    """The hashes in the file of a shard; None where there is none or it is damaged."""
    import numpy as np

    if content is None or hashlib.sha256(content[:-_SEAL]).digest() != content[-_SEAL:]:
        return None
    return np.frombuffer(content[:-_SEAL], "<u4")

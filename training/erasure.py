"""Takes the tokens of some documents out of token files and indexes: each becomes the id that ends a document.

Lengths and places stay, so every other document stands where it stood, and a step reads the blocks that it read.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline.model.record_ids import whole_ids
from training.index.build import sorted_suffixes
from training.shard.megatron import Sequences


def erase_tokens(tokens: Path, index: Path, table: Path, aside: Path, ids: Collection[str]) -> int:
    """Writes a `.bin` anew; gives how many sequences were erased, and writes nothing where there are none."""
    chosen = _chosen(table, ids)
    if not len(chosen):
        return 0
    sequences = Sequences(tokens, index)
    shutil.copyfile(tokens, aside)
    copy = np.memmap(aside, sequences.type, "r+")
    return _erase(copy, sequences.starts[chosen], sequences.lengths[chosen])


def erase_index(
    tokens: Path,
    starts: Path,
    table: Path,
    kind: str,
    aside: tuple[Path, Path],
    ids: Collection[str],
) -> int:
    """Writes the tokens of a segment of an index and the order of their suffixes anew."""
    chosen = _chosen(table, ids)
    if not len(chosen):
        return 0
    shutil.copyfile(tokens, aside[0])
    copy = np.memmap(aside[0], kind, "r+")
    ends = np.fromfile(starts, "<i8")
    erased = _erase(copy, ends[:-1][chosen], np.diff(ends)[chosen])
    if erased:
        aside[1].write_bytes(sorted_suffixes(copy).data)
    return erased


def _chosen(table: Path, ids: Collection[str]) -> NDArray[np.int64]:
    """The rows of some documents, and of passages of them that became documents of their own."""
    column = whole_ids(pq.read_table(table, columns=["id"])["id"])
    return np.asarray(
        pc.indices_nonzero(pc.is_in(column, pa.array(sorted(ids), pa.string())))
    ).astype(np.int64)


def _erase(stored: np.memmap, starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> int:
    """Of sequences; how many there were that held anything else."""
    erased = 0
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        sequence = stored[start : start + length]
        if length and (sequence != sequence[-1]).any():
            sequence[:] = sequence[-1]
            erased += 1
    stored.flush()
    return erased

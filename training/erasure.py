"""Takes the tokens of some documents out of token files and indexes: each becomes the id that ends a document.

Lengths and places stay, so every other document stands where it stood, and a step reads the blocks that it read.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline.model.record_ids import whole_ids
from training.index.build import sorted_suffixes
from training.shard.megatron import Sequences


def erase_tokens(
    names: Collection[str],
    path: Callable[[str], Path],
    figures: Mapping[str, Any],
    ids: Collection[str],
    folder: Path,
) -> dict[str, tuple[Path, int]]:
    """Writes the `.bin` files anew that have sequences of documents; how many were erased of each."""
    rewritten: dict[str, tuple[Path, int]] = {}
    for name in names:
        stem, _, suffix = name.rpartition(".")
        chosen = _chosen(path(f"{stem}.parquet"), ids) if suffix == "idx" else ()
        if len(chosen):
            tokens, aside = path(f"{stem}.bin"), folder / f"{stem}.bin"
            sequences = Sequences(tokens, path(name))
            shutil.copyfile(tokens, aside)
            copy = np.memmap(aside, sequences.type, "r+")
            if erased := _erase(copy, sequences.starts[chosen], sequences.lengths[chosen]):
                rewritten[aside.name] = aside, erased
    return rewritten


def erase_index(
    names: Collection[str],
    path: Callable[[str], Path],
    figures: Mapping[str, Any],
    ids: Collection[str],
    folder: Path,
) -> dict[str, tuple[Path, int]]:
    """Writes the tokens of a segment of an index and the order of their suffixes anew."""
    chosen = _chosen(path("sequences.parquet"), ids)
    if not len(chosen):
        return {}
    tokens, suffixes = folder / "tokens.bin", folder / "suffixes.bin"
    shutil.copyfile(path(tokens.name), tokens)
    copy = np.memmap(tokens, figures["type"], "r+")
    ends = np.fromfile(path("starts.bin"), "<i8")
    if not (erased := _erase(copy, ends[:-1][chosen], np.diff(ends)[chosen])):
        return {}
    suffixes.write_bytes(sorted_suffixes(copy).data)
    return {tokens.name: (tokens, erased), suffixes.name: (suffixes, 0)}


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

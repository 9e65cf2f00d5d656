"""Which split a document belongs to: a hash of its cluster, so that near-duplicates stay together.

A function of the seed and one name alone: no document moves when others come or go, and the result
does not depend on the order of the shards. The sizes are therefore expectations: of 60 documents, 5 %
for validation is none at all in one case of twenty.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

SPLITS = ("train", "validation", "test")


def read_clusters(tables: Sequence[Path]) -> dict[str, str]:
    """Document id to cluster, for the documents that have near-duplicates."""
    clusters: dict[str, str] = {}
    for path in tables:
        for batch in pq.ParquetFile(path).iter_batches(columns=["id", "cluster"]):
            clusters.update(
                zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
            )
    return clusters


def split_of(name: str, seed: int, validation: float, test: float) -> str:
    """The split of a cluster or of a lone document: `train`, `validation` or `test`.

    `validation` and `test` are shares of the documents. They are taken from the two ends of the unit
    interval, so that changing one moves no document into or out of the other.
    """
    hashed = hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=8).digest()
    at = int.from_bytes(hashed, "little") / 2**64
    if at < test:
        return "test"
    return "validation" if at >= 1 - validation else "train"

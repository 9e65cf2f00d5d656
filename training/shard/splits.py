"""Which split a text belongs to: a hash of its cluster, so that near-duplicates stay together.

A function of the seed and one name alone: no document moves when others come or go, and the result
does not depend on the order of the shards. The sizes are therefore expectations: of 60 documents, 5 %
for validation is none at all in one case of twenty.

A long document, say a novel, would be held out whole or not at all, and a domain of twenty novels hardly ever be
measured: it is split by passages, each by a hash of its own. Not one with near-duplicates, whose passages
might stand in another one too: it goes whole, with its cluster.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

SPLITS = ("train", "validation", "test")


def read_clusters(tables: Sequence[Path], column: str = "cluster") -> dict[str, Any]:
    """Document id to cluster (or its `size`), for the documents that have near-duplicates."""
    clusters: dict[str, Any] = {}
    for path in tables:
        for batch in pq.ParquetFile(path).iter_batches(columns=["id", column]):
            clusters.update(
                zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
            )
    return clusters


LONG = 16  # passages, of a document that is split by them


def sequences_of(
    text: str, name: str, alone: bool, passage: int, split: Callable[[str], str]
) -> Iterator[tuple[int, str, str]]:
    """The sequences of a document: where each begins (in code points), its split and its text.

    One, or of a document of LONG `passage`s of characters that has no near-duplicate the longest runs of
    passages of one split; held-out ones of one passage or few. A passage ends at the first end of a
    line after so many characters, else at a space, else there.
    """
    if not alone or not passage or len(text) < LONG * passage:
        yield 0, split(name), text
        return
    begin, current = 0, ""
    for number, at in enumerate(_passages(text, passage)):
        own = split(f"{name}#{number}")
        if current and own != current:
            yield begin, current, text[begin:at]
            begin = at
        current = own
    yield begin, current, text[begin:]


def _passages(text: str, passage: int) -> Iterator[int]:
    """Where the passages begin."""
    begin = 0
    while begin < len(text):
        most = min(len(text), begin + 2 * passage)
        end = text.find("\n", begin + passage, most) + 1 or text.find(" ", begin + passage, most)
        end = end if end > 0 else most
        if len(text) - end < passage:
            end = len(text)
        yield begin
        begin = end


def split_of(name: str, seed: int, validation: float, test: float) -> str:
    """The split of a cluster, a lone document or a passage: `train`, `validation` or `test`.

    `validation` and `test` are shares of them. They are taken from the two ends of the unit
    interval, so that changing one moves no document into or out of the other.
    """
    hashed = hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=8).digest()
    at = int.from_bytes(hashed, "little") / 2**64
    if at < test:
        return "test"
    return "validation" if at >= 1 - validation else "train"

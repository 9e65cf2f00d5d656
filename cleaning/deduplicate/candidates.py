"""Which documents may be alike: the pairs that the bands propose.

A bucket is the documents that share the hash of a band, in order of rank: longer text first, then the
smaller id. Each document is paired with those above it in its bucket, with LEADERS of them at most, so
that a template with a hundred thousand copies costs no square of that. The pairs of all bands are
written by partition of the lower document; there each pair stands once, and is verified once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from cleaning.deduplicate.signatures import Numbers, Signatures
from cleaning.deduplicate.stage import Proposing
from cleaning.documents import TableWriter
from cleaning.text import Hashes
from cleaning.view import kept_rows
from pipeline.errors import TahonaError
from pipeline.model.stage import Work

LEADERS = 64
CHUNK = 1 << 20  # candidate pairs made at once
LARGEST = 1 << 32  # documents that a pair of 32-bit numbers can name

CANDIDATES = pa.schema([("above", pa.uint32()), ("below", pa.uint32()), ("exact", pa.bool_())])
RANK = [("characters", "descending"), ("id", "ascending"), ("number", "ascending")]


@dataclass(frozen=True)
class Buckets:
    """The documents that share a bucket with another, sorted by bucket and, in each, by rank."""

    bucket: Numbers
    number: Numbers
    characters: Numbers
    shingles: Numbers
    equal: Numbers  # the place of the first in the bucket that has the same text

    def select(self, places: NDArray[np.bool_]) -> Buckets:
        """Some of the documents; `equal` loses its meaning."""
        columns = (self.bucket, self.number, self.characters, self.shingles, self.equal)
        return Buckets(*(column[places] for column in columns))


def propose_pairs(work: Work[Proposing]) -> None:
    """Writes the candidate pairs of one band, or of the exact hashes (the last band, without threshold).

    In a band, of documents with the same text only the first in rank is a candidate: what holds for it
    holds for the others. Pairs whose sizes rule out the threshold are left out.
    """
    buckets = _read_buckets(work)
    threshold = work.params.threshold
    exact = threshold is None
    pairs = _equal_pairs(buckets) if threshold is None else _leader_pairs(buckets, threshold)
    size = work.params.pair_rows
    writers: dict[int, TableWriter] = {}
    count = 0
    with ExitStack() as stack:
        for above, below in pairs:
            count += len(above)
            partitions = below // size
            for partition in sorted(set(partitions.tolist())):
                if partition not in writers:
                    name = partition_part(partition)
                    writer = TableWriter(work.output(name, f"{name}.parquet"), CANDIDATES)
                    writers[partition] = stack.enter_context(writer)
                here = partitions == partition
                columns = [above[here], below[here], np.full(int(here.sum()), exact)]
                writers[partition].write(table_of(CANDIDATES, columns))
    sizes = np.bincount(buckets.bucket)
    work.figures = {"candidates": count, "largest_bucket": int(sizes.max(initial=0))}


def partition_part(partition: int) -> str:
    """The name of the part that holds a partition's candidates."""
    return f"partition-{partition:05d}"


def _read_buckets(work: Work[Proposing]) -> Buckets:
    numbers, hashes = _read_band(work)
    order = np.argsort(hashes, kind="stable")
    numbers, hashes = numbers[order], hashes[order]
    same = hashes[1:] == hashes[:-1]
    shared = np.zeros(len(hashes), bool)
    shared[1:] |= same
    shared[:-1] |= same
    bucket = np.cumsum(begins(same)[: len(hashes)])[shared]
    numbers = numbers[shared]
    order = np.argsort(numbers)
    columns = ["id", "characters", "shingles", "exact_high", "exact_low"]
    table = Signatures(work.inputs["signatures"]).rows(numbers[order], columns)
    table = table.append_column("number", pa.array(numbers[order]))
    table = table.append_column("bucket", pa.array(bucket[order]))
    # The number makes the order total: two documents share an id only where a file is given twice.
    ranked = pc.sort_indices(table, sort_keys=[("bucket", "ascending"), *RANK])
    table = table.drop_columns("id").take(ranked)
    arrays = {name: table[name].to_numpy() for name in table.column_names}
    equal = _first_of_equals([arrays["bucket"], arrays["exact_high"], arrays["exact_low"]])
    return Buckets(
        arrays["bucket"], arrays["number"], arrays["characters"], arrays["shingles"], equal
    )


def _read_band(work: Work[Proposing]) -> tuple[Numbers, Hashes]:
    """The numbers and band hashes of the kept documents that fall into the task's partition of hashes."""
    band, partition, partitions = work.params.band, work.params.partition, work.params.of
    decisions = work.inputs["decisions"]
    layers = len(decisions) // max(len(work.inputs["bands"]), 1)
    numbers, hashes = [np.empty(0, np.int64)], [np.empty(0, np.uint64)]
    start = 0
    for i, file in enumerate(work.inputs["bands"]):
        column = _read_row(file.path, band, work.inputs["signatures"][i].path)
        tables = [f.path for f in decisions[i * layers : (i + 1) * layers]]
        wanted = kept_rows(tables, len(column)).to_numpy(zero_copy_only=False)
        wanted &= (column != 0) & (column % np.uint64(partitions) == partition)
        numbers.append(np.flatnonzero(wanted) + start)
        hashes.append(column[wanted])
        start += len(column)
        work.progress(i + 1, len(work.inputs["bands"]), "shards")
    if start > LARGEST:
        raise TahonaError(f"{start} documents are too many for one deduplicate: split the recipe")
    return np.concatenate(numbers), np.concatenate(hashes)


def _read_row(bands: Path, band: int, signatures: Path) -> Hashes:
    """One row of `bands.npy`. Not by `np.load`, whose parser of headers is unsafe in threads.

    It uses `ast`, which in CPython 3.11 counts its depth for all threads together and now and then
    fails with a SystemError.
    """
    documents = pq.read_metadata(signatures).num_rows
    with bands.open("rb") as stream:
        np.lib.format.read_magic(stream)
        header = int.from_bytes(stream.read(2), "little")
        offset = stream.tell() + header + band * documents * 8
    return np.fromfile(bands, "<u8", documents, offset=offset)


def _first_of_equals(keys: list[NDArray[np.generic]]) -> Numbers:
    """For each place the first place at which all keys are the same."""
    order = np.lexsort(keys)  # stable: among equals the first stays first
    if not len(order):
        return order
    same = np.ones(len(order) - 1, bool)
    for key in keys:
        same &= key[order[1:]] == key[order[:-1]]
    opens = begins(same)
    first = np.empty(len(order), np.int64)
    first[order] = order[opens][np.cumsum(opens) - 1]
    return first


def _equal_pairs(buckets: Buckets) -> Iterator[tuple[Numbers, Numbers]]:
    """Each document with the first in rank that has the same text."""
    copies = np.flatnonzero(buckets.equal != np.arange(len(buckets.equal)))
    for start in range(0, len(copies), CHUNK):
        below = copies[start : start + CHUNK]
        yield buckets.number[buckets.equal[below]], buckets.number[below]


def _leader_pairs(buckets: Buckets, threshold: float) -> Iterator[tuple[Numbers, Numbers]]:
    """Each document with those above it in its bucket; with the first LEADERS of like length of many."""
    buckets = buckets.select(buckets.equal == np.arange(len(buckets.equal)))
    place = np.arange(len(buckets.bucket))
    opens = begins(buckets.bucket[1:] == buckets.bucket[:-1])[: len(place)]
    start = place[opens][np.cumsum(opens) - 1]
    first = np.where(place - start <= LEADERS, start, _first_alike(buckets, start, threshold))
    count = np.minimum(place - start, LEADERS)
    ends = np.cumsum(count)
    at = 0
    while at < len(place):
        done = int(ends[at - 1]) if at else 0
        stop = max(at + 1, int(np.searchsorted(ends, done + CHUNK, side="right")))
        below = np.repeat(place[at:stop], count[at:stop])
        offset = np.repeat(ends[at:stop] - count[at:stop], count[at:stop])
        above = np.repeat(first[at:stop], count[at:stop]) + np.arange(len(below)) + done - offset
        at = stop
        sizes = buckets.shingles[above], buckets.shingles[below]
        possible = np.minimum(*sizes) / np.maximum(*sizes) >= threshold
        if possible.any():
            yield buckets.number[above[possible]], buckets.number[below[possible]]


def _first_alike(buckets: Buckets, start: Numbers, threshold: float) -> Numbers:
    """The first place in each document's bucket whose text isn't too long to be like it.

    At least LEADERS places above the document itself, so that none goes without comparison.
    """
    span = int(buckets.characters.max(initial=0)) + 1
    longest = np.minimum(buckets.characters / threshold, span - 1).astype(np.int64)
    keys = buckets.bucket * span - buckets.characters  # ascending: longer texts come first
    first = np.searchsorted(keys, buckets.bucket * span - longest)
    return np.maximum(np.minimum(first, np.arange(len(start)) - LEADERS), start)


def begins(same: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where runs of equals begin, from whether each but the first equals the one before it."""
    return np.concatenate([[True], ~same])


def table_of(schema: pa.Schema, columns: list[NDArray[np.generic]]) -> pa.Table:
    """Columns as a table, each cast to the type that it has there."""
    arrays = [pa.array(c).cast(f.type) for c, f in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)

"""What is asked of the documents of a group of shards, brought to each group of pairs that asked."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cleaning.deduplicate.compiled import gather
from cleaning.deduplicate.pairs.requests import NEEDED
from cleaning.deduplicate.params import Bringing
from cleaning.deduplicate.signatures.signatures import ROW_GROUP, Numbers, read_ends, read_hashes
from cleaning.documents import TableWriter, read_batches
from pipeline.model.stage import Work

CARDS = pa.schema(
    [
        ("number", pa.int64()),
        ("id", pa.string()),
        ("source", pa.string()),
        ("host", pa.uint64()),
        ("quality", pa.float64()),
        ("characters", pa.int64()),
        (
            "shingles",
            pa.int64(),
        ),  # how many of them stand in the file beside; 0 where none was asked for
        ("set", pa.int64()),  # how many the document has
    ]
)
CHUNK = 1 << 13  # documents whose shingles are gathered at once


def bring_cards(work: Work[Bringing]) -> None:
    """Writes a table and the shingles of the documents that each group of pairs asked for."""
    needs = [np.fromfile(file.path, NEEDED) for file in work.inputs["needed"]]
    numbers = np.unique(np.concatenate([np.empty(0, "<u4"), *(n["number"] for n in needs)]))
    table = pa.Table.from_batches(list(_rows(work, numbers)), CARDS)
    for group, needed in enumerate(needs):
        name = f"{group:05d}"
        rows = np.searchsorted(numbers, needed["number"])
        cards = table.take(pa.array(rows))
        sizes = np.where(needed["shingles"], cards["set"].to_numpy(), 0)
        cards = cards.set_column(6, CARDS.field("shingles"), pa.array(sizes))
        path = work.output(f"cards-{name}", f"cards-{name}.parquet")
        with TableWriter(path, CARDS, ROW_GROUP) as writer:
            writer.write(cards)
        with work.output(f"shingles-{name}", f"shingles-{name}.u64").open("wb") as stream:
            for hashes in _shingles(work, needed["number"][needed["shingles"]]):
                stream.write(hashes.data)
    work.figures = {"documents": len(numbers)}


def _by_shard(work: Work[Bringing], numbers: NDArray[np.uint32]) -> Iterator[tuple[int, Numbers]]:
    """The shards that hold some of the numbers (ascending), with the rows there."""
    edges = np.searchsorted(numbers, [*work.params.firsts, 1 << 32])
    for shard, (start, stop) in enumerate(
        zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    ):
        if stop > start:
            yield shard, numbers[start:stop].astype(np.int64) - work.params.firsts[shard]


def _rows(work: Work[Bringing], numbers: NDArray[np.uint32]) -> Iterator[pa.RecordBatch]:
    columns = ["id", "source", "host", "quality", "characters", "shingles"]
    for shard, rows in _by_shard(work, numbers):
        start = 0
        for batch in read_batches(work.inputs["signatures"][shard].path, columns):
            low, high = np.searchsorted(rows, [start, start + batch.num_rows])
            taken = batch.take(pa.array(rows[low:high] - start))
            here = pa.array(rows[low:high] + work.params.firsts[shard])
            yield pa.record_batch([here, *taken.columns, taken["shingles"]], CARDS)
            start += batch.num_rows


def _shingles(work: Work[Bringing], numbers: NDArray[np.uint32]) -> Iterator[NDArray[np.uint64]]:
    for shard, rows in _by_shard(work, numbers):
        ends = read_ends(work.inputs["signatures"][shard].path, "shingles")
        hashes = read_hashes(work.inputs["shingles"][shard].path)
        for start in range(0, len(rows), CHUNK):
            some = rows[start : start + CHUNK]
            gathered = np.empty(int((ends[some + 1] - ends[some]).sum()), np.uint64)
            gather(hashes, ends[some], ends[some + 1], gathered)
            yield gathered

"""Who stays: survivors and clusters from all verified pairs.

Rank is the longer text first, then the smaller id. A document is removed only for a kept document above
it with which it has a verified pair: no chain of likenesses removes anything that is not like a
survivor. A cluster is a connected component of the pairs; it names what a split must keep together.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cleaning.deduplicate.candidates import RANK
from cleaning.deduplicate.pairs import PAIRS
from cleaning.deduplicate.signatures import Numbers, Signatures
from cleaning.deduplicate.stage import Proving
from cleaning.documents import TableWriter, read_batches
from pipeline.model.stage import Work

RULES = EXACT, NEAR = "exact_duplicate", "near_duplicate"

SLICE = pa.schema(
    [
        ("row", pa.int32()),
        ("rule", pa.string()),  # null: it stays
        ("value", pa.float64()),
        ("threshold", pa.float64()),
        ("other", pa.string()),
        ("cluster", pa.string()),
        ("size", pa.int32()),
    ]
)


def cluster(work: Work[Proving]) -> None:
    """Writes for each shard the slice of its documents that have a verified pair: their fate and cluster."""
    signatures = Signatures(work.inputs["signatures"])
    pairs = pa.Table.from_batches(
        [b for f in work.inputs["pairs"] for b in read_batches(f.path)], PAIRS
    )
    above, below = (pairs[name].to_numpy().astype(np.int64) for name in ("above", "below"))
    numbers = _distinct(np.concatenate([above, below]))
    table = signatures.rows(numbers, ["id", "characters"])
    table = table.append_column("number", pa.array(numbers))
    rank = np.empty(len(numbers), np.int64)
    rank[pc.sort_indices(table, sort_keys=RANK).to_numpy()] = np.arange(len(numbers))

    above, below = np.searchsorted(numbers, above), np.searchsorted(numbers, below)
    exact, jaccard = pairs["exact"].to_numpy(), pairs["jaccard"].to_numpy()
    survivor, value, same = survivors(rank, above, below, jaccard, exact)
    component, sizes = components(len(numbers), above, below)

    ids = table["id"].combine_chunks()
    removed = survivor >= 0
    threshold = np.where(same, 1.0, work.params.threshold)
    columns = [
        pa.array(np.where(same, EXACT, NEAR), pa.string(), mask=~removed),
        pa.array(value, mask=~removed),
        pa.array(threshold, mask=~removed),
        ids.take(pa.array(survivor, mask=~removed)),
        ids.take(pa.array(_smallest(ids, component)[component])),
        pa.array(sizes[component].astype(np.int32)),
    ]
    places = np.searchsorted(numbers, signatures.starts)
    for index, (start, stop) in enumerate(pairwise(places)):
        row = pa.array((numbers[start:stop] - signatures.starts[index]).astype(np.int32))
        arrays = [row, *(column.slice(start, stop - start) for column in columns)]
        with TableWriter(work.output("slice", f"slice-{index:05d}.parquet"), SLICE) as writer:
            writer.write(pa.Table.from_arrays(arrays, schema=SLICE))
    work.figures = {
        "clusters": len(sizes),
        "largest_cluster": int(sizes.max(initial=0)),
        "removed": int(removed.sum()),
    }


def _distinct(numbers: Numbers) -> Numbers:
    numbers = np.sort(numbers)  # np.unique hashes, which is far slower on many integers
    return numbers[np.concatenate([[True], numbers[1:] != numbers[:-1]])[: len(numbers)]]


def survivors(
    rank: Numbers,
    above: Numbers,
    below: Numbers,
    jaccard: NDArray[np.float64],
    exact: NDArray[np.bool_],
) -> tuple[Numbers, NDArray[np.float64], NDArray[np.bool_]]:
    """For each of n documents the one that stays for it (-1: it stays itself), their similarity, and
    whether they have the same text.

    `rank` [n] is 0 for the best. `above` and `below` [m] are the documents of each pair, `below` the
    lower in rank; `exact` marks pairs of a copy with the first of its text, which alone has the other
    pairs. Of several survivors the best in rank is named.
    """
    survivor = np.full(len(rank), -1, np.int64)
    value = np.zeros(len(rank))
    near = np.flatnonzero(~exact)
    near = near[np.lexsort((rank[above[near]], rank[below[near]]))]
    removed = bytearray(len(rank))
    for edge, a, b in zip(near.tolist(), above[near].tolist(), below[near].tolist(), strict=True):
        if not removed[a] and not removed[b]:  # all that may remove `a` came before
            removed[b] = 1
            survivor[b], value[b] = a, jaccard[edge]
    first, copy = above[exact], below[exact]
    same = np.zeros(len(rank), bool)
    same[copy] = survivor[first] < 0
    # Where the first copy goes, the others go for the same survivor and with the same similarity.
    value[copy] = np.where(same[copy], 1.0, value[first])
    survivor[copy] = np.where(same[copy], first, survivor[first])
    return survivor, value, same


def components(count: int, above: Numbers, below: Numbers) -> tuple[Numbers, Numbers]:
    """The number of each document's connected component, and the size of each component."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not count:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    links = coo_array((np.ones(len(above), bool), (above, below)), shape=(count, count))
    number, component = connected_components(links, directed=False)
    return component.astype(np.int64), np.bincount(component, minlength=number)


def _smallest(ids: pa.StringArray, component: Numbers) -> Numbers:
    """The place of the smallest id of each component."""
    order = pc.sort_indices(ids).to_numpy().astype(np.int64)[::-1]
    place = np.empty(int(component.max(initial=-1)) + 1, np.int64)
    place[component[order]] = order  # the last that is written is the smallest
    return place

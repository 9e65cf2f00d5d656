"""Who stays: survivors and clusters from all verified pairs, and the tables of each shard.

Rank is the longer text first, then the smaller id. A document is removed only for a kept document above
it with which it has a verified pair: no chain of likenesses removes anything that is not like a
survivor. A cluster is a connected component of the pairs; it names what a split must keep together.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cleaning.deduplicate.pairs import PAIRS, RANK
from cleaning.deduplicate.signatures import Numbers, Signatures
from cleaning.documents import TableWriter, read_batches
from cleaning.view import SideTable
from pipeline.model.dataset import Characters, Documents, Ledger
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
RULE = pa.struct([("rule", pa.string()), ("value", pa.float64()), ("threshold", pa.float64())])
DECISIONS = pa.schema(
    [
        ("id", pa.string()),
        ("kept", pa.bool_()),
        ("rule", pa.string()),
        ("value", pa.float64()),
        ("threshold", pa.float64()),
        ("rules", pa.list_(RULE)),
        ("other", pa.string()),  # the id of the document that stays in its place
    ]
)
CLUSTERS = pa.schema([("id", pa.string()), ("cluster", pa.string()), ("size", pa.int32())])


def cluster(work: Work) -> None:
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
    threshold = np.where(same, 1.0, work.params["threshold"])
    columns = [
        pa.array(np.where(same, EXACT, NEAR), pa.string(), mask=~removed),
        pa.array(value, mask=~removed),
        pa.array(threshold, mask=~removed),
        ids.take(pa.array(survivor, mask=~removed)),
        ids.take(pa.array(_smallest(ids, component)[component])),
        pa.array(sizes[component].astype(np.int32)),
    ]
    places = np.searchsorted(numbers, signatures.starts)
    for shard, (start, stop) in enumerate(pairwise(places)):
        row = pa.array((numbers[start:stop] - signatures.starts[shard]).astype(np.int32))
        arrays = [row, *(column.slice(start, stop - start) for column in columns)]
        with TableWriter(work.output("slice", f"slice-{shard:05d}.parquet"), SLICE) as writer:
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
    found, component = connected_components(links, directed=False)
    return component.astype(np.int64), np.bincount(component, minlength=found)


def _smallest(ids: pa.StringArray, component: Numbers) -> Numbers:
    """The place of the smallest id of each component."""
    order = pc.sort_indices(ids).to_numpy().astype(np.int64)[::-1]
    place = np.empty(int(component.max(initial=-1)) + 1, np.int64)
    place[component[order]] = order  # the last that is written is the smallest
    return place


def decide_shard(work: Work) -> None:
    """Writes the decisions and the clusters of one shard from its slice."""
    (file,) = work.inputs["slice"]
    fates = pa.Table.from_batches(list(read_batches(file.path)), SLICE)
    places = fates["row"].to_numpy()
    earlier = [SideTable(f.path, ["kept"]) for f in work.inputs["decisions"]]
    documents, characters, start = Documents(), Characters(), 0
    with (
        TableWriter(work.output("decisions", "decisions.parquet"), DECISIONS) as decisions,
        TableWriter(work.output("clusters", "clusters.parquet"), CLUSTERS) as clusters,
    ):
        for batch in read_batches(work.one("signatures").path, ["id", "characters"]):
            arrived = pa.array([True] * batch.num_rows)
            for table in earlier:
                arrived = pc.and_(arrived, table.take(batch["id"])["kept"].combine_chunks())
            low, high = np.searchsorted(places, [start, start + batch.num_rows])
            mine = fates.slice(low, high - low)
            rows = pc.subtract(mine["row"], pa.scalar(start, pa.int32())).combine_chunks()
            decided = _decided(batch["id"], arrived, rows, mine)
            decisions.write(decided)
            ids = batch["id"].take(rows)
            clusters.write(pa.table([ids, mine["cluster"], mine["size"]], schema=CLUSTERS))
            _count(decided, arrived, batch["characters"], documents, characters)
            start += batch.num_rows
    for table in earlier:
        table.finish()
    work.ledger = Ledger(documents=documents, characters=characters)


def _decided(ids: pa.Array, arrived: pa.BooleanArray, rows: pa.Array, fates: pa.Table) -> pa.Table:
    # The fates are of few rows: the others get nulls, by taking from row to place in `fates`.
    place = np.full(len(ids), -1)
    place[rows.to_numpy()] = np.arange(len(rows))
    taken = fates.take(pa.array(place, mask=place < 0)).combine_chunks()
    found: Sequence[pa.Array] = [
        taken[name].combine_chunks() for name in ("rule", "value", "threshold", "other")
    ]
    removed = pc.is_valid(found[0])
    offsets = np.concatenate([[0], np.cumsum(removed.to_numpy(zero_copy_only=False))])
    rules = pa.StructArray.from_arrays(
        [column.filter(removed) for column in found[:3]], fields=list(RULE)
    )
    lists = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), rules)
    kept = pc.and_not(arrived, removed)
    return pa.Table.from_arrays([ids, kept, *found[:3], lists, found[3]], schema=DECISIONS)


def _count(
    decided: pa.Table,
    arrived: pa.BooleanArray,
    lengths: pa.Array,
    documents: Documents,
    characters: Characters,
) -> None:
    documents.in_ += pc.sum(arrived).as_py() or 0
    characters.in_ += pc.sum(lengths.filter(arrived)).as_py() or 0
    documents.kept += pc.sum(decided["kept"]).as_py() or 0
    characters.kept += pc.sum(lengths.filter(decided["kept"].combine_chunks())).as_py() or 0
    for rule in RULES:
        gone = pc.fill_null(pc.equal(decided["rule"], rule), False).combine_chunks()
        if count := pc.sum(gone).as_py():
            documents.removed[rule] = documents.removed.get(rule, 0) + count
            cut = pc.sum(lengths.filter(gone)).as_py()
            characters.cut[rule] = characters.cut.get(rule, 0) + cut

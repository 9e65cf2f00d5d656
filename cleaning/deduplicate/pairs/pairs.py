"""Which documents are alike: every pair that was proposed is proven on its shingles."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from cleaning.deduplicate.compiled import shared
from cleaning.deduplicate.pairs.cards import CARDS
from cleaning.deduplicate.pairs.requests import REQUESTED
from cleaning.deduplicate.params import Proving
from cleaning.deduplicate.signatures.signatures import ROW_GROUP, Numbers, read_ends, read_hashes
from cleaning.documents import TableWriter
from pipeline.model.stage import Work

CONTAINED = (
    20  # shingles of the least text of which it means something that a longer one holds them
)
# Of two texts of about one length, containment of 0.83 is a Jaccard similarity of 0.71: much for a page that was
# edited, little for short ones in one form, as articles of two laws. A text of fewer than SHORT shingles that another
# holds which is not LONGER than it must be held by TWINS of its shingles.
SHORT, LONGER, TWINS = 250, 1.25, 0.9

# `shared` shingles, of those that each has; both are 0 of a pair with the same text.
PAIRS = pa.schema(
    [
        ("above", pa.uint32()),
        ("below", pa.uint32()),
        ("text", pa.bool_()),
        ("address", pa.bool_()),
        ("shared", pa.int64()),
        ("size_above", pa.int64()),
        ("size_below", pa.int64()),
    ]
)
MEMBERS = pa.schema([f for f in CARDS if f.name not in ("host", "shingles", "set")])


def prove_pairs(work: Work[Proving]) -> None:
    """Writes the pairs of one group that are alike, and a table of the documents in them."""
    requested = np.fromfile(work.one("requested").path, REQUESTED)
    groups = work.params.groups
    tables = [pq.read_table(f.path, use_threads=False) for f in work.inputs["cards"]]
    # Of each group of which a document is asked for: the number, and its place among what was brought.
    some = range(len(groups)) if work.params.some is None else work.params.some
    own = {group: place for place, group in enumerate(some)}.get(work.params.group, 0)
    numbers = [table["number"].to_numpy() for table in tables]
    starts = [read_ends(file.path, "shingles") for file in work.inputs["cards"]]
    hashes = [read_hashes(file.path) for file in work.inputs["shingles"]]
    group = np.searchsorted(groups, requested["above"], side="right") - 1
    alike: list[set[int]] = [set() for _ in some]
    count = 0
    with TableWriter(work.output("pairs", "pairs.parquet"), PAIRS) as writer:
        for above, number in enumerate(some):
            for start, here in _chunks(np.flatnonzero(group == number)):
                pairs = requested[here]
                i = np.searchsorted(numbers[above], pairs["above"])
                j = np.searchsorted(numbers[own], pairs["below"])
                common = np.zeros(len(pairs), np.int64)
                unproven = ~pairs["text"]
                common[unproven] = shared(
                    i[unproven], j[unproven], starts[above], hashes[above], starts[own], hashes[own]
                )
                sizes = [_sizes(tables[above], i, unproven), _sizes(tables[own], j, unproven)]
                wanted = pairs["text"] | pairs["address"] | _alike(common, sizes, work.params)
                if work.params.across:
                    hosts = [tables[above]["host"].to_numpy()[i], tables[own]["host"].to_numpy()[j]]
                    wanted &= (hosts[0] != hosts[1]) | (hosts[0] == 0)
                columns = [*(pairs[name] for name in REQUESTED.names or ()), common, *sizes]
                writer.write(pa.table([pa.array(c[wanted]) for c in columns], PAIRS.names))
                alike[above].update(i[wanted].tolist())
                alike[own].update(j[wanted].tolist())
                count += int(wanted.sum())
                work.progress(start, len(requested), "pairs")
    with TableWriter(work.output("members", "members.parquet"), MEMBERS, ROW_GROUP) as writer:
        for table, rows in zip(tables, alike, strict=True):
            writer.write(table.take(pa.array(sorted(rows), pa.int64())).select(MEMBERS.names))
    work.figures = {"proposed": len(requested), "proven": count}


def _chunks(places: Numbers, size: int = 1 << 20) -> list[tuple[int, Numbers]]:
    return [(start, places[start : start + size]) for start in range(0, len(places), size)]


def _sizes(table: pa.Table, rows: Numbers, asked: NDArray[np.bool_]) -> Numbers:
    sizes: Numbers = np.where(asked, table["set"].to_numpy()[rows], 0)
    return sizes


def _alike(common: Numbers, sizes: list[Numbers], params: Proving) -> NDArray[np.bool_]:
    """Whether two sets of these sizes, and so much in common, are alike; either may hold the other."""
    one, other = sizes
    alike = jaccard(common, one, other) >= params.threshold
    if params.containment is not None:
        smaller, larger = np.minimum(one, other), np.maximum(one, other)
        alike |= containment(common, smaller) >= bound(smaller, larger, params.containment)
    return alike


def jaccard(common: Numbers, one: Numbers, other: Numbers) -> NDArray[np.float64]:
    """The share of the shingles of two sets that both have; 0 of two empty ones."""
    return common / np.maximum(one + other - common, 1)


def containment(common: Numbers, smaller: Numbers) -> NDArray[np.float64]:
    """The share of the shingles of one set that the other has; 0 where they are too few to tell."""
    return np.where(smaller >= CONTAINED, common / np.maximum(smaller, 1), 0.0)


def bound(one: Numbers, other: Numbers, asked: float) -> NDArray[np.float64]:
    """The share of its shingles from which on the first of two sets counts as held by the other."""
    short = (one < SHORT) & (np.maximum(one, other) < LONGER * np.minimum(one, other))
    return np.where(short, max(asked, TWINS), asked)

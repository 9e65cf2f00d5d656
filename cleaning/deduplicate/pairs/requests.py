"""Which pairs are to be proven, each once, and what of which documents that takes.

The candidates of a group of worse documents come from all partitions of the keys; a pair that was found in
several meets itself here. What is asked for is told by the group of shards that holds it.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cleaning.deduplicate.candidates.buckets import Kind
from cleaning.deduplicate.candidates.candidates import begins, read_candidates
from cleaning.deduplicate.params import Requesting
from pipeline.model.stage import Work

# Of the passages of the shorter of two texts, the share that both must hold, so that one may lie in the other: far
# less than of its shingles, since an edit between two sampled shingles spoils the passage.
PASSAGES = 0.2

REQUESTED = np.dtype([("above", "<u4"), ("below", "<u4"), ("text", "?"), ("address", "?")])
NEEDED = np.dtype([("number", "<u4"), ("shingles", "?")])  # whether they are asked for


def request(work: Work[Requesting]) -> None:
    """Writes the pairs to prove of one group, and the numbers of the documents in them by their group."""
    candidates = read_candidates([file.path for file in work.inputs["candidates"]])
    pairs = _merged(candidates)
    work.output("requested", "requested.bin", len(pairs)).write_bytes(pairs.tobytes())
    proven = pairs[~pairs["text"]]
    numbers = [
        np.unique(np.concatenate([some["above"], some["below"]])) for some in (proven, pairs)
    ]
    groups = [*work.params.groups, 1 << 32]
    groups_asked = []
    for group, (start, stop) in enumerate(pairwise(groups)):
        here = numbers[1][np.searchsorted(numbers[1], start) : np.searchsorted(numbers[1], stop)]
        needed = np.empty(len(here), NEEDED)
        needed["number"] = here
        needed["shingles"] = np.isin(here, numbers[0], assume_unique=True)
        name = f"needed-{group:05d}"
        work.output(name, f"{name}.bin", len(needed)).write_bytes(needed.tobytes())
        groups_asked += [group] if needed["shingles"].any() else []
    work.figures = {"candidates": len(candidates), "pairs": len(pairs), "proven": groups_asked}


def _merged(candidates: NDArray[np.void]) -> NDArray[np.void]:
    """Each pair once, sorted; without those that only too few passages propose."""
    order = np.argsort(candidates["pair"], kind="stable")
    pair, kind, size = (candidates[name][order] for name in ("pair", "kind", "size"))
    opens = np.flatnonzero(begins(pair))
    if not len(opens):
        return np.empty(0, REQUESTED)

    def some(asked: Kind) -> NDArray[np.bool_]:
        return np.logical_or.reduceat(kind == asked, opens)

    passages = np.add.reduceat(kind == Kind.PASSAGE, opens, dtype=np.int64)
    of = np.maximum.reduceat(np.where(kind == Kind.PASSAGE, size, 0), opens)
    text, address = some(Kind.TEXT), some(Kind.ADDRESS)
    wanted = text | address | some(Kind.BAND) | ((passages > 0) & (passages >= PASSAGES * of))
    pair = pair[opens][wanted]
    merged = np.empty(len(pair), REQUESTED)
    merged["above"] = pair >> np.uint64(32)
    merged["below"] = pair & np.uint64(0xFFFFFFFF)
    merged["text"] = text[wanted]
    merged["address"] = address[wanted]
    return merged

"""Which documents stay, of whole clusters: survivors and components from their proven pairs.

Rank is the more open access first, then the better quality where the recipe names a signal for it, then the longer
text, then the smaller id. What an earlier edition kept stands before all that is not more open, and never goes; what
is withdrawn stands behind all: nothing goes for it, and itself it stays here, for `corpus` leaves it out. A document is
removed only for a document above it that stays and with which it has a proven pair: no chain of likenesses removes
anything that is not like a survivor. A cluster is a connected component of the pairs; it names what a split must keep
together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cleaning.deduplicate.compiled import flatten, join, survive
from cleaning.deduplicate.pairs.pairs import bound, containment, jaccard
from cleaning.deduplicate.params import RULES, Clustering
from cleaning.deduplicate.signatures.signatures import Numbers

_EXACT, _ADDRESS, _NEAR, _CONTAINED = np.arange(len(RULES), dtype=np.uint8)


@dataclass(frozen=True)
class Edges:
    """Pairs of documents, by place, by which the worse may go: `above` and `below` [m], rule, similarity and bound."""

    above: Numbers
    below: Numbers
    rule: NDArray[np.uint8]  # its place in RULES
    value: NDArray[np.float64]
    threshold: NDArray[np.float64]

    def take(self, places: Numbers) -> Edges:
        """Some of them."""
        return Edges(
            self.above[places],
            self.below[places],
            self.rule[places],
            self.value[places],
            self.threshold[places],
        )


@dataclass(frozen=True)
class Chosen:
    """For each document the one that stays for it (-1: it stays itself), by which rule, similarity and bound."""

    other: Numbers
    rule: NDArray[np.uint8]
    value: NDArray[np.float64]
    threshold: NDArray[np.float64]


def choose(
    members: pa.Table, pairs: pa.Table, params: Clustering
) -> tuple[Chosen, Numbers, Numbers]:
    """Who stays of the `members` of whole clusters, from their `pairs` (PAIRS).

    The columns of members are MEMBERS, `withdrawn` and `access` (the place in ORDER); they are sorted by number.
    Also the number of each document's component, in the order of their first documents, and the size of each.
    """
    numbers = members["number"].to_numpy()
    rank = _rank(members, params.new)
    above, below = (np.searchsorted(numbers, pairs[name].to_numpy()) for name in ("above", "below"))
    head = np.arange(len(numbers))
    if params.collapse:
        text = pairs["text"].to_numpy()
        head = _heads(rank, above[text], below[text])
    edges = _edges(pairs, head, rank, above, below, params)
    chosen = _survivors(edges, head, rank, numbers >= params.new, params.keep)
    chosen.other[members["withdrawn"].to_numpy()] = -1
    links = [
        np.concatenate(ends) for ends in ((edges.above, head), (edges.below, np.arange(len(head))))
    ]
    return chosen, *_components(len(numbers), *links)


def _rank(members: pa.Table, new: int) -> Numbers:
    """The place of each document in the order of rank, 0 the best."""
    quality = pc.fill_null(members["quality"], -np.inf)
    table = members.set_column(members.schema.get_field_index("quality"), "quality", quality)
    table = table.append_column("new", pc.greater_equal(members["number"], new))
    # The number makes the order total: two documents share an id only where a file is given twice.
    keys = [("withdrawn", "ascending"), ("access", "ascending"), ("new", "ascending")]
    keys += [("quality", "descending"), ("characters", "descending")]
    keys += [("id", "ascending"), ("number", "ascending")]
    rank = np.empty(len(members), np.int64)
    rank[pc.sort_indices(table, sort_keys=keys).to_numpy()] = np.arange(len(members))
    return rank


def _heads(rank: Numbers, above: Numbers, below: Numbers) -> Numbers:
    """For each document the best in rank of those that have its text."""
    component, sizes = _components(len(rank), above, below)
    best = np.empty(len(sizes), np.int64)
    order = np.argsort(rank)[::-1]
    best[component[order]] = order  # the last that is written is the best
    return best[component]


def _edges(
    pairs: pa.Table,
    head: Numbers,
    rank: Numbers,
    above: Numbers,
    below: Numbers,
    params: Clustering,
) -> Edges:
    """The pairs in which the worse document is like the better, sorted by the ranks of both, the worse's first."""
    text, address = pairs["text"].to_numpy(), pairs["address"].to_numpy()
    # A pair with the first of a text holds for the best of that text; one of addresses for the two alone.
    one, two = (np.where(address, end, head[end]) for end in (above, below))
    swapped = rank[one] > rank[two]
    above, below = np.where(swapped, two, one), np.where(swapped, one, two)
    sizes = pairs["size_above"].to_numpy(), pairs["size_below"].to_numpy()
    common = pairs["shared"].to_numpy()
    similarity = np.where(text, 1.0, jaccard(common, *sizes))
    near = similarity >= params.threshold
    rule = np.where(near, _NEAR, _ADDRESS)
    value, threshold = similarity.copy(), np.where(near, params.threshold, np.nan)
    valid = near | address
    if params.containment is not None:
        container, inner = (np.where(swapped, sizes[i], sizes[1 - i]) for i in (1, 0))
        contained, least = containment(common, inner), bound(inner, container, params.containment)
        only = ~near & (contained >= least)
        rule, value = np.where(only, _CONTAINED, rule), np.where(only, contained, value)
        threshold, valid = np.where(only, least, threshold), valid | only
    rule, threshold = np.where(text, _EXACT, rule), np.where(text, 1.0, threshold)
    valid &= above != below
    if params.collapse:
        valid &= ~text
    places = np.flatnonzero(valid)
    places = places[np.lexsort((rank[above[places]], rank[below[places]]))]
    return Edges(above, below, rule, value, threshold).take(places)


def _survivors(
    edges: Edges, head: Numbers, rank: Numbers, removable: NDArray[np.bool_], keep: int
) -> Chosen:
    copy = head != np.arange(len(head))
    edge = np.where(copy, len(edges.above), -1)
    if len(edges.above):
        some = ~copy[edges.below]
        places = np.flatnonzero(some)
        left = edges.take(places)
        local = np.where(copy, len(places), -1)
        survive(left.above, left.below, local, removable, keep)
        edge = np.where(
            copy | (local < 0), edge, np.append(places, -1)[np.minimum(local, len(places))]
        )
    # A copy of a text that itself goes for a better one goes for that one too.
    edge = np.where(copy, edge[head], edge)
    by = np.maximum(edge, 0)
    gone = edge >= 0
    nothing = Edges(*(np.zeros(1, kind) for kind in (int, int, np.uint8, float, float)))
    known = edges if len(edges.above) else nothing
    other = np.where(gone, known.above[by], np.where(copy, head, -1))
    rule = np.where(gone, known.rule[by], _EXACT)
    value = np.where(gone, known.value[by], 1.0)
    return Chosen(other, rule, value, np.where(gone, known.threshold[by], 1.0))


def _components(count: int, above: Numbers, below: Numbers) -> tuple[Numbers, Numbers]:
    """The number of each document's connected component, and the size of each component."""
    roots = np.arange(count)
    join(above, below, roots)
    flatten(roots)
    _, component, sizes = np.unique(roots, return_inverse=True, return_counts=True)
    return component, sizes

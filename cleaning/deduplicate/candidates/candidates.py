"""Which documents may be alike: the pairs that share a bucket, of one partition of the keys.

Of a small bucket all pairs are proposed. In a large one the square of its documents would be proposed, so
each is paired with the best few of those of about its length: with leaders. Of documents with the same text
the first stands for all, but for the pairs of the same text itself.

Of earlier editions only the buckets are looked at in which a new document stands; these lie sorted, so that
it costs a search for each new key, however much is old.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from cleaning.deduplicate.candidates.buckets import Kind, Postings
from cleaning.deduplicate.params import Proposing
from cleaning.deduplicate.signatures.signatures import Numbers
from cleaning.view import kept_rows
from pipeline.model.stage import LocalFile, Work

SMALL = 64  # documents of a bucket whose pairs are all proposed
LEADERS = 24  # of each length, in a bucket that is larger
PASSAGE_LEADERS = 8  # of a passage that many documents hold; who is contained shares more than one
CHUNK = 1 << 20  # pairs made at once

CANDIDATE = np.dtype([("pair", "<u8"), ("kind", "u1"), ("size", "<u2")])


def propose_pairs(work: Work[Proposing]) -> None:
    """Writes the pairs of one partition by the group of their worse document."""
    postings = _shared(work)
    groups = np.array(work.params.groups, np.int64)
    count = 0
    with ExitStack() as stack:
        streams: dict[int, IO[bytes]] = {}
        paths = [
            work.output(f"candidates-{g:05d}", f"candidates-{g:05d}.bin")
            for g in range(len(groups))
        ]
        for kind, above, below in _pairs(postings, work.params):
            # Two documents of earlier editions were compared then.
            new = np.maximum(postings.number[above], postings.number[below]) >= work.params.new
            above, below = above[new], below[new]
            group = np.searchsorted(groups, postings.number[below], side="right") - 1
            candidates = np.empty(len(above), CANDIDATE)
            high = postings.number[above].astype(np.uint64) << np.uint64(32)
            candidates["pair"] = high | postings.number[below]
            candidates["kind"] = kind
            sizes = np.minimum(postings.size[above], postings.size[below])
            candidates["size"] = np.minimum(sizes, 0xFFFF)
            count += len(candidates)
            for g in np.unique(group).tolist():
                if g not in streams:
                    streams[g] = stack.enter_context(paths[g].open("wb"))
                streams[g].write(candidates[group == g].data)
        for g, path in enumerate(paths):
            if g not in streams:
                path.touch()
    work.figures = {"candidates": count, "postings": len(postings)}


def _shared(work: Work[Proposing]) -> Postings:
    """The postings whose key another has, sorted by key; in each, earlier editions first, then by rank."""
    files = work.inputs["keys"]
    keys = np.sort(
        np.concatenate([np.empty(0, np.uint64), *(Postings.mapped(f).key for f in files)])
    )
    opens = begins(keys)
    met = keys[opens & _repeated(keys)]
    several = [_staying(work, Postings.mapped(file)) for file in work.inputs["earlier_keys"]]
    if several:
        met = np.unique(np.concatenate([met, *(some.key for some in several)]))
    del keys, opens
    # File by file, so that of each no more is held than what another meets.
    several += [some.moved(work.params.new) for some in _met(files, met)]
    postings = Postings.joined(several)
    several.clear()
    young = postings.number >= work.params.new
    return postings.take(np.lexsort((postings.number, postings.rank, young, postings.key)))


def _met(files: Sequence[LocalFile], keys: NDArray[np.uint64]) -> Iterator[Postings]:
    """The postings of each file that have one of the keys, which are sorted."""
    if not len(keys):
        return
    for file in files:
        postings = Postings.mapped(file)
        place = np.minimum(np.searchsorted(keys, postings.key), len(keys) - 1)
        yield postings.take(np.flatnonzero(keys[place] == postings.key))


def _repeated(keys: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Which of sorted keys stand there more than once."""
    same = keys[1:] == keys[:-1]
    repeated = np.zeros(len(keys), bool)
    repeated[1:] |= same
    repeated[:-1] |= same
    return repeated


def _staying(work: Work[Proposing], postings: Postings) -> Postings:
    """Those of documents of earlier editions that stayed then."""
    starts = np.array(work.params.earlier.firsts, np.int64)
    numbers = postings.number.astype(np.int64)
    stays = np.zeros(len(numbers), bool)
    shards = np.searchsorted(starts, numbers, side="right") - 1
    for shard, file in enumerate(work.inputs["earlier_decisions"]):
        here = shards == shard
        rows = kept_rows([file.path], pq.read_metadata(file.path).num_rows)
        stays[here] = rows.to_numpy(zero_copy_only=False)[numbers[here] - starts[shard]]
    return postings.take(stays)


def begins(values: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Where runs of equals begin in sorted values."""
    return np.concatenate([[True], values[1:] != values[:-1]])[: len(values)]


def _pairs(postings: Postings, params: Proposing) -> Iterator[tuple[Kind, Numbers, Numbers]]:
    """Pairs of places in the postings, the better in rank first."""
    kinds = postings.kind
    if params.collapse:
        same = np.flatnonzero(kinds == Kind.TEXT)
        opens = _opens(postings.key[same], postings.whole[same])
        heads = same[opens][np.cumsum(opens) - 1]
        yield Kind.TEXT, heads[~opens], same[~opens]
    for kind in Kind:
        if kind is Kind.TEXT and params.collapse:
            continue
        places = np.flatnonzero(kinds == kind)
        if kind in (Kind.BAND, Kind.PASSAGE) and params.collapse:
            places = places[_first_of_text(postings, places)]
        lengths = _length_classes(
            postings.size[places], params.threshold if kind is Kind.BAND else None
        )
        leaders = PASSAGE_LEADERS if kind is Kind.PASSAGE else LEADERS
        for above, below in _in_buckets(postings.key[places], lengths, leaders):
            above, below = places[above], places[below]
            if kind is Kind.BAND:
                one, other = postings.size[above], postings.size[below]
                possible = np.minimum(one, other) / np.maximum(one, other) >= params.threshold
                above, below = above[possible], below[possible]
            yield kind, above, below


def _opens(*keys: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Where runs of equals in all keys begin."""
    opens = begins(keys[0])
    for key in keys[1:]:
        opens |= begins(key)
    return opens


def _first_of_text(postings: Postings, places: Numbers) -> NDArray[np.bool_]:
    """Which of the places is the first of its bucket with its text."""
    key, whole = postings.key[places], postings.whole[places]
    order = np.lexsort((np.arange(len(places)), whole, key))
    first = np.zeros(len(places), bool)
    first[order[_opens(key[order], whole[order])]] = True
    return first


def _length_classes(sizes: NDArray[np.uint32], threshold: float | None) -> Numbers:
    """A class of each document by its number of shingles: those that may be alike lie in one, or in two that touch."""
    if threshold is None or threshold >= 1:
        return np.zeros(len(sizes), np.int64)
    return (np.log(np.maximum(sizes, 1)) / -np.log(threshold)).astype(np.int64)


def _in_buckets(
    keys: NDArray[np.uint64], lengths: Numbers, leaders: int
) -> Iterator[tuple[Numbers, Numbers]]:
    """Pairs of places of sorted keys that are the same: all of a small bucket, those with leaders of a large one."""
    opens = begins(keys)
    bucket = np.cumsum(opens) - 1
    starts = np.flatnonzero(opens)
    size = np.diff(np.append(starts, len(keys)))[bucket] if len(keys) else np.empty(0, np.int64)
    small = np.flatnonzero((size > 1) & (size <= SMALL))
    yield from _spans(starts[bucket[small]], small - starts[bucket[small]], small)
    large = np.flatnonzero(size > SMALL)
    most = int(lengths.max(initial=0)) + 3
    classes = bucket[large] * most + lengths[large] + 1
    order = np.argsort(classes, kind="stable")  # in a class the order of rank stays
    classes, large = classes[order], large[order]
    for step in (-1, 0, 1):
        first = np.searchsorted(classes, classes + step)
        count = np.minimum(np.searchsorted(classes, classes + step, side="right") - first, leaders)
        for leader, place in _spans(first, count, np.arange(len(large))):
            one, other = large[leader], large[place]
            differ = one != other
            yield np.minimum(one, other)[differ], np.maximum(one, other)[differ]


def _spans(first: Numbers, count: Numbers, place: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    """Each place with each of so many from its first on, CHUNK of them or so at a time."""
    ends = np.cumsum(count)
    at = 0
    while at < len(place):
        done = int(ends[at - 1]) if at else 0
        stop = max(at + 1, int(np.searchsorted(ends, done + CHUNK, side="right")))
        repeated = np.repeat(place[at:stop], count[at:stop])
        offset = np.repeat(ends[at:stop] - count[at:stop], count[at:stop])
        yield (
            np.repeat(first[at:stop], count[at:stop]) + np.arange(len(repeated)) + done - offset,
            repeated,
        )
        at = stop


def read_candidates(paths: Sequence[Path]) -> NDArray[np.void]:
    """The candidates of several files."""
    tables = [np.fromfile(path, CANDIDATE) for path in paths]
    return np.concatenate([np.empty(0, CANDIDATE), *tables])

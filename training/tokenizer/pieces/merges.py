"""Learns the merges of byte-pair encoding from counted words, exactly, in memory that grows with distinct words.

Sennrich et al. 2016 (arXiv 1508.07909). Of pairs that occur equally often the one of lower ids comes first, so
that neither the order of words and shards nor a thread decides anything.

The places of a pair (where in the words it begins) are a doubly linked list, which a place leaves as soon as it
changes: totals are exact at any time, and a merge costs its places alone. Two merges may give one piece (a + bc,
ab + c): it has one id, which is known by a hash of what it spells.
"""

from __future__ import annotations

import heapq
from typing import Any, NamedTuple

import numpy as np
from numba import types
from numba.typed import Dict
from numpy.typing import NDArray

from pipeline.compiled import compiled

NONE = -1
_BASE = np.uint64(0x9E3779B97F4A7C15)  # of the polynomial hash; odd, so that no power of it is 0


class Merges(NamedTuple):
    """Merges in order: `left` and `right` become `into`; each `applied` so often as it was learned."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    into: NDArray[np.int32]
    applied: NDArray[np.int64]


def learn(
    symbols: NDArray[np.int32],
    ends: NDArray[np.int64],
    counts: NDArray[np.int64],
    first: int,
    most: int,
    fewest: int = 2,
    spelled: tuple[NDArray[np.uint64], NDArray[np.int64]] | None = None,
) -> Merges:
    """The merges that make at most `most` new pieces, whose ids go up from `first`.

    `symbols` holds the ids (below `first`) of all words, `ends` where each word ends there, `counts` how
    often it occurs. A pair must occur `fewest` times. `spelled`: hash and length of what each id below
    `first` spells, where ids are not single letters. About 36 bytes a symbol and 70 a distinct pair.
    """
    if spelled is None:
        spelled = _letters(first)
    merged = _learn(symbols.copy(), ends, counts, first, most, fewest, *spelled)
    return Merges(*merged)


def spelling(pieces: list[list[int]]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hash and length of pieces that are given by their letters' ids."""
    letters, _ = _letters(max(max(p, default=0) for p in pieces) + 1)
    hashes = np.zeros(len(pieces), np.uint64)
    with np.errstate(over="ignore"):
        for number, piece in enumerate(pieces):
            for letter in piece:
                hashes[number] = hashes[number] * _BASE + letters[letter]
    return hashes, np.array([len(p) for p in pieces], np.int64)


def _letters(count: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    mixed = np.arange(1, count + 1, dtype=np.uint64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):  # splitmix64
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31)), np.ones(count, np.int64)


@compiled
def _learn(
    ids: NDArray[np.int32],
    ends: NDArray[np.int64],
    counts: NDArray[np.int64],
    first: int,
    most: int,
    fewest: int,
    hashes: NDArray[np.uint64],
    lengths: NDArray[np.int64],
) -> Any:
    times, before, after = _links(len(ids), ends, counts)
    pair_of = np.full(len(ids), NONE, np.int32)  # the pair that begins at a place
    earlier, later = np.full(len(ids), NONE, np.int32), np.full(len(ids), NONE, np.int32)
    places = (times, pair_of, earlier, later)
    # Slices of nothing: the compiler wants to see what a list will hold.
    totals, heads, keys = [np.int64(0)][:0], [np.int32(0)][:0], [np.int64(0)][:0]
    grown = [np.int64(0)][:0]
    pairs = (Dict.empty(types.int64, types.int64), totals, heads, keys, grown)
    for at in range(len(ids)):
        if after[at] >= 0:
            _enter(at, _key(ids[at], ids[after[at]]), places, pairs)
    heap: Any = [(-totals[n], keys[n], n) for n in range(len(keys))]
    heapq.heapify(heap)
    pieces = _pieces(hashes, lengths, most)
    left, right, into = [np.int32(0)][:0], [np.int32(0)][:0], [np.int32(0)][:0]
    applied = [np.int64(0)][:0]
    added = 0
    while added < most and len(heap) > 0:
        total, key, number = heapq.heappop(heap)
        if -total != totals[number]:  # it has become rarer since
            if totals[number] >= fewest:
                heapq.heappush(heap, (-totals[number], key, number))
            continue
        if -total < fewest:
            break
        pair = np.int32(key >> 32), np.int32(key & 0xFFFFFFFF)
        new, is_new = _spell(pair, np.int32(first + added), pieces)
        added += is_new
        left.append(pair[0])
        right.append(pair[1])
        into.append(new)
        applied.append(-total)
        grown.clear()
        for at in _listed(heads[number], later):
            if pair_of[at] == number:  # else the place before it, in a run of one symbol, took it
                _merge(at, new, ids, before, after, places, pairs)
        for other in grown:  # in any order: a heap gives its smallest
            heapq.heappush(heap, (-totals[other], keys[other], other))
    return np.array(left), np.array(right), np.array(into), np.array(applied)


@compiled
def _links(size: int, ends: NDArray[np.int64], counts: NDArray[np.int64]) -> Any:
    """Of each place: the count of its word, the place before and the one after in it."""
    times = np.empty(size, np.int64)
    before, after = np.empty(size, np.int32), np.empty(size, np.int32)
    begin = 0
    for word in range(len(ends)):
        for at in range(begin, ends[word]):
            times[at] = counts[word]
            before[at] = at - 1 if at > begin else NONE
            after[at] = at + 1 if at + 1 < ends[word] else NONE
        begin = ends[word]
    return times, before, after


@compiled
def _pieces(hashes: NDArray[np.uint64], lengths: NDArray[np.int64], most: int) -> Any:
    """Hash, length and power of the base by id, and the id by hash."""
    size = len(hashes) + most
    names = np.zeros(size, np.uint64)
    powers = np.zeros(size, np.uint64)
    known = Dict.empty(types.uint64, types.int32)
    for piece in range(len(hashes)):
        names[piece] = hashes[piece]
        power = np.uint64(1)
        for _ in range(lengths[piece]):
            power *= _BASE
        powers[piece] = power
        known[hashes[piece]] = np.int32(piece)
    return names, powers, known


@compiled
def _spell(pair: Any, number: Any, pieces: Any) -> Any:
    """The id of what a pair spells, `number` if nothing does yet, and whether that is so."""
    names, powers, known = pieces
    name = names[pair[0]] * powers[pair[1]] + names[pair[1]]
    if name in known:
        return known[name], 0
    names[number], powers[number] = name, powers[pair[0]] * powers[pair[1]]
    known[name] = number
    return number, 1


@compiled
def _key(left: Any, right: Any) -> Any:
    return np.int64(left) << 32 | np.int64(right)


@compiled
def _listed(head: int, later: NDArray[np.int32]) -> Any:
    """The places of a list, from left to right: in a run of one symbol the encoder merges so too."""
    places = [head]
    while later[places[-1]] >= 0:
        places.append(later[places[-1]])
    places.reverse()  # most were entered from left to right, each before those that were there
    for at in range(1, len(places)):
        if places[at] < places[at - 1]:
            _sort(places)
            break
    return places


@compiled
def _sort(values: Any) -> None:
    """Heapsort: numba takes two seconds to compile the sort of its lists, and this is needed rarely."""
    size = len(values)
    for begin in range(size // 2 - 1, -1, -1):
        _sift(values, begin, size)
    for end in range(size - 1, 0, -1):
        values[0], values[end] = values[end], values[0]
        _sift(values, 0, end)


@compiled
def _sift(values: Any, at: int, size: int) -> None:
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and values[child + 1] > values[child]:
            child += 1
        if values[child] <= values[at]:
            return
        values[at], values[child] = values[child], values[at]
        at = child


@compiled
def _merge(at: int, new: Any, ids: Any, before: Any, after: Any, places: Any, pairs: Any) -> None:
    """Puts `new` for the two symbols that begin at a place, and enters the pairs that it is now part of."""
    second = after[at]
    for place in (before[at], at, second):
        if place >= 0 and places[1][place] >= 0:
            _leave(place, places, pairs)
    ids[at] = new
    after[at] = after[second]
    if after[at] >= 0:
        before[after[at]] = at
    for place in (before[at], at):
        if place >= 0 and after[place] >= 0:
            _enter(place, _key(ids[place], ids[after[place]]), places, pairs)


@compiled
def _enter(at: int, key: int, places: Any, pairs: Any) -> None:
    times, pair_of, earlier, later = places
    numbers, totals, heads, keys, grown = pairs
    if key in numbers:
        number = numbers[key]
    else:
        number = len(keys)
        numbers[key] = number
        totals.append(np.int64(0))
        heads.append(np.int32(NONE))
        keys.append(np.int64(key))
    if len(grown) == 0 or grown[-1] != number:
        grown.append(number)
    totals[number] += times[at]
    pair_of[at], earlier[at], later[at] = number, NONE, heads[number]
    if heads[number] >= 0:
        earlier[heads[number]] = at
    heads[number] = np.int32(at)


@compiled
def _leave(at: int, places: Any, pairs: Any) -> None:
    times, pair_of, earlier, later = places
    _, totals, heads, _, _ = pairs
    number = pair_of[at]
    totals[number] -= times[at]
    if earlier[at] >= 0:
        later[earlier[at]] = later[at]
    else:
        heads[number] = later[at]
    if later[at] >= 0:
        earlier[later[at]] = earlier[at]
    pair_of[at] = NONE

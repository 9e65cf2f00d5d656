"""The loops of deduplication over characters and hashes, compiled by numba and cached on disk.

Compiling takes some seconds the first time on a machine; later processes load what was compiled (from beside
this file, or, where that can't be written, from `NUMBA_CACHE_DIR` or the cache of the user).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from cleaning.text import DIGIT, LETTER, SPACE, WORD, Hashes, Ints

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """The function as machine code. Other threads of this process go on while it runs."""
    machine_code: Any = numba.njit(cache=True, nogil=True)(function)
    return machine_code


CLASS = 24  # the bit of a letter's entry from which on its class stands; a code point needs 21
_PLAIN = np.uint32((1 << CLASS) - 1)
_WORD, _LETTER, _DIGIT, _SPACE = (np.uint32(kind << CLASS) for kind in (WORD, LETTER, DIGIT, SPACE))
_BASE = np.uint64(0x9E3779B97F4A7C15)  # as in cleaning/text.py
_STEP = np.uint64(0xB7E151628AED2A6B)  # odd, so that no bit of a word is lost; the digits of e
_DOT, _POINT, _COMMA, _BLANK = 0xB7, 0x2E, 0x2C, 0x20


@compiled
def mix(h: Any) -> Any:
    """The finaliser of splitmix64 (Steele et al. 2014), as `cleaning.text.mixed`."""
    h = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return h ^ (h >> np.uint64(31))


@compiled
def segment(
    codes: NDArray[np.uint32],
    places: NDArray[np.uint32],
    ends: Ints,
    letters: NDArray[np.uint32],
    words: Hashes,
    squeezed: NDArray[np.uint32],
) -> tuple[Ints, Ints]:
    """Words and white space of texts, in one pass over their code points.

    `codes` holds the texts one after another, a newline at the `ends` [n] of each; `places` says where in
    `letters` each code point stands: its plain lower case, and its class from bit CLASS on. Fills `words` with
    the hashes of the words, and `squeezed` with the code points after each run of white space became one space
    and none was left at the ends of a text. Returns the places [n] where each text ends in the two.
    """
    word_ends = np.empty(len(ends), np.int64)
    squeezed_ends = np.empty(len(ends), np.int64)
    at, written, start, last = np.uint64(0), np.uint64(0), 0, len(codes) - 1
    for text in range(len(ends)):
        power, value, inside = np.uint64(1), np.uint64(0), False
        begun, blank = written, False
        for i in range(start, ends[text] + 1):
            letter = letters[places[i]]
            if letter & _WORD:
                member = True
            else:
                member = False
                code = codes[i]
                if code in (_DOT, _POINT, _COMMA) and 0 < i < last:
                    around = letters[places[i - 1]] & letters[places[i + 1]]
                    member = (around & (_LETTER if code == _DOT else _DIGIT)) != 0
            if member:
                inside = True
                value += np.uint64(letter & _PLAIN) * power
                power *= _BASE
            elif inside:
                words[at] = mix(value)
                at += np.uint64(1)
                power, value, inside = np.uint64(1), np.uint64(0), False
            if letter & _SPACE:
                blank = True
            else:
                if blank:
                    if written > begun:
                        squeezed[written] = _BLANK
                        written += np.uint64(1)
                    blank = False
                squeezed[written] = codes[i]
                written += np.uint64(1)
        word_ends[text] = at
        squeezed_ends[text] = written
        start = ends[text] + 1
    return word_ends, squeezed_ends


@compiled
def windows(words: Hashes, word_ends: Ints, size: int, hashes: Hashes) -> Ints:
    """Fills `hashes` with those of all runs of `size` words within a text; where each text ends in them [n]."""
    ends = np.empty(len(word_ends), np.int64)
    lead = np.uint64(1)
    for _ in range(size):
        lead *= _STEP
    at = start = 0
    for text in range(len(word_ends)):
        value = np.uint64(0)
        for i in range(start, word_ends[text]):
            value = value * _STEP + words[i]
            if i >= start + size:
                value -= words[i - size] * lead
            if i >= start + size - 1:
                hashes[at] = mix(value)
                at += 1
        ends[text] = at
        start = word_ends[text]
    return ends


@compiled
def distinct(hashes: Hashes, ends: Ints) -> Ints:
    """Leaves one of each of the sorted hashes of each text, at the front of `hashes`; how many of each text [n]."""
    counts = np.zeros(len(ends), np.int64)
    at = start = 0
    for text in range(len(ends)):
        begun = at
        for i in range(start, ends[text]):
            if at == begun or hashes[i] != hashes[at - 1]:
                hashes[at] = hashes[i]
                at += 1
        counts[text] = at - begun
        start = ends[text]
    return counts


@compiled
def minima(
    hashes: Hashes,
    counts: Ints,
    factors: NDArray[np.uint32],
    summands: NDArray[np.uint32],
    signatures: NDArray[np.uint32],
) -> None:
    """Lowers each row of `signatures` [n, k] to the least value that a text's hashes have by each permutation."""
    start = 0
    for text in range(len(counts)):
        lowest = signatures[text]
        for i in range(start, start + counts[text]):
            h = np.uint32(hashes[i] & np.uint64(0xFFFFFFFF))
            # The finaliser of MurmurHash3, which datasketch 2 puts before its permutations.
            h ^= h >> np.uint32(16)
            h = np.uint32(h * np.uint32(0x85EBCA6B))
            h ^= h >> np.uint32(13)
            h = np.uint32(h * np.uint32(0xC2B2AE35))
            h ^= h >> np.uint32(16)
            for k in range(len(factors)):
                value = np.uint32(np.uint32(h * factors[k]) + summands[k])
                lowest[k] = min(lowest[k], value)
        start += counts[text]


@compiled
def sketch(hashes: Hashes, ends: Ints, limit: Any, keys: Hashes) -> Ints:
    """Fills `keys` with one for each two neighbours among the hashes below `limit` of a text; their ends [n].

    `hashes` stand in the order of the text. Two texts share a key where they share the passage from one
    such hash to the next.
    """
    key_ends = np.empty(len(ends), np.int64)
    at = start = 0
    for text in range(len(ends)):
        previous = np.uint64(0)
        for i in range(start, ends[text]):
            if hashes[i] < limit and hashes[i] != previous:
                if previous:
                    keys[at] = mix(previous * _STEP + hashes[i])
                    at += 1
                previous = hashes[i]
        key_ends[text] = at
        start = ends[text]
    return key_ends


@compiled
def shared(
    above: Ints, below: Ints, starts: Ints, hashes: Hashes, starts_below: Ints, hashes_below: Hashes
) -> Ints:
    """How many hashes the two sets of each pair [m] share: set i is `hashes[starts[i]:starts[i + 1]]`, sorted."""
    counts = np.zeros(len(above), np.int64)
    for pair in range(len(above)):
        i, j = starts[above[pair]], starts_below[below[pair]]
        end_i, end_j = starts[above[pair] + 1], starts_below[below[pair] + 1]
        count = 0
        while i < end_i and j < end_j:
            one, other = hashes[i], hashes_below[j]
            count += one == other
            i += one <= other
            j += other <= one
        counts[pair] = count
    return counts


@compiled
def join(above: Ints, below: Ints, roots: Ints) -> None:
    """Leaves in `roots` [n], at first each document's own place, one that is common to all that pairs link.

    Union by path halving (Tarjan and van Leeuwen 1984); the smallest place of a component is its root.
    """
    for pair in range(len(above)):
        one, other = above[pair], below[pair]
        while roots[one] != one:
            roots[one] = roots[roots[one]]
            one = roots[one]
        while roots[other] != other:
            roots[other] = roots[roots[other]]
            other = roots[other]
        roots[max(one, other)] = min(one, other)
    for place in range(len(roots)):  # a root is smaller than what it is the root of
        roots[place] = roots[roots[place]]


@compiled
def survive(above: Ints, below: Ints, edge: Ints, removable: NDArray[np.bool_], keep: int) -> None:
    """Fills `edge` [n] with that by which each document goes, where `keep` of those that it is like stay.

    The edges [m] are sorted by the rank of `below`, then by that of `above`, the better of the two; the edge to
    the best is told. What is no longer -1 in `edge` is gone from the start. Only the `removable` [n] may go.
    """
    i = 0
    while i < len(below):
        document = below[i]
        staying, best, last = 0, -1, -1
        while i < len(below) and below[i] == document:
            if edge[above[i]] < 0 and above[i] != last:
                staying += 1
                last = above[i]
                if best < 0:
                    best = i
            i += 1
        if staying >= keep and removable[document]:
            edge[document] = best


@compiled
def gather(hashes: Hashes, first: Ints, last: Ints, gathered: Hashes) -> None:
    """Copies the stretches [first, last) of `hashes` one after another into `gathered`."""
    at = 0
    for i in range(len(first)):
        for j in range(first[i], last[i]):
            gathered[at] = hashes[j]
            at += 1

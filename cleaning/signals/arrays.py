"""What the signals compute with: shares, groups of equal hashes, sets of characters."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from cleaning.text.batch import BLOCK, Batch, Bools, Floats, Hashes, Ints, Places, mixed

_ABOVE = np.uint64(1 << 32)
_WORDS: WeakKeyDictionary[Batch, Numbered] = WeakKeyDictionary()


def share(count: Ints | Floats, whole: Ints | Floats) -> Floats:
    """count / whole, 0 where the whole is 0."""
    return np.divide(count, whole, out=np.zeros(len(whole), np.float64), where=whole > 0)


def largest(values: Ints, first: Ints) -> Ints:
    """The largest of the values of each text, 0 where it has none."""
    largest = np.zeros(len(first) - 1, np.int64)
    full = np.flatnonzero(np.diff(first) > 0)
    if len(full):
        largest[full] = np.maximum.reduceat(values, first[full])
    return largest


def among(codes: Any, characters: str) -> Bools:
    """Which code points are among some characters."""
    table, is_member = _table(characters), np.empty(len(codes), bool)
    for begin in range(0, len(codes), BLOCK):  # numpy takes eight bytes for each
        here = slice(begin, begin + BLOCK)
        table.take(codes[here], mode="clip", out=is_member[here])
    return is_member


@cache
def _table(characters: str) -> Bools:
    """Whether each code point is among some characters; the last entry stands for all beyond them."""
    codes = [ord(c) for c in characters]
    table = np.zeros(max(codes) + 2, bool)
    table[codes] = True
    return table


def are_among(hashes: Hashes, sought: Hashes) -> Bools:
    """Which hashes are among some others."""
    return places(hashes, np.sort(sought))[0]


def places(hashes: Hashes, ordered: Hashes) -> tuple[Bools, Ints]:
    """Which hashes are among some others that lie in their order, and where those are there; else 0."""
    from cleaning.signals.compiled import sought  # numba, which whoever only names a signal spares

    # As hashes are spread evenly, their first bits say where to look.
    bits = len(ordered).bit_length() + 1
    shift = np.uint64(64 - bits)
    begins = np.searchsorted(ordered, np.arange(1 << bits, dtype=np.uint64) << shift)
    known, place = np.empty(len(hashes), bool), np.empty(len(hashes), np.int64)
    sought(hashes, ordered, begins, shift, known, place)
    return known, place


def grouped(hashes: Hashes) -> tuple[Ints, Bools]:
    """Indices into `hashes` so that equal ones lie together, each group in its own order; and, one longer,
    whether the hash at a place equals that of the place before (False at both ends).

    The index takes the low bits of the sorted number, because numpy sorts numbers five times as fast as
    it sorts indices; 64 minus log2(len) bits of the hash are left, enough for one batch.
    """
    bits = np.uint64(max(len(hashes), 1).bit_length())
    numbers = hashes >> bits  # one array of all words, sorted and taken apart in place
    numbers <<= bits
    numbers |= np.arange(len(hashes), dtype=np.uint64)
    numbers.sort()
    same = np.zeros(len(hashes) + 1, bool)
    for begin in range(1, len(hashes), BLOCK):
        heads = numbers[begin - 1 : begin + BLOCK] >> bits
        same[begin : begin + len(heads) - 1] = heads[1:] == heads[:-1]
    numbers &= (np.uint64(1) << bits) - np.uint64(1)
    return numbers.view(np.int64), same


def within(hashes: Hashes, first: Ints) -> Hashes:
    """Keys that are equal where hashes are equal and stand in the same text."""
    # Above all code points: the hash of a word of one letter is mixed from that alone, and text 97 with the word "b"
    # would have the key of text 98 with the word "a".
    salts = mixed(np.arange(1, len(first), dtype=np.uint64) + _ABOVE)
    if len(salts) > 1:  # a long text is alone: its salt is not to be repeated for each hash
        salts = np.repeat(salts, np.diff(first))
    return mixed(hashes ^ salts)


class Numbered(NamedTuple):
    """A number for each word of a batch, the same for equal ones of a text and in the order of their first; of each
    number how many `copies` there are, and the `place` of the first.
    """

    number: Places
    copies: Places
    place: Places


def numbered_words(batch: Batch) -> Numbered:
    """The words of a batch by number. Counted once, for all that read it."""
    if batch not in _WORDS:
        _WORDS[batch] = numbered(batch.word_hashes, batch.word_first)
    return _WORDS[batch]


def numbered(hashes: Hashes, first: Ints) -> Numbered:
    """Hashes of texts by number, those of text i at [first[i], first[i + 1])."""
    from cleaning.signals import compiled  # numba, which whoever only names a signal spares

    number, copies, place = np.empty((3, len(hashes)), np.int32)
    many = compiled.numbered(hashes, first, slots(first), number, copies, place)
    return Numbered(number, copies[:many].copy(), place[:many].copy())


def slots(first: Ints) -> Places:
    """An empty hash table for what a text has, the one that has most of it."""
    most = int(np.diff(first).max(initial=1))
    return np.empty(1 << (2 * most - 1).bit_length(), np.int32)

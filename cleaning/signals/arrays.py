"""What the signals compute with: shares, numbers of equal hashes, sets of characters."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from cleaning.text.batch import BLOCK, Batch, Bools, Floats, Hashes, Ints, Places

_WORDS: WeakKeyDictionary[Batch, Numbered] = WeakKeyDictionary()


def share(count: Ints | Floats, whole: Ints | Floats) -> Floats:
    """count / whole, 0 where the whole is 0."""
    some = whole > 0
    if some.all():  # in half the time
        return np.asarray(count / whole, np.float64)
    return np.divide(count, whole, out=np.zeros(len(whole), np.float64), where=some)


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


class Numbered(NamedTuple):
    """A number for each word of a batch, the same for equal ones of a text and in the order of their first; of each
    number how many `copies` there are, and the `place` of the first. Those of text i are [first[i], first[i + 1]).
    """

    number: Places
    copies: Places
    place: Places
    first: Ints

    @property
    def later(self) -> Bools:
        """Which words have an equal one before them in their text."""
        return self.place[self.number] != np.arange(len(self.number))


def numbered_words(batch: Batch) -> Numbered:
    """The words of a batch by number. Counted once, for all that read it."""
    if batch not in _WORDS:
        _WORDS[batch] = numbered(batch.word_hashes, batch.word_first)
    return _WORDS[batch]


def numbered(hashes: Hashes, first: Ints) -> Numbered:
    """Hashes of texts by number, those of text i at [first[i], first[i + 1])."""
    from cleaning.signals import compiled  # numba, which whoever only names a signal spares

    number, copies, place = np.empty((3, len(hashes)), np.int32)
    numbers = np.zeros(len(first), np.int64)
    compiled.numbered(hashes, first, slots(first), number, copies, place, numbers)
    many = numbers[-1]
    return Numbered(number, copies[:many].copy(), place[:many].copy(), numbers)


def ranked(counts: Places, first: Ints) -> Places:
    """Counts, those of each text from the least to the largest."""
    from cleaning.signals import compiled

    ordered = np.empty_like(counts)
    compiled.ranked(counts, first, np.zeros(counts.max(initial=0) + 1, np.int32), ordered)
    return ordered


def slots(first: Ints) -> Places:
    """An empty hash table for what a text has, the one that has most of it."""
    most = int(np.diff(first).max(initial=1))
    return np.empty(1 << (2 * most - 1).bit_length(), np.int32)

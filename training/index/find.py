"""Finds the spans of a text that stand in indexed tokens: the longest ones, how often, and where.

For every place of the text the longest run of tokens from there that occurs anywhere, by one binary search among
the sorted suffixes, many places at once (as in infini-gram, Liu et al. 2024, and OLMoTrace, arXiv 2504.07096). A run
that another contains is left out. Long runs are told one after another: from each of their places anew, a whole
document would take the square of its length.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

_STEP = 32  # tokens that are compared at once, and twice as many each time
_TOKENS = 1 << 18  # of all runs together, that are compared at once
_LONG = 256  # tokens of a run from which on it is told alone
_LOOKED = 1 << 16  # places of a span among which those of sequences to train on are looked for


class Place(NamedTuple):
    """Where a span stands: the document, the part and the number of its sequence, the token in that.

    `held_out`: no model learns from it.
    """

    id: str
    url: str | None
    part: str
    sequence: int
    token: int
    held_out: bool


class Span(NamedTuple):
    """Tokens `begin` to `end` of the text, how often they occur, and some of the places."""

    begin: int
    end: int
    times: int
    places: list[Place]


def _is_held_out(part: str) -> bool:
    """Whether the sequences of a part, `DOMAIN/SPLIT`, are none to train on."""
    return part.rpartition("/")[2] != "train"


class Segment:
    """A segment of an index, from its four files, which are mapped and not read."""

    def __init__(
        self, tokens: Path, suffixes: Path, starts: Path, sequences: Path, kind: str
    ) -> None:
        self.tokens = np.memmap(tokens, kind, "r")
        self.suffixes = np.memmap(suffixes, "<u4", "r")
        self.starts = np.memmap(starts, "<i8", "r")
        self._sequences = pq.ParquetFile(sequences, read_dictionary=["part"])

    @cached_property
    def _held_out(self) -> NDArray[np.bool_]:
        """Whether each sequence is one that no model learns from."""
        parts = self._sequences.read(columns=["part"])["part"].combine_chunks()
        of_each = np.array([_is_held_out(part) for part in parts.dictionary.to_pylist()], bool)
        return of_each[parts.indices.to_numpy()]

    def learnt_first(self, first: int, last: int, most: int) -> list[tuple[bool, int]]:
        """Some of the suffixes of a range, those of sequences to train on first; of each whether it is held out."""
        tokens = self.suffixes[first : min(last, first + _LOOKED)]
        held = self._held_out[np.searchsorted(self.starts, tokens, side="right") - 1]
        some = np.argsort(held, kind="stable")[:most]
        return [(bool(held[n]), first + int(n)) for n in some]

    def longest(self, text: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each place of a text the tokens from there that occur in the segment, as many as may be."""
        begins = np.arange(len(text))
        ends = np.minimum(begins + _LONG, len(text))
        many = _TOKENS // _STEP
        sizes = np.concatenate(
            [
                self._from(text, begins[n : n + many], ends[n : n + many])
                for n in range(0, len(text), many)
            ]
        )
        long = np.flatnonzero(sizes == _LONG)
        number = 0
        while number < len(long):
            begin = int(long[number])
            end = begin + self._size(text, begin, len(text))
            # Behind the end goes no run from before `first`: if one does from a place, so it does from all later ones.
            first, last = begin + 1, max(begin + 1, end - _LONG + 1)
            while first < last:
                middle = (first + last) // 2
                beyond = end < len(text) and self._size(text, middle, end + 1) == end + 1 - middle
                first, last = (first, middle) if beyond else (middle + 1, last)
            sizes[begin:first] = end - begins[begin:first]
            number = int(np.searchsorted(long, first))
        return sizes

    def _size(self, text: NDArray[np.int64], begin: int, end: int) -> int:
        """Of the run from a place to another, how many tokens occur."""
        return int(self._from(text, np.array([begin]), np.array([end]))[0])

    def _from(
        self, text: NDArray[np.int64], begins: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Of each run, how many tokens from its begin on occur."""
        at = self._lower(text, begins, ends)
        best = np.zeros(len(begins), np.int64)
        for near in (at - 1, at):
            there = (near >= 0) & (near < len(self.suffixes))
            common, _ = self._compare(text, begins[there], ends[there], near[there])
            best[there] = np.maximum(best[there], common)
        return best

    def ranges(
        self, text: NDArray[np.int64], begins: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of runs of tokens, from where to where among the suffixes they begin one."""
        return self._lower(text, begins, ends), self._lower(text, begins, ends, after=True)

    def place(self, rank: int) -> Place:
        """Where the suffix of a rank stands."""
        token = int(self.suffixes[rank])
        row = int(np.searchsorted(self.starts, token, side="right")) - 1
        group, first = 0, 0
        while row >= first + self._sequences.metadata.row_group(group).num_rows:
            first += self._sequences.metadata.row_group(group).num_rows
            group += 1
        (where,) = self._sequences.read_row_group(group).slice(row - first, 1).to_pylist()
        inside, held_out = token - int(self.starts[row]), _is_held_out(where["part"])
        return Place(where["id"], where["url"], where["part"], where["sequence"], inside, held_out)

    def _lower(
        self,
        text: NDArray[np.int64],
        begins: NDArray[np.int64],
        ends: NDArray[np.int64],
        after: bool = False,
    ) -> NDArray[np.int64]:
        """The first suffix that is not less than each run; `after`: the first after all that begin with it."""
        low = np.zeros(len(begins), np.int64)
        high = np.full(len(begins), len(self.suffixes))
        while (open_ := low < high).any():
            middle = (low + high) // 2
            _, less = self._compare(text, begins[open_], ends[open_], middle[open_], after)
            low[open_] = np.where(less, middle[open_] + 1, low[open_])
            high[open_] = np.where(less, high[open_], middle[open_])
        return low

    def _compare(
        self,
        text: NDArray[np.int64],
        begins: NDArray[np.int64],
        ends: NDArray[np.int64],
        ranks: NDArray[np.int64],
        after: bool = False,
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Of suffixes and runs: how many tokens they begin with in common, and whether the suffix is less.

        A suffix that begins with the run is not less, or `after` it is.
        """
        places = self.suffixes[ranks].astype(np.int64)
        common = np.zeros(len(ranks), np.int64)
        less = np.zeros(len(ranks), bool)
        left, size = np.arange(len(ranks)), _STEP
        while len(left):
            steps = common[left, None] + np.arange(size)
            ours, theirs = begins[left, None] + steps, places[left, None] + steps
            inside, there = ours < ends[left, None], theirs < len(self.tokens)
            own = text[np.minimum(ours, len(text) - 1)]
            other = self.tokens[np.minimum(theirs, len(self.tokens) - 1)].astype(np.int64)
            other[~there] = -1  # what ends is less
            differs = (own != other) | ~inside
            first = differs.argmax(1)
            any_ = differs.any(1)
            rows = np.flatnonzero(any_)
            common[left] += np.where(any_, first, size)
            at = first[rows]
            whole = ~inside[rows, at]
            less[left[rows]] = np.where(whole, after, other[rows, at] < own[rows, at])
            left = left[~any_]
            size = max(_STEP, min(2 * size, _TOKENS // max(1, len(left))))
        return common, less


def find(segments: Sequence[Segment], ids: Sequence[int], shortest: int, most: int) -> list[Span]:
    """The spans of at least `shortest` tokens that occur, in order, each with at most `most` places.

    Places in sequences to train on come first.
    """
    text = np.asarray(ids, np.int64)
    if not len(text):
        return []
    longest = np.max([np.zeros(len(text), np.int64), *(s.longest(text) for s in segments)], axis=0)
    begins = np.arange(len(text))
    ends = begins + longest
    contained = ends <= np.concatenate([[0], np.maximum.accumulate(ends)[:-1]])
    chosen = (longest >= shortest) & ~contained
    begins, ends = begins[chosen], ends[chosen]
    ranges = [segment.ranges(text, begins, ends) for segment in segments]
    spans = []
    for number, (begin, end) in enumerate(zip(begins.tolist(), ends.tolist(), strict=True)):
        found: list[tuple[bool, Segment, int]] = []
        count = 0
        for segment, (low, high) in zip(segments, ranges, strict=True):
            first, last = int(low[number]), int(high[number])
            count += last - first
            found += [(held, segment, n) for held, n in segment.learnt_first(first, last, most)]
        found.sort(key=itemgetter(0))
        spans.append(Span(begin, end, count, [segment.place(n) for _, segment, n in found[:most]]))
    return spans

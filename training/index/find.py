"""Finds the spans of a text that stand in indexed tokens: the longest ones, how often, and where.

For every place of the text the longest run of tokens from there that occurs anywhere, by one binary search among
the sorted suffixes, all places at once (as in infini-gram, Liu et al. 2024, and OLMoTrace, arXiv 2504.07096). A run
that another contains is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

_STEP = 32  # tokens that are compared at once


class Place(NamedTuple):
    """Where a span stands: the document, the part and the number of its sequence, the token in that."""

    id: str
    url: str | None
    part: str
    sequence: int
    token: int


class Span(NamedTuple):
    """Tokens `begin` to `end` of the text, how often they occur, and some of the places."""

    begin: int
    end: int
    times: int
    places: list[Place]


class Segment:
    """A segment of an index, from its four files, which are mapped and not read."""

    def __init__(
        self, tokens: Path, suffixes: Path, starts: Path, sequences: Path, kind: str
    ) -> None:
        self.tokens = np.memmap(tokens, kind, "r")
        self.suffixes = np.memmap(suffixes, "<u4", "r")
        self.starts = np.memmap(starts, "<i8", "r")
        self._sequences = pq.ParquetFile(sequences)

    def longest(self, text: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each place of a text the tokens from there that occur in the segment, as many as may be."""
        begins, ends = np.arange(len(text)), np.full(len(text), len(text))
        at = self._lower(text, begins, ends)
        best = np.zeros(len(text), np.int64)
        for near in (at - 1, at):
            there = (near >= 0) & (near < len(self.suffixes))
            common, _ = self._compare(text, begins[there], ends[there], near[there])
            best[there] = np.maximum(best[there], common)
        return best

    def ranges(
        self, text: NDArray[np.int64], begins: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of runs of tokens, from where to where among the suffixes they begin one."""
        return self._lower(text, begins, ends), self._lower(text, begins, ends, behind=True)

    def place(self, rank: int) -> Place:
        """Where the suffix of a rank stands."""
        token = int(self.suffixes[rank])
        row = int(np.searchsorted(self.starts, token, side="right")) - 1
        group, first = 0, 0
        while row >= first + self._sequences.metadata.row_group(group).num_rows:
            first += self._sequences.metadata.row_group(group).num_rows
            group += 1
        table = self._sequences.read_row_group(group).slice(row - first, 1).to_pylist()[0]
        inside = token - int(self.starts[row])
        return Place(table["id"], table["url"], table["part"], table["sequence"], inside)

    def _lower(
        self,
        text: NDArray[np.int64],
        begins: NDArray[np.int64],
        ends: NDArray[np.int64],
        behind: bool = False,
    ) -> NDArray[np.int64]:
        """The first suffix that is not less than each run; `behind`: the first behind all that begin with it."""
        low = np.zeros(len(begins), np.int64)
        high = np.full(len(begins), len(self.suffixes))
        while (open_ := low < high).any():
            middle = (low + high) // 2
            _, less = self._compare(text, begins[open_], ends[open_], middle[open_], behind)
            low[open_] = np.where(less, middle[open_] + 1, low[open_])
            high[open_] = np.where(less, high[open_], middle[open_])
        return low

    def _compare(
        self,
        text: NDArray[np.int64],
        begins: NDArray[np.int64],
        ends: NDArray[np.int64],
        ranks: NDArray[np.int64],
        behind: bool = False,
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Of suffixes and runs: how many tokens they begin with in common, and whether the suffix is less.

        A suffix that begins with the run is not less, or `behind` it is.
        """
        places = self.suffixes[ranks].astype(np.int64)
        common = np.zeros(len(ranks), np.int64)
        less = np.zeros(len(ranks), bool)
        left = np.arange(len(ranks))
        while len(left):
            steps = common[left, None] + np.arange(_STEP)
            ours, theirs = begins[left, None] + steps, places[left, None] + steps
            inside, there = ours < ends[left, None], theirs < len(self.tokens)
            own = text[np.minimum(ours, len(text) - 1)]
            other = self.tokens[np.minimum(theirs, len(self.tokens) - 1)].astype(np.int64)
            other[~there] = -1  # what ends is less
            differs = (own != other) | ~inside
            first = differs.argmax(1)
            any_ = differs.any(1)
            rows = np.flatnonzero(any_)
            common[left] += np.where(any_, first, _STEP)
            at = first[rows]
            whole = ~inside[rows, at]
            less[left[rows]] = np.where(whole, behind, other[rows, at] < own[rows, at])
            left = left[~any_]
        return common, less


def find(segments: Sequence[Segment], ids: Sequence[int], shortest: int, most: int) -> list[Span]:
    """The spans of at least `shortest` tokens that occur, in order, each with at most `most` places."""
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
        places: list[Place] = []
        count = 0
        for segment, (low, high) in zip(segments, ranges, strict=True):
            first, last = int(low[number]), int(high[number])
            count += last - first
            places += [
                segment.place(n) for n in range(first, min(last, first + most - len(places)))
            ]
        spans.append(Span(begin, end, count, places))
    return spans

"""How much of a text repeats itself: lines, paragraphs and runs of words, for a whole batch at once.

The reading of Gopher's table A1 (Rae et al. 2021, arXiv 2112.11446) that is used here, since code bases
differ: words are those of `cleaning.text.batch`, in lower case; lengths are code points of words, without what
separates them; a line, paragraph or run counts as duplicate from its second copy on; a code point counts
once, however many duplicate runs it lies in; a most frequent run that occurs once has the share 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from cleaning.signals.arrays import numbered, numbered_words, share, slots
from cleaning.signals.measures import Signal, measure
from cleaning.text.batch import Batch, Bools, Floats, Hashes, Ints, by_text

Bits = NDArray[np.uint8]

# The loops are imported where they run: who only asks for the names of the signals needs no compiler.
TOP = 4  # words of the longest run of which the most frequent one is asked
LONGEST = 10  # words of the longest run that is looked for


@dataclass(frozen=True)
class Spans:
    """Share of the lines (or paragraphs) that are duplicates, and of their code points."""

    number: Floats
    characters: Floats


def duplicate_spans(hashes: Hashes, lengths: Ints, first: Ints) -> Spans:
    """What share of the spans of each text are later copies of one before them in the same text."""
    copies = numbered(hashes, first).later
    return Spans(
        share(by_text(copies, first), np.diff(first)),
        share(by_text(lengths * copies, first), by_text(lengths, first)),
    )


class Runs:
    """Top runs of 2 to 4 words and later copies of runs of 5 to 10 words of each text, by the hashes of its words.

    A run of n + 1 words can only occur twice where the run of n words at its first and at its second
    word do, so that each length looks at the few places that the one before has left. `bound` says how many words it
    has at most; `jumping` is datatrove's way to count later copies.
    """

    def __init__(self, batch: Batch, hashes: Hashes, bound: Bits, jumping: bool = False) -> None:
        from cleaning.signals import compiled

        first, words = batch.word_first, len(hashes)
        longest = int(np.diff(first).max(initial=0))
        at, group, copies = np.empty((3, longest), np.int32)
        self.most = np.zeros((TOP - 1, 2, len(batch)), np.int64)
        self.later = np.zeros((LONGEST - TOP, len(batch)), np.int64)
        self.level = np.empty(words, np.uint8)  # the words of the longest run from each
        self._inside = np.zeros(0 if jumping else words, np.uint8)
        compiled.runs(
            hashes,
            batch.word_lengths,
            first,
            bound,
            TOP,
            jumping,
            self.level,
            self._inside,
            at,
            np.empty(longest, np.uint64),
            slots(first),
            group,
            copies,
            self.most,
            self.later,
        )

    def covered(self, size: int) -> Bools:
        """The words in later copies of runs of `size` words."""
        return (self._inside & (1 << (size - TOP - 1))) != 0

    def duplicate(self, size: int) -> Ints:
        """The code points of the words of each text in later copies of runs of `size` words."""
        points: Ints = self.later[size - TOP - 1]
        return points


_RUNS: WeakKeyDictionary[Batch, Runs] = WeakKeyDictionary()  # measured once, read by two measures


def covered_by_runs(batch: Batch, size: int) -> Bools:
    """Which words of a batch stand in later copies of runs of `size` words (5 to 10)."""
    return runs_of(batch).covered(size)


def runs_of(batch: Batch) -> Runs:
    """The runs of the words of a batch."""
    if batch not in _RUNS:
        words = numbered_words(batch)
        bound = np.where(words.copies > 1, np.uint8(LONGEST), np.uint8(0))[words.number]
        _RUNS[batch] = Runs(batch, batch.word_hashes, bound)
    return _RUNS[batch]


def scanned_runs(batch: Batch) -> Runs:
    """The runs as datatrove looks for them, to which `The` and `the` are two words, and as it scans for later copies.

    From the first word on, a run that was met is counted and jumped over, and what is jumped over is not met
    (gopher_repetition_filter.py, find_all_duplicate). Only runs that occur twice are looked at, capitals and all.
    """
    return Runs(batch, batch.exact_word_hashes, runs_of(batch).level, jumping=True)


@measure(
    duplicate_lines=(float, "later copies of lines, of the lines (Gopher)"),
    duplicate_line_characters=(
        float,
        "code points in later copies of lines, of those of all lines",
    ),
    duplicate_paragraphs=(float, "later copies of paragraphs, of the paragraphs (Gopher)"),
    duplicate_paragraph_characters=(float, "code points in later copies of paragraphs, of all"),
)
def _duplicates(batch: Batch) -> Any:
    lengths = batch.line_end - batch.line_start
    lines = duplicate_spans(batch.line_hashes, lengths, batch.line_first)
    hashes, first = batch.paragraph_hashes, batch.paragraph_first
    paragraphs = duplicate_spans(hashes, batch.paragraph_lengths, first)
    return lines.number, lines.characters, paragraphs.number, paragraphs.characters


def _top_run(size: int) -> Signal:
    return float, f"code points of words in the most frequent run of {size} words (Gopher)"


def _later_runs(size: int) -> Signal:
    return float, f"code points of words in later copies of runs of {size} words"


@measure(
    top_2gram=_top_run(2),
    top_3gram=_top_run(3),
    top_4gram=_top_run(4),
    duplicate_5grams=_later_runs(5),
    duplicate_6grams=_later_runs(6),
    duplicate_7grams=_later_runs(7),
    duplicate_8grams=_later_runs(8),
    duplicate_9grams=_later_runs(9),
    duplicate_10grams=_later_runs(10),
)
def _runs(batch: Batch) -> Any:
    runs, points = runs_of(batch), by_text(batch.word_lengths, batch.word_first)
    return (
        *(share(copies * longest, points) for copies, longest in runs.most),
        *(share(runs.duplicate(size), points) for size in range(TOP + 1, LONGEST + 1)),
    )

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

from cleaning.signals.arrays import grouped, numbered_words, share, within
from cleaning.signals.measures import Signal, measure
from cleaning.text.batch import Batch, Bools, Floats, Hashes, Ints, by_text, mixed

# The loops are imported where they run: who only asks for the names of the signals needs no compiler.
TOP = 4  # words of the longest run of which the most frequent one is asked
LONGEST = 10  # words of the longest run that is looked for


def later_copies(keys: Hashes) -> Bools:
    """Which keys have an equal one before them."""
    order, same = grouped(keys)
    copies = np.zeros(len(keys), bool)
    copies[order[same[:-1]]] = True
    return copies


@dataclass(frozen=True)
class Spans:
    """Share of the lines (or paragraphs) that are duplicates, and of their code points."""

    number: Floats
    characters: Floats


def duplicate_spans(hashes: Hashes, lengths: Ints, first: Ints) -> Spans:
    """What share of the spans of each text are later copies of one before them in the same text."""
    copies = later_copies(within(hashes, first))
    return Spans(
        share(by_text(copies.astype(np.int64), first), np.diff(first)),
        share(by_text(lengths * copies, first), by_text(lengths, first)),
    )


class Runs:
    """Top runs of 2 to 4 words and later copies of runs of 5 to 10 words of each text, by the hashes of its words.

    A run of n + 1 words can only occur twice where the run of n words at its first and at its second
    word do, so that each length looks at the few places that the one before has left. What is asked of a length is
    taken before the next one, since of a text that is its own copy all places are left at each.
    """

    def __init__(self, batch: Batch, hashes: Hashes) -> None:
        from cleaning.signals import compiled

        self.lengths, self.first = batch.word_lengths, batch.word_first
        self.total = by_text(self.lengths, self.first)
        self.most: dict[int, tuple[Ints, Ints]] = {}
        self.scanned: dict[int, Ints] = {}
        self._covered: dict[int, Any] = {}
        document = batch.word_document
        salts = mixed(np.arange(len(batch), dtype=np.uint64))
        words = mixed(hashes + (salts[document] if len(batch) > 1 else salts))
        number, times = numbered_words(batch)
        repeated = np.append(times[number] > 1, False)
        at = np.flatnonzero(repeated).astype(np.int32)
        keys, many = words[at], len(at)
        group, copies = np.empty((2, many), np.int32)
        for size in range(2, LONGEST + 1):
            many = compiled.lengthened(
                at, keys, many, words, document, size, repeated, group, copies
            )
            runs = at[:many], group[:many]
            if size <= TOP:
                copied = compiled.most_copied(
                    *runs, copies, self.lengths, document, size, len(batch)
                )
                self.most[size] = copied[0], copied[1]
            else:
                covered = compiled.covered(*runs, size, len(document))
                self._covered[size] = np.packbits(covered)
                self.scanned[size] = compiled.scanned(
                    *runs, self.lengths, document, size, len(batch)
                )

    def covered(self, size: int) -> Bools:
        """The words in later copies of runs of `size` words."""
        bits = np.unpackbits(self._covered[size], count=len(self.lengths))
        return bits.view(np.bool_)

    def duplicate(self, size: int) -> Floats:
        """The share of the code points of the words of each text that stand in later copies of runs of `size` words."""
        return share(by_text(self.lengths * self.covered(size), self.first), self.total)

    def top(self, size: int) -> Floats:
        """That of those in the most frequent run of `size` words."""
        copies, longest = self.most[size]
        return share(copies * longest, self.total)


_RUNS: WeakKeyDictionary[Batch, Runs] = WeakKeyDictionary()  # measured once, read by two measures
_EXACT: WeakKeyDictionary[Batch, Runs] = WeakKeyDictionary()  # of words with their capitals


def covered_by_runs(batch: Batch, size: int) -> Bools:
    """Which words of a batch stand in later copies of runs of `size` words (5 to 10)."""
    return _runs_of(batch).covered(size)


def most_frequent(batch: Batch, size: int) -> tuple[Ints, Ints]:
    """Copies and code points of the most frequent run of `size` words (2 to 4) of each text; 0 where all are single.

    Of those equally frequent, the longest. As datatrove looks for it, to which `The` and `the` are two words.
    """
    return _exact_runs_of(batch).most[size]


def scanned_runs(batch: Batch, size: int) -> Ints:
    """Code points of each text in later copies of runs of `size` words (5 to 10) as datatrove scans for them.

    From the first word on, a run that was met is counted and jumped over, and what is jumped over is not met
    (gopher_repetition_filter.py, find_all_duplicate). Only runs that occur twice are looked at, capitals and all.
    """
    return _exact_runs_of(batch).scanned[size]


def _runs_of(batch: Batch) -> Runs:
    if batch not in _RUNS:
        _RUNS[batch] = Runs(batch, batch.word_hashes)
    return _RUNS[batch]


def _exact_runs_of(batch: Batch) -> Runs:
    if batch not in _EXACT:
        _EXACT[batch] = Runs(batch, batch.exact_word_hashes)
    return _EXACT[batch]


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
    runs = _runs_of(batch)
    return (
        *(runs.top(size) for size in range(2, 5)),
        *(runs.duplicate(size) for size in range(5, LONGEST + 1)),
    )

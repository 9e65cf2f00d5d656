"""How much of a text repeats itself: lines, paragraphs and runs of words, for a whole batch at once.

The reading of Gopher's table A1 (Rae et al. 2021, arXiv 2112.11446) that is used here, since code bases
differ: words are those of `cleaning.text`, in lower case; lengths are code points of words, without what
separates them; a line, paragraph or run counts as duplicate from its second copy on; a code point counts
once, however many duplicate runs it lies in; a most frequent run that occurs once has the share 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from cleaning.signals.arrays import grouped, grouped_words, share, within
from cleaning.signals.measures import Signal, measure
from cleaning.text import Batch, Bools, Floats, Hashes, Ints, by_text, mixed

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


@dataclass(frozen=True)
class Runs:
    """`top[n]`: share of the code points of words in the most frequent run of n words (of those equally
    frequent, the longest); `duplicate[n]`: share of those in later copies of runs of n words.
    """

    top: dict[int, Floats]
    most: dict[
        int, tuple[Ints, Ints]
    ]  # copies of the most frequent run of each text, and its code points
    duplicate: dict[int, Floats]
    covered: dict[int, Bools]  # the words in later copies
    repeats: dict[
        int, tuple[Ints, Ints]
    ]  # where runs begin that occur more than once, and which are equal


_RUNS: WeakKeyDictionary[Batch, Runs] = WeakKeyDictionary()  # measured once, read by two measures
_EXACT: WeakKeyDictionary[Batch, Runs] = WeakKeyDictionary()  # of words with their capitals


def covered_by_runs(batch: Batch, size: int) -> Bools:
    """Which words of a batch stand in later copies of runs of `size` words (5 to 10)."""
    return _runs_of(batch).covered[size]


def most_frequent(batch: Batch, size: int) -> tuple[Ints, Ints]:
    """Copies and code points of the most frequent run of `size` words (2 to 4) of each text; 0 where all are single.

    As datatrove looks for it, to which `The` and `the` are two words.
    """
    return _exact_runs_of(batch).most[size]


def scanned_runs(batch: Batch, size: int) -> Ints:
    """Code points of each text in later copies of runs of `size` words (5 to 10) as datatrove scans for them.

    From the first word on, a run that was met is counted and jumped over, and what is jumped over is not met
    (gopher_repetition_filter.py, find_all_duplicate). Only runs that occur twice are looked at, capitals and all.
    """
    places, numbers = _exact_runs_of(batch).repeats[size]
    sorting = np.argsort(places)
    places, numbers = places[sorting], numbers[sorting]
    met: set[int] = set()
    counted, free = [], 0
    for place, number in zip(places.tolist(), numbers.tolist(), strict=True):
        if place < free:
            continue
        if number in met:
            counted.append(place)
            free = place + size
        else:
            met.add(number)
    first = np.array(counted, np.int64)
    ends = np.concatenate(([0], np.cumsum(batch.word_lengths)))
    lengths = ends[first + size] - ends[first]
    return np.bincount(batch.word_document[first], lengths, len(batch)).astype(np.int64)


def _runs_of(batch: Batch) -> Runs:
    if batch not in _RUNS:
        _RUNS[batch] = repeated_runs(batch, batch.word_hashes)
    return _RUNS[batch]


def _exact_runs_of(batch: Batch) -> Runs:
    if batch not in _EXACT:
        _EXACT[batch] = repeated_runs(batch, batch.exact_word_hashes)
    return _EXACT[batch]


def repeated_runs(batch: Batch, hashes: Hashes) -> Runs:
    """Top runs of 2 to 4 words and duplicate runs of 5 to 10 words of each text, by the hashes of its words.

    A run of n + 1 words can only occur twice where the run of n words at its first and at its second
    word do, so that each length looks at the few places that the one before has left.
    """
    first, lengths = batch.word_first, batch.word_lengths
    document = batch.word_document
    total = by_text(lengths, first)
    words = mixed(hashes + mixed(document.astype(np.uint64)))
    ending = np.concatenate(
        (np.cumsum(lengths), [0])
    )  # of words, so that run lengths are differences
    runs = Runs({}, {}, {}, {}, {})
    order, same = grouped_words(batch)
    repeated = np.zeros(len(words) + 1, bool)
    repeated[order[same[:-1] | same[1:]]] = True
    at = np.flatnonzero(repeated)
    hashes = words[at]
    for size in range(2, LONGEST + 1):
        fits = repeated[at] & repeated[np.minimum(at + 1, len(words))]
        last = np.minimum(at + size - 1, max(len(words) - 1, 0))
        fits &= (at + size <= len(words)) & (document[last] == document[at])
        at, last = at[fits], last[fits]
        hashes = mixed(hashes[fits] * np.uint64(3) + words[last])
        order, same = grouped(hashes)
        several = same[:-1] | same[1:]
        repeated = np.zeros(len(words) + 1, bool)
        repeated[at[order[several]]] = True
        if size <= 4:
            length = ending[last] - ending[at] + lengths[at]
            copies, longest = _top(document[at], length, order, same, len(batch))
            runs.most[size] = copies, longest
            runs.top[size] = share(copies * longest, total)
        if size >= 5:
            covered = _covered(at[order[same[:-1]]], size, len(words))
            runs.covered[size] = covered
            number: Ints = np.cumsum(~same[:-1], dtype=np.int64)[several]
            places: Ints = at[order[several]]
            runs.repeats[size] = (places, number)
            runs.duplicate[size] = share(by_text(lengths * covered, first), total)
    return runs


def _top(document: Ints, length: Ints, order: Ints, same: Bools, texts: int) -> tuple[Ints, Ints]:
    """Copies and code points of the most frequent run of each text that occurs more than once."""
    opens = np.flatnonzero(~same[:-1] & same[1:])
    closes = np.flatnonzero(same[:-1] & ~same[1:])
    copies = closes - opens + 1
    head = order[opens]
    best = np.zeros(texts, np.int64)
    np.maximum.at(best, document[head], (copies << 32) + length[head])
    return best >> 32, best & 0xFFFFFFFF


def _covered(at: Ints, size: int, words: int) -> Bools:
    covered = np.zeros(words, bool)
    for offset in range(size):
        covered[at + offset] = True
    return covered


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
    return (*runs.top.values(), *runs.duplicate.values())

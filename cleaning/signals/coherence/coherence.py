"""Whether the sentences of a text belong together, and how much of it is said in sentences, and how much in a source.

A text speaks of something, so its words come back: of the longer words at its beginning a third to a half stand in
another sentence too (Halliday and Hasan 1976 call that lexical cohesion, Hearst 1997 finds topics by it). Sentences
that were drawn from many texts share hardly any. Words are taken by their beginning, so that `decreto` and `decretos`
are one; the beginning of a text alone is looked at, so that its length says nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cleaning.signals.arrays import share
from cleaning.signals.coherence.entries import entry_words
from cleaning.signals.coherence.untranslated import english_share
from cleaning.signals.measures import measure
from cleaning.signals.text.prose import Lines
from cleaning.signals.text.size import sentence_starts
from cleaning.text.batch import Batch, Bools, Floats, Ints, by_text

WINDOW = 500  # words of a text that are looked at
STEM = 5  # code points of a word by which it is known; shorter words are not counted
FEWEST = 200  # words so counted of which a share says something
RUNNING = 20  # words of a line that a title, an offer or an entry of a list hardly has
LONG = 500  # words of a text whose letterhead and signatures are a small share of it
ROOM = 1024  # for that many words, and twice as many, a power of two
NEW = 100  # words told but once, with which a text says enough, however much of it is repeated


@measure(
    cohesion=(
        float,
        "of the words of five and more letters among the first 500, each once a sentence, those that stand in another "
        "sentence too, by their first five letters; none where they are under 200",
    ),
)
def _cohesion(batch: Batch) -> Any:
    from cleaning.signals.coherence.sentences import come_back  # numba, which a name spares

    first, end = batch.word_first, batch.word_end
    last = min(len(end), int(first[-2:][0]) + WINDOW)  # of a long text the rest is not made lower
    of, back = counts = np.zeros((2, len(batch)), np.int64)
    come_back(
        batch.lowered(slice(0, int(end[:last].max(initial=0)))),
        batch.word_start,
        end,
        first,
        sentence_starts(batch),
        STEM,
        WINDOW,
        np.empty(ROOM, np.uint64),
        np.empty((5, ROOM), np.int32),
        counts,
    )
    return np.where(of >= FEWEST, share(back, of), np.nan)


@measure(
    prose_share=(
        float,
        "words in sentences, of the words outside code, where lines between two sentences among which there is code "
        "are its output and no more counted than it",
    ),
    prose_words=(float, "words in sentences, times that share"),
    running_share=(
        float,
        "words in lines of 20 and more that end a sentence, of the words outside code",
    ),
    source_share=(float, "words in lines of code and in comments of programs, of the words"),
    english_share=(
        float,
        "words of sentences that have more function words of English than of Spanish and its neighbours, outside code "
        "and its output, of those of sentences in a language",
    ),
    entry_words=(
        float,
        "words in sentences that are no labels, where two lines or more are labels of a reference; else none",
    ),
)
def _own(batch: Batch) -> tuple[Floats, ...]:
    lines = Lines.of(batch)
    plain = lines.total(lines.words * ~lines.code)
    own_lines = ~(lines.code | _output(lines))
    own = lines.total(lines.words * own_lines)
    sentences = lines.total(lines.words * lines.sentence)
    sentence_share = share(sentences, own)
    runs = ~lines.code & lines.ended & (lines.words >= RUNNING)
    source = lines.code | _comment(lines)
    return (
        sentence_share,
        sentences * sentence_share,
        share(lines.total(lines.words * runs), plain),
        share(lines.total(lines.words * source), lines.total(lines.words)),
        english_share(batch, own_lines),
        entry_words(lines),
    )


@measure(
    reads=("words", "prose_share"),
    long_prose_share=(float, "`prose_share` of a text of 500 words and more; else none"),
)
def _of_long(batch: Batch, words: Ints, prose_share: Floats) -> Floats:
    long = np.asarray(words) >= LONG
    return np.where(long, np.asarray(prose_share, np.float64), np.nan)


@measure(
    reads=("prose_duplicate_10grams", "prose_words"),
    prose_repeated=(
        float,
        "`prose_duplicate_10grams` where without these copies fewer than 100 words would be told; else 0",
    ),
)
def _repeated(batch: Batch, copied: Floats, sentence_share: Floats) -> Floats:
    copied, sentence_share = np.asarray(copied, np.float64), np.asarray(sentence_share, np.float64)
    return np.where(sentence_share * (1 - copied) < NEW, copied, 0.0)


def _output(lines: Lines) -> Bools:
    """Which lines are no sentence and stand with code between two sentences, or at an end of the text."""
    opens = np.ones(len(lines.sentence), bool)
    opens[1:] = lines.sentence[1:] | lines.sentence[:-1] | (np.diff(lines.document) != 0)
    run = np.cumsum(opens) - 1
    coded = np.bincount(run, lines.code, int(opens.sum())) > 0 if len(run) else opens
    return coded[run] & ~lines.sentence & ~lines.code


def _comment(lines: Lines) -> Bools:
    """Which lines are a comment of a program: behind `//`, or from a line that opens one (`/*`) to its end."""
    codes, first, last = lines.batch.codes, lines.first, lines.last
    second = codes[np.minimum(first + 1, last)]
    slash = codes[first] == ord("/")
    closes = by_text(lines.batch.signs_in("*/", 0), lines.batch.line_signs) > 0
    opens = slash & (second == ord("*"))
    # Open is what the last line before opened, until the line that closes it; what its text never closes is no comment.
    at = np.arange(len(first))
    opened = np.maximum.accumulate(np.where(opens, at, -1))
    closed = np.maximum.accumulate(np.append(-1, np.where(closes, at, -1)))[:-1]
    end = np.minimum.accumulate(np.where(closes, at, len(at))[::-1])[::-1]
    inside = (opened > closed) & (end < len(at))
    inside &= lines.document[opened] == lines.document
    inside &= lines.document[np.minimum(end, len(at) - 1)] == lines.document
    return (slash & (second == ord("/"))) | inside

"""What an entry of a reference tells, beside labels: of parameters, of what it returns, of constants.

A label stands in a line of its own and ends as a sentence does, but names a thing: "El nombre del fichero.", or
behind the name of a parameter "filename Un fichero local.". So does a line of summary that begins with "La función".
Titles of examples have no end mark.
"""

from __future__ import annotations

import numpy as np

from cleaning.signals.text.prose import Lines
from cleaning.signals.text.size import end_marks
from cleaning.text.batch import Batch, Bools, Floats, Ints, by_text
from cleaning.text.kinds import LETTER, UPPER
from cleaning.text.listed import Listed

LONGEST = 22  # words of a label
LABELS = 2  # with which a text is an entry
_ARTICLES = Listed.of(("el", "la", "los", "las", "un", "una", "unos", "unas"))


def entry_words(lines: Lines) -> Floats:
    """The words of each entry in sentences that are no labels; none where there are few of these."""
    labels = _labels(lines)
    sentences = lines.sentence & (lines.ended | _wrapped(lines)) & ~labels
    number = lines.total(labels)
    return np.where(number >= LABELS, lines.total(lines.words * sentences), np.nan)


def _labels(lines: Lines) -> Bools:
    """Which are one sentence that begins with an article in Spanish, or with a word before such."""
    batch = lines.batch
    short = lines.sentence & lines.ended & (lines.words <= LONGEST)
    line = np.flatnonzero(short)
    word = np.searchsorted(batch.word_start, lines.first[line])
    second = word + (lines.words[line] > 1)
    named = _article(batch, word) | _article(batch, second)
    marks = by_text(end_marks(batch), batch.line_signs)
    short[line] = named & (marks[line] <= 1)
    return short


def _article(batch: Batch, word: Ints) -> Bools:
    """Which of some words are an article with a capital."""
    capital = (batch.classes[batch.word_start[word]] & UPPER) != 0
    return _ARTICLES.has(batch.word_hashes[word]) & capital


def _wrapped(lines: Lines) -> Bools:
    """Which go on in the line just below."""
    classes = lines.batch.classes[lines.first]
    small = ((classes & LETTER) != 0) & ((classes & UPPER) == 0)
    wrapped = np.zeros(len(small), bool)
    same = lines.document[1:] == lines.document[:-1]
    wrapped[:-1] = small[1:] & same & (lines.first[1:] - lines.last[:-1] <= 2)
    return wrapped

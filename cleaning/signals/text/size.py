"""How large a text is, and how long its words and sentences are."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from cleaning.signals.arrays import among, largest, share
from cleaning.signals.measures import measure
from cleaning.signals.parts.formulas import in_formulas
from cleaning.text.batch import Batch, Bools, Ints, by_text
from cleaning.text.kinds import SPACE

# Looked for once.
_ENDS: WeakKeyDictionary[Batch, Bools] = WeakKeyDictionary()
_STARTS: WeakKeyDictionary[Batch, Ints] = WeakKeyDictionary()
LONG_WORD = 1000  # code points above which a word is none: a key, packed data (NeMo Curator)


@measure(
    characters=(int, "code points of the text"),
    words=(int, "words: runs of letters, marks and numbers"),
    lines=(int, "lines that are not empty"),
    paragraphs=(int, "runs of lines without an empty line between them"),
)
def _size(batch: Batch) -> Any:
    paragraphs = np.diff(batch.paragraph_first)
    return batch.characters, np.diff(batch.word_first), np.diff(batch.line_first), paragraphs


@measure(
    mean_word_length=(float, "mean length of the words outside formulas"),
    longest_word=(int, "length of the longest run of letters and numbers"),
    long_word_share=(float, "code points in words of more than 1,000, of those in words"),
    words_per_sentence=(float, "words over marks that end a sentence (. ? ! …), at least one"),
)
def _lengths(batch: Batch) -> Any:
    words, lengths = np.diff(batch.word_first), batch.word_lengths
    ends = batch.count_signs(end_marks(batch))
    plain = ~in_formulas(batch)
    return (
        share(
            by_text(lengths * plain, batch.word_first),
            by_text(plain, batch.word_first),
        ),
        largest(lengths, batch.word_first),
        share(
            by_text(lengths * (lengths > LONG_WORD), batch.word_first),
            by_text(lengths, batch.word_first),
        ),
        words / np.maximum(ends, 1),
    )


def end_marks(batch: Batch) -> Bools:
    """Which signs end a sentence: . ? ! … with white space, a quote or a bracket behind."""
    if batch not in _ENDS:
        _ENDS[batch] = _end_marks(batch)
    return _ENDS[batch]


def sentence_starts(batch: Batch) -> Ints:
    """Where sentences begin: behind the signs that end one, and with each line."""
    if batch not in _STARTS:
        starts = np.concatenate((batch.sign_at[end_marks(batch)], batch.line_start))
        starts.sort()
        _STARTS[batch] = starts
    return _STARTS[batch]


def _end_marks(batch: Batch) -> Bools:
    after = np.minimum(batch.sign_at + 1, max(len(batch.codes) - 1, 0))
    closed = ((batch.classes[after] & SPACE) != 0) | among(batch.codes[after], "»”\"')]")
    return among(batch.signs, ".?!…") & closed

"""What rules measure of the lines or the paragraphs of texts, over a whole batch of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from unicodedata import normalize

import numpy as np

from cleaning.rules.rule import FOREIGN, LISTED, Bounds
from cleaning.signals.arrays import share
from cleaning.signals.text.lines import begin_with_bullets, end_in_ellipses, end_sentences
from cleaning.text.batch import Batch, Bools, Floats, Ints, word_hash
from cleaning.text.kinds import DIGIT, LETTER, UPPER

# The words and signs by which the cleaner of the Biblioteca Nacional's corpus tells sentences of code.
_OF_CODE = [word_hash(word) for word in ("var", "function", "const", "if", "else", "script")]
_SIGNS_OF_CODE = np.frombuffer(";=&[](){}/\\".encode("utf-32-le"), np.uint32)

Passages = Sequence[Sequence[Mapping[str, Any]] | None]  # of each text: spans and their languages


def broken_lines(
    rule: Bounds, batch: Batch, languages: Sequence[str] = (), passages: Passages = ()
) -> Bools:
    """Which lines of a batch a rule cuts: those that break it, or all of a paragraph that does."""
    if rule.signal == FOREIGN:
        foreign = _foreign(batch, languages, passages).astype(np.float64)
        if rule.unit == "line":
            return _breaks(rule, foreign)
        of_line = batch.paragraph_of_line
        lines = np.bincount(of_line, minlength=batch.paragraph_count)
        return _breaks(rule, share(np.bincount(of_line, foreign, len(lines)), lines))[of_line]
    if rule.unit == "line":
        return _breaks(rule, _measured(rule, batch, batch.line_start, batch.line_end))
    of_line = batch.paragraph_of_line
    first = np.flatnonzero(np.diff(of_line, prepend=-1))
    last = np.flatnonzero(np.diff(of_line, append=batch.paragraph_count))
    start, end = batch.line_start[first], batch.line_end[last]
    return _breaks(rule, _measured(rule, batch, start, end))[of_line]


def _foreign(batch: Batch, languages: Sequence[str], passages: Passages) -> Bools:
    """Which lines begin in a passage of another language than their text's."""
    foreign = np.zeros(len(batch.line_start), bool)
    for start, language, spans in zip(batch.start.tolist(), languages, passages, strict=True):
        for span in spans or ():
            if span["language"] != language:
                places = (start + span["start"], start + span["end"])
                first, last = np.searchsorted(batch.line_start, places)
                foreign[first:last] = True
    return foreign


def _breaks(rule: Bounds, value: Floats) -> Bools:
    low, high = (
        (-np.inf if rule.min is None else rule.min),
        (np.inf if rule.max is None else rule.max),
    )
    return (value < low) | (value > high)


def _measured(rule: Bounds, batch: Batch, start: Ints, end: Ints) -> Floats:
    """The signal of each span; `uppercase` is a share of its letters, `digits` of its characters."""
    characters = end - start
    match rule.signal:
        case "characters":
            return characters.astype(np.float64)
        case "words":
            return _between(batch.word_start, start, end).astype(np.float64)
        case "longest_word":
            longest = np.zeros(len(start), np.int64)
            inside = np.searchsorted(start, batch.word_start, "right") - 1
            np.maximum.at(longest, inside, batch.word_end - batch.word_start)
            return longest.astype(np.float64)
        case "uppercase":
            return share(_of_class(batch, UPPER, start, end), _of_class(batch, LETTER, start, end))
        case "digits":
            return share(_of_class(batch, DIGIT, start, end), characters)
        case "end_mark":
            return end_sentences(batch.codes, start, end - 1).astype(np.float64)
        case "ellipsis":
            return end_in_ellipses(batch.codes, start, end - 1).astype(np.float64)
        case "bullet":
            return begin_with_bullets(batch, start, end - 1).astype(np.float64)
        case "code":
            words = _of_words(batch, _OF_CODE, start, end)
            signs = _between(np.flatnonzero(np.isin(batch.codes, _SIGNS_OF_CODE)), start, end)
            return share(words, _between(batch.word_start, start, end)) + share(signs, characters)
    assert rule.signal == LISTED and rule.words
    # As texts are written; some editors write accents apart.
    sought = [word_hash(normalize("NFC", word)) for word in rule.words]
    return _of_words(batch, sought, start, end).astype(np.float64)


def _of_words(batch: Batch, hashes: Sequence[int], start: Ints, end: Ints) -> Ints:
    """How many of its words are such each span has."""
    such = np.isin(batch.word_hashes, np.array(hashes, np.uint64))
    return _between(batch.word_start[such], start, end)


def _of_class(batch: Batch, kind: int, start: Ints, end: Ints) -> Ints:
    """How many code points of a class each span has."""
    return _between(np.flatnonzero(batch.classes & kind), start, end)


def _between(places: Ints, start: Ints, end: Ints) -> Ints:
    """How many of some places, in order, each span has."""
    return np.searchsorted(places, end) - np.searchsorted(places, start)

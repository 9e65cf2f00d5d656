"""Which words a text is made of, and how many different ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from cleaning.signals.arrays import numbered_words, ranked, share
from cleaning.signals.measures import measure
from cleaning.signals.text.stopwords import STOP_WORDS
from cleaning.text.batch import Batch, Bools, by_text
from cleaning.text.listed import Listed, Places

_STOPS: WeakKeyDictionary[Batch, tuple[Bools, Places]] = WeakKeyDictionary()  # looked up once


@measure(alphabetic_words=(float, "words with a letter, of the words (Gopher)"))
def _alphabetic(batch: Batch) -> Any:
    alphabetic = by_text(batch.word_letters > 0, batch.word_first)
    return share(alphabetic, np.diff(batch.word_first))


@measure(
    reads=("language",),
    stop_words=(float, "distinct stop words of the text's language; none where it has no list"),
    stop_word_share=(float, "stop words of the text's language, of the words; none without a list"),
    function_words=(float, "stop words of any language that has a list, of the words"),
)
def _stop_words(batch: Batch, languages: Sequence[str]) -> Any:
    every, sets = _stop_list()
    known, place = _stops(batch)
    at = np.flatnonzero(known)
    cells = batch.word_document[at] * len(every) + place[at]
    counts = np.bincount(cells, minlength=len(batch) * len(every)).reshape(len(batch), len(every))
    none = np.zeros(len(every), bool)
    chosen = np.array([sets.get(name, none) for name in languages], bool).reshape(counts.shape)
    listed = chosen.any(axis=1)
    distinct = ((counts > 0) & chosen).sum(axis=1)
    words = np.diff(batch.word_first)
    ratio = share((counts * chosen).sum(axis=1), words)
    return (
        np.where(listed, distinct, np.nan),
        np.where(listed, ratio, np.nan),
        share(counts.sum(axis=1), words),
    )


@measure(
    distinct_words=(float, "distinct words, of the words"),
    top_word=(float, "the most frequent word of four and more letters, of the words"),
    keyword_density=(float, "the ten most frequent words of four and more letters, of the words"),
    vocabulary=(float, "distinct words, over the square root of the words (Guiraud 1954)"),
)
def _vocabulary(batch: Batch) -> Any:
    words, numbers = np.diff(batch.word_first), numbered_words(batch)
    distinct = np.diff(numbers.first)
    long = batch.word_lengths[numbers.place] >= 4
    copies = np.append(0, ranked(numbers.copies * long, numbers.first))
    last = numbers.first[1:]
    top = copies[last] * (distinct > 0)
    rank = np.arange(10)[:, None]
    ten = (copies[np.maximum(last - rank, 0)] * (distinct > rank)).sum(axis=0)
    guiraud = share(distinct, np.sqrt(words))
    return share(distinct, words), share(top, words), share(ten, words), guiraud


@cache
def _stop_list() -> tuple[Listed, dict[str, Bools]]:
    """All stop words, and for each language which of them are its."""
    every = Listed.of(word for words in STOP_WORDS.values() for word in words)
    return every, {n: Listed.of(words).has(every.hashes) for n, words in STOP_WORDS.items()}


def stop_words_of_any(batch: Batch) -> Bools:
    """Which words of a batch are stop words of some language."""
    return _stops(batch)[0]


def _stops(batch: Batch) -> tuple[Bools, Places]:
    """Which words of a batch are among the stop words, and where."""
    if batch not in _STOPS:
        _STOPS[batch] = _stop_list()[0].places(batch.word_hashes)
    return _STOPS[batch]

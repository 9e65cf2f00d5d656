"""Which words a text is made of, and how many different ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from cleaning.signals.arrays import numbered_words, places, share
from cleaning.signals.measures import measure
from cleaning.signals.text.stopwords import STOP_WORDS
from cleaning.text.batch import Batch, Bools, Ints, by_text, word_hash

_STOPS: WeakKeyDictionary[Batch, tuple[Bools, Ints]] = WeakKeyDictionary()  # looked up once


@measure(alphabetic_words=(float, "words with a letter, of the words (Gopher)"))
def _alphabetic(batch: Batch) -> Any:
    alphabetic = by_text((batch.word_letters > 0).astype(np.int64), batch.word_first)
    return share(alphabetic, np.diff(batch.word_first))


@measure(
    reads=("language",),
    stop_words=(float, "distinct stop words of the text's language; none where it has no list"),
    stop_word_share=(float, "stop words of the text's language, of the words; none without a list"),
    function_words=(float, "stop words of any language that has a list, of the words"),
)
def _stop_words(batch: Batch, languages: Sequence[str]) -> Any:
    table, sets = _stop_table()
    known, place = _stops(batch)
    at = np.flatnonzero(known)
    cells = batch.word_document[at] * len(table) + place[at]
    counts = np.bincount(cells, minlength=len(batch) * len(table)).reshape(len(batch), len(table))
    none = np.zeros(len(table), bool)
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
    words, documents = np.diff(batch.word_first), batch.word_document
    _, copies, place = numbered_words(batch)
    owner = documents[place]
    distinct = np.bincount(owner, minlength=len(batch))
    long = batch.word_lengths[place] >= 4
    ranked = np.sort((owner[long] << 32) - copies[long])  # by text, most frequent first
    owner = (ranked + 0xFFFFFFFF) >> 32
    copies = (owner << 32) - ranked
    rank = np.arange(len(owner)) - np.searchsorted(owner, np.arange(len(batch)))[owner]
    top = np.bincount(owner[rank < 1], copies[rank < 1], len(batch))
    ten = np.bincount(owner[rank < 10], copies[rank < 10], len(batch))
    guiraud = share(distinct, np.sqrt(words))
    return share(distinct, words), share(top, words), share(ten, words), guiraud


@cache
def _stop_table() -> tuple[Any, dict[str, Bools]]:
    """The sorted hashes of all stop words, and for each language which of them are its."""
    hashes = {name: [word_hash(w) for w in words] for name, words in STOP_WORDS.items()}
    table = np.array(sorted({h for listed in hashes.values() for h in listed}), np.uint64)
    return table, {name: np.isin(table, np.array(h, np.uint64)) for name, h in hashes.items()}


def stop_words_of_any(batch: Batch) -> Bools:
    """Which words of a batch are stop words of some language."""
    return _stops(batch)[0]


def _stops(batch: Batch) -> tuple[Bools, Ints]:
    """Which words of a batch are in the table of stop words, and where."""
    if batch not in _STOPS:
        _STOPS[batch] = places(batch.word_hashes, _stop_table()[0])
    return _STOPS[batch]

"""Which lines of a batch are verse, though no sign closes them: `cleaning.text.verse` says what makes it."""

from __future__ import annotations

import numpy as np

from cleaning.signals.arrays import among, share
from cleaning.text.batch import Batch, Bools, Ints, by_text
from cleaning.text.kinds import DIGIT
from cleaning.text.listed import Listed
from cleaning.text.verse import FEWEST, JOINED, JOINS, POEM, SIGNS, WORDS

_JOINS = Listed.of(JOINS)


def verses(batch: Batch, words: Ints, code: Bools, document: Ints) -> Bools:
    """Which lines of a batch are verses, by the words of each, which are code, and the text of each."""
    first, last = batch.line_start, batch.line_end - 1
    signs_at = batch.sign_at[among(batch.signs, SIGNS)]
    closing = last + (batch.codes[last] != ord(":"))  # a colon may close a verse
    signs = np.searchsorted(signs_at, closing) - np.searchsorted(signs_at, first)
    least, most = WORDS
    verse = (words >= least) & (words <= most) & (signs == 0) & ~code
    verse &= ((batch.classes[first] & DIGIT) == 0) & ~among(batch.codes[first], "-")
    opening = np.minimum(batch.line_words[:-1], max(len(batch.word_start) - 1, 0))
    joins = verse.copy()
    joins[verse] = _JOINS.has(batch.word_hashes[opening[verse]])

    def total(values: Ints | Bools) -> Ints:
        return by_text(values, batch.line_first)

    number = total(verse)
    poem = (number >= FEWEST) & (total(words * verse) >= POEM * total(words))
    poem &= share(total(joins), number) >= JOINED
    return verse & poem[document]

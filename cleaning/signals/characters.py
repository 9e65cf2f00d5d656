"""What a text is written with: letters, digits, capitals, punctuation and signs."""

from __future__ import annotations

from typing import Any

import numpy as np

from cleaning.signals.arrays import among, share
from cleaning.signals.measures import measure
from cleaning.text.batch import (
    DIGIT,
    LETTER,
    PUNCTUATION,
    SPACE,
    SYMBOL,
    UPPER,
    Batch,
    Bools,
    Floats,
)


@measure(
    digits=(float, "digits, of the code points that are not white space"),
    uppercase=(float, "capitals, of the letters"),
    letters=(float, "letters, of the code points that are not white space"),
    latin=(float, "letters of the Latin script, of the letters"),
    punctuation=(float, "punctuation, of the code points that are not white space"),
    symbols=(float, "symbols (currency, mathematics, arrows, emoji), of the same"),
    unreadable=(float, "U+FFFD, control, private and unassigned code points, of all"),
)
def _characters(batch: Batch) -> Any:
    classes, codes = batch.classes, batch.codes
    letter = (classes & LETTER) != 0
    letters = batch.count(letter)
    ink = batch.count((classes & SPACE) == 0)
    latin = letter & ((codes < 0x250) | ((codes >= 0x1E00) & (codes < 0x1F00)))
    nothing = (classes == 0) | (codes == 0xFFFD)
    return (
        share(batch.count((classes & DIGIT) != 0), ink),
        share(batch.count((classes & UPPER) != 0), letters),
        share(letters, ink),
        share(batch.count(latin), letters),
        share(batch.count((classes & PUNCTUATION) != 0), ink),
        share(batch.count((classes & SYMBOL) != 0), ink),
        share(batch.count(nothing), batch.characters),
    )


@measure(
    hashes_per_word=(float, "signs #, over words (Gopher)"),
    ellipses_per_word=(float, "ellipses … and ..., over words (Gopher)"),
    commas_per_word=(float, "commas, over words"),
    separators_per_word=(float, "signs | / > » · • ; – — between what is no sentence, over words"),
    braces_per_word=(float, "signs { and }, over words"),
)
def _signs(batch: Batch) -> Any:
    words, signs = np.diff(batch.word_first), batch.signs

    def per_word(mask: Bools) -> Floats:
        return share(batch.count_signs(mask), words)

    return (
        per_word(signs == ord("#")),
        per_word(_ellipses(batch)),
        per_word(signs == ord(",")),
        per_word(among(signs, "|/>»·•;–—")),
        per_word(among(signs, "{}")),
    )


def _ellipses(batch: Batch) -> Bools:
    """Which signs are … or the third of three points or more."""
    at, dot = batch.sign_at, batch.signs == ord(".")
    third = np.zeros(len(at), bool)
    third[2:] = dot[2:] & dot[1:-1] & dot[:-2] & (at[2:] - at[:-2] == 2)
    third[3:] &= ~((at[3:] - at[:-3] == 3) & dot[:-3])
    return (batch.signs == ord("…")) | third

"""What a text is written with: letters, digits, capitals, punctuation and signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from cleaning.signals.arrays import among, share
from cleaning.signals.measures import measure
from cleaning.text.batch import Batch, Bools, Floats, Ints
from cleaning.text.kinds import DIGIT, LETTER, PUNCTUATION, SPACE, SYMBOL, UPPER

# Which code points of Latin-1 are letters of Spanish, those of ASCII apart (PlanTL, es.py).
_SPANISH = np.isin(np.arange(256), [ord(letter) for letter in "ñáéíóúüÑÁÉÍÓÚÜ"])


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
    kinds = kinds_of(batch)
    ink, letters = kinds.ink, kinds.of(LETTER)
    return (
        share(kinds.of(DIGIT), ink),
        share(kinds.of(UPPER), letters),
        share(letters, ink),
        share(letters - kinds.foreign, letters),
        share(kinds.of(PUNCTUATION), ink),
        share(kinds.of(SYMBOL), ink),
        share(kinds.none + kinds.replaced, batch.characters),
    )


@dataclass(frozen=True)
class Kinds:
    """How many code points of each text are of each class: [texts, 12], by the bits of the classes; then those of none,
    and beyond ASCII letters that are not Latin, letters that are not Spanish, and what stands for what could not be
    read. And how many are no white space.
    """

    counts: Ints
    ink: Ints

    def of(self, kind: int) -> Ints:
        """Those of a class."""
        return self.counts[:, kind.bit_length() - 1]

    @property
    def none(self) -> Ints:
        """Those of no class."""
        return self.counts[:, 8]

    @property
    def foreign(self) -> Ints:
        """Letters of other scripts than the Latin one."""
        return self.counts[:, 9]

    @property
    def not_spanish(self) -> Ints:
        """Letters that are not of the Spanish alphabet, to which all of ASCII are."""
        return self.counts[:, 10]

    @property
    def replaced(self) -> Ints:
        """What stands for what could not be read."""
        return self.counts[:, 11]


_KINDS: WeakKeyDictionary[Batch, Kinds] = WeakKeyDictionary()  # counted once


def kinds_of(batch: Batch) -> Kinds:
    """What code points the texts of a batch have."""
    if batch not in _KINDS:
        from cleaning.signals.compiled import counted

        counts = np.zeros((len(batch), 12), np.int64)
        seen = np.empty((4, 256), np.int64)
        counted(batch.codes, batch.classes, batch.start, batch.end, _SPANISH, seen, counts)
        _KINDS[batch] = Kinds(counts, batch.characters - counts[:, SPACE.bit_length() - 1])
    return _KINDS[batch]


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

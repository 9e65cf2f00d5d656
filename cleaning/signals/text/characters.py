"""What a text is written with: letters, digits, capitals, punctuation and signs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from cleaning.signals.arrays import among, share
from cleaning.signals.measures import measure
from cleaning.text.batch import BLOCK, Batch, Bools, Floats, Ints
from cleaning.text.kinds import DIGIT, LETTER, PUNCTUATION, SPACE, SYMBOL, UPPER


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
    kinds, (foreign, replaced) = kinds_of(batch), beyond_ascii(batch, _foreign, _replaced)
    ink, letters = kinds.ink, kinds.of(LETTER)
    return (
        share(kinds.of(DIGIT), ink),
        share(kinds.of(UPPER), letters),
        share(letters, ink),
        share(letters - foreign, letters),
        share(kinds.of(PUNCTUATION), ink),
        share(kinds.of(SYMBOL), ink),
        share(kinds.none + replaced, batch.characters),
    )


@dataclass(frozen=True)
class Kinds:
    """How many code points of each text are of each class: [texts, 9], by the bits of the classes, at last those of
    none; and how many are no white space.
    """

    counts: Ints
    ink: Ints

    def of(self, kind: int) -> Ints:
        """Those of a class."""
        return self.counts[:, kind.bit_length() - 1]

    @property
    def none(self) -> Ints:
        """Those of no class."""
        return self.counts[:, -1]


_KINDS: WeakKeyDictionary[Batch, Kinds] = WeakKeyDictionary()  # counted once


def kinds_of(batch: Batch) -> Kinds:
    """What code points the texts of a batch have."""
    if batch not in _KINDS:
        from cleaning.signals.compiled import counted

        counts = np.zeros((len(batch), 9), np.int64)
        counted(batch.classes, batch.start, batch.end, np.empty((4, 256), np.int64), counts)
        _KINDS[batch] = Kinds(counts, batch.characters - counts[:, SPACE.bit_length() - 1])
    return _KINDS[batch]


def beyond_ascii(batch: Batch, *chosen: Callable[[Any, Any], Bools]) -> list[Ints]:
    """How many of the code points of each text that are not of ASCII each function chooses, by codes and classes."""
    counts = [np.zeros(len(batch), np.int64) for _ in chosen]
    edges = np.append(batch.start, len(batch.codes))
    for begin in range(0, len(batch.codes), BLOCK):  # numpy takes eight bytes for each
        at = begin + np.flatnonzero(batch.codes[begin : begin + BLOCK] > 0x7F)
        codes, classes = batch.codes[at], batch.classes[at]
        for count, choose in zip(counts, chosen, strict=True):
            count += np.diff(np.searchsorted(at[choose(codes, classes)], edges))
    return counts


def _foreign(codes: Any, classes: Any) -> Bools:
    """Letters that are not of the Latin script."""
    latin = (codes < 0x250) | ((codes >= 0x1E00) & (codes < 0x1F00))
    return ((classes & LETTER) != 0) & ~latin


def _replaced(codes: Any, _: Any) -> Bools:
    """What stands for what could not be read."""
    replaced: Bools = codes == 0xFFFD
    return replaced


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

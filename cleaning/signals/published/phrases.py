"""Where phrases stand in texts, amid words too: one pass over code points, of which one in 300 is looked at twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cleaning.text.batch import Ints
from cleaning.text.kinds import Codes
from pipeline.compiled import bare

# Pairs of letters by which phrases are sought, each by its first of these: texts have few of them.
_RARE = ("ok", "cy", "ps", "f ", "ít", "pt", "us")
_BITS = np.uint32(5)  # of a letter by which it is told at first
_LETTER = np.uint32((1 << _BITS) - 1)


class Phrases:
    """Phrases in lower case, each with a pair of _RARE; none begins another one."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._codes = np.zeros((len(phrases), max(map(len, phrases)) + 1), np.uint32)
        self._before = np.zeros(len(phrases), np.int64)
        self._rare = np.zeros(1 << 2 * _BITS, np.bool_)
        for row, phrase in enumerate(phrases):
            self._codes[row, : len(phrase)] = [ord(letter) for letter in phrase]
            self._before[row] = phrase.index(next(pair for pair in _RARE if pair in phrase))
            first, second = self._codes[row, self._before[row] :][:2] & _LETTER
            self._rare[first << _BITS | second] = True

    def places(self, codes: Codes) -> tuple[Ints, Ints]:
        """Where phrases begin in lower-case code points, and which they are."""
        found = np.zeros(len(codes), np.uint8)
        _find(codes, self._codes, self._before, self._rare, found)
        places = np.flatnonzero(found > 0)  # in a tenth of the time that numbers take
        return places, found[places].astype(np.int64) - 1


@bare
def _find(
    codes: Codes,
    phrases: Codes,
    before: Ints,
    rare: NDArray[np.bool_],
    found: NDArray[np.uint8],
) -> None:
    """Fills `found`: of each place the row, counted from 1, of the phrase that begins there. A phrase ends with a 0; so
    many letters stand `before` its pair that is `rare`.
    """
    last = np.uint32(0)
    for i in range(len(codes)):
        letter = codes[i] & _LETTER
        pair = last << _BITS | letter
        last = letter
        if not rare[pair]:
            continue
        for row in range(len(phrases)):
            start, same = i - 1 - before[row], 0
            while (
                start >= 0
                and start + same < len(codes)
                and phrases[row, same] != 0
                and codes[start + same] == phrases[row, same]
            ):
                same += 1
            if same and phrases[row, same] == 0:
                found[start] = row + 1

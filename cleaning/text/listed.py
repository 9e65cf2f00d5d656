"""Lists of words, by their hashes: which words of a batch stand in a list, and where."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from cleaning.text.batch import Bools, Hashes, word_hash

Places = NDArray[np.uint32]


SMALL = 12  # bits of a table that stays near


class Listed:
    """Some `hashes`, each once, in their order. As hashes are spread evenly, their first bits say where to look."""

    def __init__(self, hashes: Hashes) -> None:
        self.hashes = np.unique(hashes)
        bits = len(self.hashes).bit_length()
        bits = max(bits, min(bits + 3, SMALL))  # of few hashes hardly two at a place
        self._shift = np.uint64(64 - bits)
        heads = np.arange(1 << bits, dtype=np.uint64) << self._shift
        self._begins = np.searchsorted(self.hashes, heads).astype(np.uint32)

    def __len__(self) -> int:
        return len(self.hashes)

    @classmethod
    def of(cls, words: Iterable[str]) -> Listed:
        """The list of some words, or of lines."""
        return cls(np.array([word_hash(word) for word in words], np.uint64))

    def has(self, hashes: Hashes) -> Bools:
        """Which hashes are in the list."""
        return self.places(hashes)[0]

    def places(self, hashes: Hashes) -> tuple[Bools, Places]:
        """Which hashes are in the list, and where those stand there; of others any place."""
        from cleaning.text.spans import sought  # numba, which whoever only names a list spares

        known, place = np.empty(len(hashes), bool), np.empty(len(hashes), np.uint32)
        sought(hashes, self.hashes, self._begins, self._shift, known, place)
        return known, place

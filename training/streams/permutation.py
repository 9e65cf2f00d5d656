"""A keyed permutation of 0 .. n-1, computed for any index alone: a shuffle that needs no table.

A balanced Feistel network over the next even number of bits, walked again while it lands outside
(Black and Rogaway 2002, cycle walking; the idea of using one as a data order is levanter's).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.streams.chance import key, mixed

ROUNDS = 6


class Permutation:
    """A bijection of range(size), chosen by `seed` (64 bits)."""

    def __init__(self, size: int, seed: int) -> None:
        self.size = size
        bits = max(1, ((size - 1).bit_length() + 1) // 2)
        self._half = np.uint64(bits)
        self._mask = np.uint64((1 << bits) - 1)
        self._keys = [np.uint64(key(seed, number)) for number in range(ROUNDS)]

    def __call__(self, index: NDArray[np.int64]) -> NDArray[np.int64]:
        """The images of `index`, each in range(size); any shape."""
        image = self._once(index.astype(np.uint64))
        while (outside := image >= self.size).any():
            image[outside] = self._once(image[outside])
        return image.astype(np.int64)

    def inverse(self, image: NDArray[np.int64]) -> NDArray[np.int64]:
        """What `image` are the images of."""
        index = self._back(image.astype(np.uint64))
        while (outside := index >= self.size).any():
            index[outside] = self._back(index[outside])
        return index.astype(np.int64)

    def _back(self, value: NDArray[np.uint64]) -> NDArray[np.uint64]:
        left, right = value >> self._half, value & self._mask
        for round_key in reversed(self._keys):
            left, right = right ^ (mixed(left ^ round_key) & self._mask), left
        return (left << self._half) | right

    def _once(self, value: NDArray[np.uint64]) -> NDArray[np.uint64]:
        left, right = value >> self._half, value & self._mask
        for round_key in self._keys:
            left, right = right, left ^ (mixed(right ^ round_key) & self._mask)
        return (left << self._half) | right

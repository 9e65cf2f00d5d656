"""Randomness from named places: a draw is a function of what it is for, never of what was drawn before it."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))  # splitmix64 (Steele 2014)
_STEP = np.uint64(0x9E3779B97F4A7C15)  # its increment


def key(*values: int | str) -> int:
    """64 bits from a named place: a seed and what it is for."""
    hashed = hashlib.blake2b(":".join(map(str, values)).encode(), digest_size=8).digest()
    return int.from_bytes(hashed, "little")


def mixed(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finalizer of splitmix64, a bijection of 64 bits; any shape."""
    value = (value ^ (value >> np.uint64(30))) * _MIX[0]
    value = (value ^ (value >> np.uint64(27))) * _MIX[1]
    return value ^ (value >> np.uint64(31))


def uniform(seed: int, *places: NDArray[np.int64]) -> NDArray[np.float64]:
    """A number in [0, 1) for each place, which is named by one value of each array; they are broadcast."""
    state = np.full(np.broadcast_shapes(*(p.shape for p in places)), seed, dtype=np.uint64)
    for place in places:
        state = mixed((state ^ place.astype(np.uint64)) + _STEP)
    return (state >> np.uint64(11)).astype(np.float64) * 2.0**-53

"""The names of elements and attributes in a written tree, and the words of classes: each is known by its hash."""

from __future__ import annotations

from typing import Any

import numpy as np

from cleaning.extract.tree.characters import BLANK, DASH, EQUALS, SLASH, Bytes
from cleaning.text.batch import Hashes, Ints
from pipeline.compiled import bare

FNV, PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)  # of FNV-1a


def hash_of(name: str) -> int:
    """Of the bytes of a name, by FNV-1a."""
    value = int(FNV)
    for byte in name.encode():
        value = (value ^ byte) * int(PRIME) & 0xFFFFFFFFFFFFFFFF
    return value


def table(entries: dict[str, int]) -> tuple[Hashes, Ints]:
    """A hash table with open addressing: hashes of names, 0 where none is, and what each stands for."""
    size = 1 << (3 * len(entries)).bit_length()
    hashes, values = np.zeros(size, np.uint64), np.zeros(size, np.int64)
    for name, value in entries.items():
        at = (own := hash_of(name)) % size
        while hashes[at]:
            at = (at + 1) % size
        hashes[at], values[at] = own, value
    return hashes, values


@bare
def looked_up(hashes: Hashes, values: Ints, wanted: Any, missing: int) -> int:
    """The value of a hash in a table with open addressing (a power of two of places, 0: free); else `missing`."""
    mask = np.uint64(len(hashes) - 1)
    at = wanted & mask
    while hashes[at]:
        if hashes[at] == wanted:
            return values[at]
        at = (at + np.uint64(1)) & mask
    return missing


@bare
def hashed(data: Bytes, begin: int, end: int) -> Any:
    """The hash of the bytes from `begin` to `end` (FNV-1a)."""
    value = FNV
    for i in range(begin, end):
        value = (value ^ np.uint64(data[i])) * PRIME
    return value


@bare
def name_at(data: Bytes, at: int, first_stop: int) -> tuple[int, Any, bool]:
    """Where the name of an element or, with = as `first_stop`, of an attribute ends, its hash, whether it has a
    hyphen.
    """
    value, hyphen, begin = FNV, False, at
    while True:
        byte = data[at]
        if byte == first_stop:
            if byte != EQUALS or at > begin:
                break
        elif first_stop != EQUALS and byte in (BLANK, SLASH):
            break
        hyphen |= byte == DASH
        value = (value ^ np.uint64(byte)) * PRIME
        at += 1
    return at, value, hyphen

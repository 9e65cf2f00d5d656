"""The attributes of an element in a written tree: values in double quotes, a blank before each."""

from __future__ import annotations

from typing import Any

import numpy as np

from cleaning.extract.tree.characters import BLANK, EQUALS, GT, QUOTE, Bytes
from cleaning.extract.tree.names import hash_of, name_at
from cleaning.text.batch import Hashes, Ints
from pipeline.compiled import bare

# Those that are read, in the order of their hashes.
CLASS, ID, ROLE, STYLED, CONCEALED, HREF, START = range(7)
ATTRIBUTES = np.array(
    [hash_of(name) for name in ("class", "id", "role", "style", "hidden", "href", "start")],
    np.uint64,
)


@bare
def attribute(data: Bytes, at: int) -> tuple[int, int, Any]:
    """Of the attribute that begins behind the blank at `at`: where its value begins and ends, the hash of its name."""
    at, value, _ = name_at(data, at + 1, EQUALS)
    begin = end = at + 2
    while data[end] != QUOTE:
        end += 1
    return begin, end, value


@bare
def read_attributes(data: Bytes, at: int, attributes: Hashes, read: Ints) -> None:
    """Fills where the values of the attributes of an element begin and end, [7, 2]; -1 where it has no such one.

    `at` is where its name begins.
    """
    for i in range(len(attributes)):
        read[i, 0] = read[i, 1] = -1
    at = name_at(data, at, GT)[0]
    while data[at] == BLANK:
        begin, end, name = attribute(data, at)
        for i in range(len(attributes)):
            if attributes[i] == name:
                read[i, 0], read[i, 1] = begin, end
        at = end + 1


@bare
def holds(data: Bytes, at: int, end: int, words: Bytes) -> bool:
    """Whether a value holds words, in capitals or not, with blanks or without."""
    met = 0
    while at < end:
        if data[at] != BLANK:
            byte = data[at] | 32 if 65 <= data[at] <= 90 else data[at]
            met = met + 1 if byte == words[met] else 1 if byte == words[0] else 0
            if met == len(words):
                return True
        at += 1
    return False

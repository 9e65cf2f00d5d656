"""How a file of fastText is laid out, and whether one is a whole model of labels.

fastText's own code takes what a file says for true and reads on behind its end, so this is asked of a stranger's file
first. (The layout is that of versions 11 and 12 of its files.)
"""

from __future__ import annotations

import struct
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pipeline.errors import TahonaError

LABEL = "__label__"
MAGIC, VERSIONS = 793712314, (11, 12)
SUPERVISED = 3  # what is learnt
_CENTROIDS = 256
_AT_ONCE = 2**26  # bytes of a table that are looked at


class Head(NamedTuple):
    """What stands before the tables of a model: numbers of a vector, of words, labels and buckets, and how many of the
    buckets are left (-1: all).
    """

    version: int
    width: int
    grams: int
    loss: int
    kind: int
    buckets: int
    least: int
    most: int
    words: int
    labels: int
    pruned: int


class Reader:
    """What is read of a file, one after another; a ValueError or a struct.error where it ends too soon."""

    def __init__(self, content: mmap) -> None:
        self._content, self._at = content, 0

    @property
    def ended(self) -> bool:
        """Whether the file ends here."""
        return self._at == len(self._content)

    def numbers(self, kinds: str) -> tuple[Any, ...]:
        """The next numbers, of these kinds (`struct`); a struct.error where the file ends before."""
        found = struct.unpack_from(f"<{kinds}", self._content, self._at)
        self._at += struct.calcsize(f"<{kinds}")
        return found

    def head(self) -> Head:
        """A ValueError where the file is none of fastText."""
        magic, version = self.numbers("ii")
        if magic != MAGIC or version not in VERSIONS:
            raise ValueError("it does not begin as a file of fastText")
        width, _, _, _, _, grams, loss, kind, buckets, least, most, _ = self.numbers("12i")
        self.numbers("d")
        size, words, labels, _, pruned = self.numbers("iiiqq")
        if min(width, words, labels, buckets) < 0 or size != words + labels:
            raise ValueError("its sizes can't be")
        if buckets == 0 and (grams > 1 or most > 0):  # by which its own code would divide
            raise ValueError("it has pairs of words or runs of letters, and no bucket for them")
        return Head(version, width, grams, loss, kind, buckets, least, most, words, labels, pruned)

    def entry(self) -> tuple[bytes, int, bool]:
        """One of the dictionary: its name, how often it was met, and whether it is a label."""
        end = self._content.find(b"\0", self._at)
        if end < 0:
            raise ValueError("the file ends within a name")
        name, self._at = self._content[self._at : end], end + 1
        count, kind = self.numbers("qb")
        return name, count, kind == 1

    def labels(self, number: int) -> list[str]:
        """The labels, which stand behind all words; these are passed over unread."""
        at = self._content.find(LABEL.encode(), self._at)
        while at >= 0:
            self._at = at
            names: list[str] = []
            while len(names) < number:  # else it is within a word
                name, _, is_label = self.entry()
                if not is_label:
                    break
                names.append(name.decode().removeprefix(LABEL))
            if names and len(names) == number:
                return names
            at = self._content.find(LABEL.encode(), at + 1)
        raise ValueError("it has no labels")

    def array(self, kind: Any, size: int) -> Any:
        """The next `size` numbers of one kind; a ValueError where the file ends before."""
        values = np.frombuffer(self._content, kind, size, self._at).copy()
        self._at += values.nbytes
        return values

    def skip(self, size: int) -> None:
        """Passes over so many bytes."""
        if size < 0 or size > len(self._content) - self._at:
            raise ValueError("the file ends within a table")
        self._at += size

    def skip_floats(self, number: int) -> None:
        """Passes over so many numbers; a ValueError where one is none or endless: its own code would ask for them until
        it meets that in the midst of the work.
        """
        start = self._at
        self.skip(4 * number)
        for at in range(start, self._at, _AT_ONCE):
            numbers = np.frombuffer(self._content, "<f4", min(_AT_ONCE, self._at - at) // 4, at)
            if not np.isfinite(numbers.sum()) and not np.isfinite(numbers).all():
                raise ValueError("its tables hold what is no number")

    def skip_table(self, quantised: bool, rows: int, width: int) -> None:
        """Passes over a table of vectors; a ValueError where it is not of so many rows, or more, and numbers each."""
        normed = quantised and self.numbers("?")[0]
        there, numbers = self.numbers("qq")
        if there < rows or numbers != width:
            raise ValueError("its tables don't fit one another")
        if not quantised:
            return self.skip_floats(there * width)
        (codes,) = self.numbers("i")
        for size, of in ((codes, width), *([(there, 1)] if normed else [])):
            self.skip(size)
            dimension, pieces, _, _ = self.numbers("4i")
            if dimension != of or size != there * pieces:
                raise ValueError("its tables don't fit one another")
            self.skip_floats(_CENTROIDS * dimension)


def is_one(path: Path) -> bool:
    """Whether the file begins as one of fastText."""
    with path.open("rb") as file:
        return file.read(4) == struct.pack("<i", MAGIC)


def labels(path: Path) -> tuple[str, ...]:
    """The labels of a model, without their prefix; a TahonaError where the file is not a whole model of labels."""
    try:
        with path.open("rb") as file:
            return _labels(Reader(mmap(file.fileno(), 0, access=ACCESS_READ)))
    except (ValueError, struct.error) as error:
        if not is_one(path):
            raise TahonaError(f"{path} is no fastText model of labels") from error
        raise TahonaError(
            f"{path} is no fastText model of labels, or a damaged one: {error}"
        ) from error


def _labels(file: Reader) -> tuple[str, ...]:
    head = file.head()
    if head.kind != SUPERVISED:
        raise ValueError("it is one of words alone")
    names = file.labels(head.labels)
    file.skip(8 * max(head.pruned, 0))
    (quantised,) = file.numbers("?")
    more = head.buckets if head.pruned < 0 else head.pruned
    file.skip_table(quantised, head.words + more, head.width)
    (labels_too,) = file.numbers("?")
    file.skip_table(quantised and labels_too, head.labels, head.width)
    if not file.ended:
        raise ValueError("something stands behind its tables")
    return tuple(names)

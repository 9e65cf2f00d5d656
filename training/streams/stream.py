"""The tokens of several files as one stream, cut into blocks: as they lie there, or with some documents repeated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.shard.megatron import Sequences

HOLE = -1  # the id where a block holds nothing


class Stream:
    """The tokens of several files, one after another. `size` counts them; `lengths` are those of the documents."""

    def __init__(self, files: Sequence[Sequences]) -> None:
        self.files = [f for f in files if f.size]
        self._ends = np.cumsum([f.size for f in self.files], dtype=np.int64)
        self._documents = np.cumsum([0, *(len(f) for f in self.files)], dtype=np.int64)
        self.size = int(self._ends[-1]) if self.files else 0

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The tokens of each document, in the order of the stream."""
        return np.concatenate([np.zeros(0, np.int64), *(f.lengths for f in self.files)])

    def blocks(self, context: int) -> int:
        """How many blocks an epoch has."""
        return max(0, (self.size - 1) // context)

    def block(self, number: int, context: int) -> NDArray[np.int64]:
        """The ids of a block, with the token after it: (context + 1)."""
        return self.read(number * context, context + 1)

    def origins(self, number: int, context: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of the same ids: the number of the document, and the place in it."""
        return self.origins_of(number * context, context + 1)

    def reading(self, begin: int, end: int, context: int) -> NDArray[np.int64]:
        """The blocks that read a token of [begin, end) of the files, in order.

        A block is read with the token after it, so one that ends where the range begins reads its first token, too.
        """
        numbers = []
        for first, last in self.places(begin, end):
            to = min((last - 1) // context + 1, self.blocks(context))
            numbers.append(np.arange(max(0, first - 1) // context, to))
        return np.unique(np.concatenate(numbers))

    def unread(self, context: int) -> NDArray[np.int64]:
        """Of each document in the order of `lengths`, the tokens that no block holds: those at the end."""
        ends = np.cumsum(self.lengths)
        end_of_blocks = self.blocks(context) * context
        return np.minimum(self.lengths, np.maximum(0, ends - end_of_blocks))

    def cut(self, context: int) -> int:
        """How many documents stand in more than one block."""
        ends = np.cumsum(self.lengths)
        first, last = (ends - self.lengths) // context, (ends - 1) // context
        return int((first != last).sum())

    def by_file(self, of_documents: NDArray[np.int64]) -> NDArray[np.int64]:
        """The sums, by file, of numbers that documents have in the order of `lengths`."""
        return self._sums(np.arange(len(of_documents)), of_documents)

    def places(self, begin: int, end: int) -> list[tuple[int, int]]:
        """Where the tokens [begin, end) of the files stand in the stream."""
        return [(begin, end)]

    def read(self, start: int, length: int) -> NDArray[np.int64]:
        """`length` ids from the token `start` on."""
        pieces = [self.files[n].tokens[at:end] for n, at, end in self._ranges(start, length)]
        return np.concatenate(pieces).astype(np.int64)

    def origins_of(self, start: int, length: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of the same tokens: the number of the document, and the place in it."""
        documents, positions = [], []
        for number, at, end in self._ranges(start, length):
            starts = self.files[number].starts
            tokens = np.arange(at, end)
            indices = np.searchsorted(starts, tokens, side="right") - 1
            documents.append(indices + self._documents[number])
            positions.append(tokens - starts[indices])
        return np.concatenate(documents), np.concatenate(positions)

    def _sums(self, numbers: NDArray[np.int64], values: NDArray[np.int64]) -> NDArray[np.int64]:
        """By file the sums of values of documents, which have these numbers in the files."""
        sums = np.zeros(len(self.files), np.int64)
        np.add.at(sums, np.searchsorted(self._documents, numbers, side="right") - 1, values)
        return sums

    def _ranges(self, start: int, length: int) -> list[tuple[int, int, int]]:
        """The file, and the range in it, of each piece of a range of the stream."""
        number = int(np.searchsorted(self._ends, start, side="right"))
        ranges = []
        while length > 0:
            size = self.files[number].size
            at = start - (int(self._ends[number]) - size)
            end = min(size, at + length)
            ranges.append((number, at, end))
            start, length, number = start + end - at, length - (end - at), number + 1
        return ranges


class Repeated(Stream):
    """A stream in which each document stands so many `times`, at least once. Holds 24 bytes a document and copy.

    All first copies come first, then all second ones: copies of a document are far from one another. The number of a
    document in `origins` is of its copy, so that noise differs: the documents of the files count on behind each turn.
    """

    def __init__(self, files: Sequence[Sequences], times: NDArray[np.int64]) -> None:
        super().__init__(files)
        plain = super().lengths
        self._plain = np.cumsum([0, *plain])
        turns = [np.flatnonzero(times > turn) for turn in range(int(times.max(initial=1)))]
        self._order = np.concatenate(turns)
        self._copy = np.repeat(np.arange(len(turns)), [len(turn) for turn in turns]) * len(plain)
        self._lengths = plain[self._order].astype(np.int64)
        self._stops = np.cumsum(self._lengths)
        self.size = int(self._stops[-1]) if len(self._stops) else 0

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The tokens of each copy of a document, in the order of the stream."""
        return self._lengths

    def by_file(self, of_documents: NDArray[np.int64]) -> NDArray[np.int64]:
        """The sums, by file, of numbers that copies of documents have in the order of `lengths`."""
        return self._sums(self._order, of_documents)

    def places(self, begin: int, end: int) -> list[tuple[int, int]]:
        """Where the tokens [begin, end) of the files stand in the stream."""
        first = int(np.searchsorted(self._plain, begin, side="right")) - 1
        last = int(np.searchsorted(self._plain, end, side="left"))
        copies = np.flatnonzero((self._order >= first) & (self._order < last))
        starts = self._stops[copies] - self._lengths[copies]
        origin = self._plain[self._order[copies]]
        begins = starts + np.maximum(0, begin - origin)
        ends = starts + np.minimum(self._lengths[copies], end - origin)
        return list(zip(begins.tolist(), ends.tolist(), strict=True))

    def read(self, start: int, length: int) -> NDArray[np.int64]:
        """`length` ids from the token `start` on."""
        return np.concatenate(
            [super(Repeated, self).read(b, n) for _, b, n in self._copies(start, length)]
        )

    def origins_of(self, start: int, length: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of the same tokens: the number of the document's copy, and the place in it."""
        documents, positions = [], []
        for copy, begin, size in self._copies(start, length):
            documents.append(np.full(size, self._order[copy] + self._copy[copy]))
            positions.append(np.arange(size) + begin - self._plain[self._order[copy]])
        return np.concatenate(documents), np.concatenate(positions)

    def _copies(self, start: int, length: int) -> list[tuple[int, int, int]]:
        """The copy, its begin in the files and the size of each piece of a range of the stream."""
        copy = int(np.searchsorted(self._stops, start, side="right"))
        pieces = []
        while length > 0:
            inside = start - int(self._stops[copy] - self._lengths[copy])
            size = min(length, int(self._lengths[copy]) - inside)
            pieces.append((copy, int(self._plain[self._order[copy]]) + inside, size))
            start, length, copy = start + size, length - size, copy + 1
        return pieces

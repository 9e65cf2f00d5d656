"""Best-fit packing: no document is cut that a block can hold, and what is left of a block is filled up.

A document longer than a block gives whole blocks and a rest; rests and documents go into blocks by best fit, the
longest first, each where it leaves the least room (Ding et al. 2024, arXiv 2404.10830). A function of the lengths
alone, so a run that goes on after a stop packs the same; of each block the pieces are known, so any step opens alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.streams.stream import HOLE, Stream


class Packed(Stream):
    """Blocks of `context` tokens packed from the documents of a stream. Holds 20 bytes a piece.

    A block comes with the token before its first piece: the end of another document, where the piece begins one.
    """

    def __init__(self, stream: Stream, context: int) -> None:
        self.stream, self.files, self.size = stream, stream.files, stream.size
        begins, sizes = _pieces(stream.lengths, context)
        bins = best_fit(sizes, context)
        order = np.lexsort((begins, bins))
        self._begins, self._sizes = begins[order], sizes[order]
        self._bins = bins[order]
        count = int(bins.max(initial=-1)) + 1
        self._firsts = np.searchsorted(self._bins, np.arange(count + 1))

    def blocks(self, context: int) -> int:
        """How many blocks an epoch has."""
        return len(self._firsts) - 1

    def block(self, number: int, context: int) -> NDArray[np.int64]:
        """The ids of a block behind the token before it: (context + 1), HOLE where there is none."""
        ids = np.full(context + 1, HOLE, np.int64)
        at = 0
        for begin, size in self._ranges_of(number):
            ids[at : at + size] = self.stream.read(begin, size)
            at += size
        return ids

    def origins(self, number: int, context: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of the same ids: the number of the document (HOLE where there is none), and the place in it."""
        documents, positions = np.full(context + 1, HOLE, np.int64), np.zeros(context + 1, np.int64)
        at = 0
        for begin, size in self._ranges_of(number):
            of_piece = self.stream.origins_of(begin, size)
            documents[at : at + size], positions[at : at + size] = of_piece
            at += size
        return documents, positions

    def reading(self, begin: int, end: int, context: int) -> NDArray[np.int64]:
        """The blocks that read a token of [begin, end) of the files, in order."""
        numbers = []
        for first, last in self.stream.places(begin, end):
            inside = (self._begins < last) & (self._begins + self._sizes > first)
            numbers.append(self._bins[inside])
            before = self._before(self._begins[self._firsts[:-1]])
            numbers.append(np.flatnonzero((before >= first) & (before < last)))
        return np.unique(np.concatenate(numbers)).astype(np.int64)

    def unread(self, context: int) -> NDArray[np.int64]:
        """Of each document in the order of `lengths`, the tokens that no block holds: none."""
        return np.zeros(len(self.lengths), np.int64)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The tokens of each document, in the order of the stream."""
        return self.stream.lengths

    def by_file(self, of_documents: NDArray[np.int64]) -> NDArray[np.int64]:
        """The sums, by file, of numbers that documents have in the order of `lengths`."""
        return self.stream.by_file(of_documents)

    def cut(self, context: int) -> int:
        """How many documents stand in more than one block: those longer than one."""
        return int((self.lengths > context).sum())

    def _ranges_of(self, number: int) -> list[tuple[int, int]]:
        """Begin and size of the token before a block and of its pieces."""
        these = slice(self._firsts[number], self._firsts[number + 1])
        begins = self._begins[these].tolist()
        before = int(self._before(np.array(begins[:1]))[0])
        return [(before, 1), *zip(begins, self._sizes[these].tolist(), strict=True)]

    def _before(self, begins: NDArray[np.int64]) -> NDArray[np.int64]:
        """The token before some: before the first of all stands the last, which ends a document too."""
        return (begins - 1) % max(1, self.size)


def _pieces(
    lengths: NDArray[np.int64], context: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Begin and size of the pieces of documents that lie one after another, none longer than a block."""
    counts = -(-lengths // context)
    documents = np.repeat(np.arange(len(lengths)), counts)
    numbers = np.arange(len(documents)) - np.repeat(np.cumsum(counts) - counts, counts)
    begins = (np.cumsum(lengths) - lengths)[documents] + numbers * context
    sizes = np.minimum(context, lengths[documents] - numbers * context)
    return begins.astype(np.int64), sizes.astype(np.int32)


def best_fit(sizes: NDArray[np.int32], room: int) -> NDArray[np.int64]:
    """The bin of each item, of bins that hold `room`; sizes are 1 to `room`. Bins are numbered as they are opened.

    Items of one size are placed together: where one goes into the bin with the least room that holds it, the next goes
    there too, as long as it has room; of bins with as much room the newest takes them.
    """
    order = np.argsort(-sizes, kind="stable")
    bins = np.empty(len(sizes), np.int64)
    distinct, counts = np.unique(sizes, return_counts=True)
    # By room, the newest last.
    left_open: list[list[NDArray[np.int64]]] = [[] for _ in range(room + 1)]
    are_open = np.zeros(room + 1, bool)
    at = opened = 0

    def leave(left: int, of: NDArray[np.int64]) -> None:
        if len(of):
            left_open[left].append(of)
            are_open[left] = True

    for size, count in zip(distinct[::-1].tolist(), counts[::-1].tolist(), strict=True):
        end = at + count
        while at < end:
            least = size + int(are_open[size:].argmax())
            known = bool(are_open[least])
            left = least if known else room
            each = left // size
            wanted = -(-(end - at) // each)
            if known:
                chosen = _newest(left_open[left], wanted)
                are_open[left] = bool(left_open[left])
            else:
                chosen = np.arange(opened, opened + wanted)
                opened += wanted
            placed = min(end - at, len(chosen) * each)
            bins[order[at : at + placed]] = np.repeat(chosen, each)[:placed]
            full, rest = divmod(placed, each)
            leave(left - each * size, chosen[:full])
            leave(left - rest * size, chosen[full:])
            at += placed
    return bins


def _newest(stack: list[NDArray[np.int64]], count: int) -> NDArray[np.int64]:
    """Takes at most so many from the end, the last first."""
    taken = []
    while count and stack:
        last = stack.pop()
        if len(last) > count:
            stack.append(last[:-count])
            last = last[-count:]
        taken.append(last[::-1])
        count -= len(last)
    return np.concatenate(taken)

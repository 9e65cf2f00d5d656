"""A fastText model as plain arrays, where it is of the kind that is given away small: quantised, with runs of letters
and a tree of labels, as lid.176.ftz is.

fastText's own code takes one text at a time, holds the interpreter meanwhile, and needs three times as long. What it
says is the same to the last bit: sums are made of the same numbers in the same order. (Joulin et al. 2016, arXiv
1607.01759 and 1612.03651; the layout is that of version 12 of its files.)
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaning.models.fasttext_file import LABEL, SUPERVISED, Reader
from cleaning.text.batch import Ints

_VERSION, _TREE = 12, 1  # of the file, and the loss
_LANES = 16  # numbers of a vector that are added together (cleaning.models.lanes)
_END = b"</s>"
_MET = 1 << 13  # words of which the rows are kept


@dataclass(frozen=True)
class Quantised:
    """A model: its labels, without their prefix, and what the loop takes.

    `words` are the bytes of its words one after another, which end at `ends`, `by_hash` a hash table of their rows (-1
    where there is none). Of runs of `least` to `most` letters, known by one of `buckets` numbers, there are `some` (a
    bit for each number); `by_bucket` are their rows in order, of which so many stand `before` each 64 numbers.
    `vectors` [rows, numbers], `output` [inner nodes, numbers] of the tree of labels, and its `branches` [inner nodes,
    2], where a label goes before all inner nodes.
    """

    labels: tuple[str, ...]
    words: NDArray[np.uint8]
    ends: Ints
    by_hash: NDArray[np.int32]
    some: NDArray[np.uint64]
    before: NDArray[np.int32]
    by_bucket: NDArray[np.int32]
    buckets: int
    least: int
    most: int
    vectors: NDArray[np.float32]
    output: NDArray[np.float32]
    branches: NDArray[np.int32]

    def likeliest(self, lines: Sequence[str], number: int) -> tuple[Ints, NDArray[np.float32]]:
        """So many likeliest labels of each line [lines, number] by their place, and their probabilities; -1 and 0 where
        there is none. A line ends with its only newline.
        """
        # Here, for numba, which whoever only names a model spares.
        from cleaning.models.subwords import KEPT, ask

        data = np.frombuffer("".join(lines).encode(), np.uint8)
        longest = max(map(len, lines), default=0)
        labels = np.full((len(lines), number), -1, np.int64)
        chances = np.zeros((len(lines), number), np.float32)
        ask(
            data,
            self.words,
            self.ends,
            self.by_hash,
            self.some,
            self.before,
            self.by_bucket,
            self.buckets,
            self.least,
            self.most,
            np.frombuffer(LABEL.encode(), np.uint8),
            self.vectors,
            self.output,
            self.branches,
            np.empty(4 * longest + 2, np.uint8),
            np.empty(KEPT + 2 * (longest + 1) * (self.most + 1), np.int32),
            np.zeros(_MET, np.uint64),
            np.empty(_MET, np.int32),
            np.empty(_MET, np.int32),
            np.empty((1, self.vectors.shape[1]), np.float32),
            np.empty(2 * len(self.labels), np.int32),
            np.empty(2 * len(self.labels), np.float32),
            labels,
            chances,
        )
        return labels, chances


def read(path: Path) -> Quantised | None:
    """The model of a file, None where it is of another kind, or damaged."""
    with path.open("rb") as file:
        try:
            return _model(Reader(mmap(file.fileno(), 0, access=ACCESS_READ)))
        except (ValueError, struct.error):
            return None


def _model(file: Reader) -> Quantised | None:
    head = file.head()
    plain = head.version == _VERSION and head.grams == 1
    if (head.kind, head.loss) != (SUPERVISED, _TREE) or not plain or head.pruned <= 0:
        return None
    width, number = head.width, head.words
    if width % _LANES:
        return None
    entries = [file.entry() for _ in range(number + head.labels)]
    words, labels = [word for word, _, _ in entries[:number]], entries[number:]
    kept = file.array(np.int32, 2 * head.pruned).reshape(-1, 2)
    quantised, *_ = file.numbers("?")
    if not quantised or words[:1] != [_END]:
        return None
    vectors = _vectors(file)
    quantised, inner, _ = file.numbers("?qq")
    if quantised:
        return None
    # The last row of the output is of no node: there is one node less than labels.
    output = file.array(np.float32, inner * width).reshape(inner, width)[:-1]
    return Quantised(
        tuple(name.decode().removeprefix(LABEL) for name, _, _ in labels),
        np.frombuffer(b"".join(words), np.uint8),
        np.cumsum([len(word) for word in words]),
        _by_hash(words),
        *_by_bucket(kept, number, head.buckets),
        head.buckets,
        head.least,
        head.most,
        vectors,
        output,
        _tree([count for _, count, _ in labels]),
    )


def _vectors(file: Reader) -> NDArray[np.float32]:
    """A quantised matrix: its rows, and their norms where they stand beside."""
    normed, rows, _, size = file.numbers("?qqi")
    vectors = _pieces(file, rows, size)
    return vectors * _pieces(file, rows, rows) if normed else vectors


def _pieces(file: Reader, rows: int, size: int) -> NDArray[np.float32]:
    """Rows of which each piece is one of 256; the last piece may be shorter than the others."""
    codes = file.array(np.uint8, size).reshape(rows, -1)
    width, pieces, length, last = file.numbers("4i")
    table, at = file.array(np.float32, 256 * width), 256 * length * (pieces - 1)
    parts = [
        table[:at].reshape(pieces - 1, 256, length)[np.arange(pieces - 1), codes[:, :-1]],
        table[at:].reshape(256, last)[codes[:, -1]],
    ]
    return np.hstack([part.reshape(rows, part.size // rows) for part in parts])


def _by_hash(words: Sequence[bytes]) -> NDArray[np.int32]:
    """The table of words by fastText's hash (FNV-1a, of bytes with a sign)."""
    table = np.full(1 << (4 * len(words)).bit_length(), -1, np.int32)
    for row, word in enumerate(words):
        value = 2166136261
        for byte in word:
            value = ((value ^ (byte | 0xFFFFFF00 * (byte > 127))) * 16777619) & 0xFFFFFFFF
        place = value % len(table)
        while table[place] >= 0:
            place = (place + 1) % len(table)
        table[place] = row
    return table


def _by_bucket(
    kept: NDArray[np.int32], words: int, buckets: int
) -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.int32]]:
    """The `some`, `before` and `by_bucket` of pairs of a bucket and its row behind so many words."""
    bucket, row = kept[np.argsort(kept[:, 0])].T
    some = np.zeros(buckets // 64 + 1, np.uint64)
    np.bitwise_or.at(some, bucket >> 6, np.uint64(1) << (bucket & 63).astype(np.uint64))
    before = np.searchsorted(bucket, 64 * np.arange(len(some))).astype(np.int32)
    return some, before, row + np.int32(words)


def _tree(counts: Sequence[int]) -> NDArray[np.int32]:
    """The branches of the tree that Huffman's way makes of labels, which stand from the most to the least frequent."""
    many = [*counts, *[10**15] * (len(counts) - 1)]
    branches = np.empty((len(counts) - 1, 2), np.int32)
    leaf, node = len(counts) - 1, len(counts)
    for inner in range(len(counts), len(many)):
        for side in range(2):
            if leaf >= 0 and many[leaf] < many[node]:
                branches[inner - len(counts), side], leaf = leaf, leaf - 1
            else:
                branches[inner - len(counts), side], node = node, node + 1
        many[inner] = sum(many[one] for one in branches[inner - len(counts)].tolist())
    return branches

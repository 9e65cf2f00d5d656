"""Trains byte-pair encoding on counted words: over bytes, or over letters with bytes for the rare ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import TahonaError
from training.tokenizer.pieces import huggingface
from training.tokenizer.pieces.merges import Merges, learn
from training.tokenizer.vocabulary import NO_SIGNS, Signs
from training.tokenizer.words.pretokens import SPACE, pretokenizer

COVERAGE = 0.9995  # of the letters of the corpus that have pieces of their own, as in SentencePiece


def byte_level(
    words: Sequence[bytes],
    counts: NDArray[np.int64],
    size: int,
    control: Sequence[str],
    placeholders: Sequence[str],
    marks: str = "apart",
    signs: Signs = NO_SIGNS,
) -> str:
    """`tokenizer.json` of byte-level BPE with at most `size` pieces."""
    first = [*control, *huggingface.byte_letters(), *placeholders]
    symbols = np.frombuffer(b"".join(words), np.uint8).astype(np.int32) + len(control)
    ends = np.cumsum([len(word) for word in words], dtype=np.int64)
    merges = learn(symbols, ends, counts, len(first), _room(size, first))
    cut = pretokenizer(marks=marks)
    return huggingface.byte_level(*_pieces(first, merges), placeholders, cut, signs)


def with_fallback(
    words: Sequence[bytes],
    counts: NDArray[np.int64],
    size: int,
    control: Sequence[str],
    placeholders: Sequence[str],
    marks: str = "apart",
    signs: Signs = NO_SIGNS,
) -> str:
    """`tokenizer.json` of BPE over letters with at most `size` pieces."""
    points = np.frombuffer("".join(w.decode() for w in words).encode("utf-32-le"), np.uint32)
    letters_of = np.where(points == ord(" "), ord(SPACE), points).astype(np.int64)
    lengths = np.array([len(word.decode()) for word in words], dtype=np.int64)
    letters = alphabet(letters_of, np.repeat(counts, lengths))
    first = [*control, *huggingface.byte_names(), *placeholders, *map(chr, letters.tolist())]
    numbers = np.full(0x110000, -1, np.int32)
    numbers[letters] = np.arange(len(first) - len(letters), len(first))
    symbols = numbers[letters_of]
    # A rare letter is in no piece: it splits a word.
    word_of = np.repeat(np.arange(len(words)), lengths)
    kept = symbols >= 0
    begins = np.diff(word_of, prepend=-1) != 0
    begins[1:] |= ~kept[:-1]
    runs = np.cumsum(begins)[kept]
    last = np.flatnonzero(np.diff(runs, append=-1)) if len(runs) else np.empty(0, np.int64)
    merges = learn(
        symbols[kept], last + 1, counts[word_of[kept][last]], len(first), _room(size, first)
    )
    return huggingface.with_fallback(*_pieces(first, merges), placeholders, marks, signs)


def alphabet(points: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The commonest code points that together are COVERAGE of all, the commonest first."""
    distinct, places = np.unique(points, return_inverse=True)
    totals = np.bincount(places, weights=counts)
    order = np.lexsort((distinct, -totals))
    covered = np.cumsum(totals[order])
    needed = int(np.searchsorted(covered, COVERAGE * covered[-1])) + 1 if len(order) else 0
    return distinct[order[:needed]]


def _room(size: int, first: Sequence[str]) -> int:
    """How many pieces the merges may make."""
    if len(first) > size:
        raise TahonaError(
            f"a vocabulary of {size} has no room for the letters of this corpus: "
            f"set tokenizer.vocabulary to {len(first)} or more"
        )
    return size - len(first)


def _pieces(first: Sequence[str], merges: Merges) -> tuple[list[str], list[tuple[str, str]]]:
    pieces = huggingface.spelled(first, merges)
    pairs = [
        (pieces[left], pieces[right]) for left, right in zip(merges.left, merges.right, strict=True)
    ]
    return pieces, pairs


def bytes_alone(control: Sequence[str], placeholders: Sequence[str]) -> str:
    """`tokenizer.json` of raw bytes: byte-level BPE without a merge."""
    first = [*control, *huggingface.byte_letters(), *placeholders]
    return huggingface.byte_level(first, [], placeholders, pretokenizer())

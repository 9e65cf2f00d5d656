"""Turns texts into sets of word-shingle hashes, a block of texts at a time, without a loop over words.

The normal form, which decides what two texts share:

- a word is a run of letters, marks and digits (Unicode categories L, M and N); everything else parts
  words and is dropped: spaces, punctuation (with ¿ ¡ « » “ ” … · and the dashes), symbols, controls;
- a word is lower-cased code point by code point; accents, ñ and digits stay (`año` is not `ano`);
- a shingle is a run of `size` words; a text with fewer words has none.

A hash is 64 bits, the same on every machine and in every process.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Counts = NDArray[np.int64]

BLOCK = 1 << 18  # code points worked on at once: the work arrays stay within the processor's cache
TABLE = 0x20000  # code points with a table entry: planes 0 and 1
IDEOGRAPHS = 0x40000  # from TABLE up to here (planes 2 and 3) all are ideographs, so letters

# Odd multipliers (so invertible modulo 2**64) without structure: digits of pi and of e.
_BASE = 0x243F6A8885A308D3
_STEP = np.uint64(0xB7E151628AED2A6B)


@dataclass(frozen=True)
class Shingles:
    """The shingle sets of n texts: `hashes`, sorted and distinct within each text, one text after another;
    `counts` [n] says how many are each text's, `words` [n] how many words it has.
    """

    hashes: Hashes
    counts: Counts
    words: Counts


def shingle_sets(texts: Sequence[str], size: int) -> Shingles:
    """The sets of hashed shingles of `size` words of each text."""
    parts = [_block_shingles(block, size) for block in _blocks(texts)]
    return Shingles(
        np.concatenate([p.hashes for p in parts] or [np.empty(0, np.uint64)]),
        np.concatenate([p.counts for p in parts] or [np.empty(0, np.int64)]),
        np.concatenate([p.words for p in parts] or [np.empty(0, np.int64)]),
    )


def _blocks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    start = held = 0
    for i, text in enumerate(texts):
        if held and held + len(text) > BLOCK:
            yield texts[start:i]
            start, held = i, 0
        held += len(text)
    if start < len(texts):
        yield texts[start:]


def _block_shingles(texts: Sequence[str], size: int) -> Shingles:
    words, counts = word_hashes(texts)
    ends = np.cumsum(counts)
    windows = max(len(words) - size + 1, 0)
    hashes = words[:windows].copy()
    for j in range(1, size):
        hashes *= _STEP
        hashes += words[j : windows + j]
    inside = np.arange(size, size + windows) <= np.repeat(ends, counts)[:windows]
    return Shingles(*_distinct(mix(hashes[inside]), np.maximum(counts - size + 1, 0)), counts)


def _distinct(hashes: Hashes, counts: Counts) -> tuple[Hashes, Counts]:
    """Sorts each text's hashes in place and leaves one of each."""
    ends = np.cumsum(counts)
    for start, end in zip((ends - counts).tolist(), ends.tolist(), strict=True):
        hashes[start:end].sort()
    first = np.ones(len(hashes), bool)
    np.not_equal(hashes[1:], hashes[:-1], out=first[1:])
    some = counts > 0
    first[(ends - counts)[some]] = True
    counts = counts.copy()
    if some.any():
        counts[some] = np.add.reduceat(first, (ends - counts)[some], dtype=np.int64)
    return hashes[first], counts


def word_hashes(texts: Sequence[str]) -> tuple[Hashes, Counts]:
    """The hashes of all words of all texts in order, and the number of words of each text."""
    if len(texts) == 1 and len(texts[0]) > BLOCK:
        found = [_word_hashes([piece])[0] for piece in _pieces(texts[0])]
        return np.concatenate(found), np.array([sum(map(len, found))])
    return _word_hashes(texts)


def _pieces(text: str) -> Iterator[str]:
    """Cuts a long text at spaces; at BLOCK code points where a stretch has none."""
    start = 0
    while start < len(text):
        end = start + BLOCK
        if end < len(text):
            space = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
            end = space + 1 if space > start else end
        yield text[start:end]
        start = end


def _word_hashes(texts: Sequence[str]) -> tuple[Hashes, Counts]:
    points = np.frombuffer("\0".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    values = np.take(_word_values(), points, mode="clip")
    if len(points) and points.max() >= TABLE:
        high = points >= TABLE
        values[high] = np.where(points[high] < IDEOGRAPHS, points[high], 0)
    inside = values != 0
    begins = inside.copy()
    begins[1:] &= ~inside[:-1]
    starts = np.flatnonzero(begins)
    # A polynomial at _BASE: each word's sum carries the power of its place, which is divided out.
    powers, inverses = _powers()
    if len(values) > len(powers):  # only texts without a space can be longer than BLOCK
        powers, inverses = _power_table(len(values))
    hashes = np.empty(0, np.uint64)
    if len(starts):
        hashes = np.add.reduceat(values * powers[: len(values)], starts)
        hashes *= inverses[starts]
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    ends = np.searchsorted(starts, np.cumsum(lengths + 1))
    return mix(hashes), np.diff(ends, prepend=0)


def mix(hashes: Hashes) -> Hashes:
    """The finalizer of MurmurHash3 (Appleby, public domain), a bijection that spreads every bit. In place."""
    hashes ^= hashes >> np.uint64(33)
    hashes *= np.uint64(0xFF51AFD7ED558CCD)
    hashes ^= hashes >> np.uint64(33)
    hashes *= np.uint64(0xC4CEB9FE1A85EC53)
    hashes ^= hashes >> np.uint64(33)
    return hashes


def word_value(character: str) -> int:
    """The lower-case code point of a character that stands in words, 0 of any other."""
    if unicodedata.category(character)[0] not in "LMN":
        return 0
    lower = character.lower()
    return ord(lower if len(lower) == 1 else character)


@cache
def _word_values() -> NDArray[np.uint64]:
    return np.array([word_value(chr(i)) for i in range(TABLE)], np.uint64)


@cache
def _powers() -> tuple[Hashes, Hashes]:
    return _power_table(2 * BLOCK)


def _power_table(count: int) -> tuple[Hashes, Hashes]:
    def powers(base: int) -> Hashes:
        table = np.full(count, base, np.uint64)
        table[0] = 1
        return np.multiply.accumulate(table)

    return powers(_BASE), powers(pow(_BASE, -1, 1 << 64))

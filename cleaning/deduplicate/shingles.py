"""Turns texts into sets of word-shingle hashes and one hash of the whole, without a loop over words.

Two normal forms decide what texts share:

- of shingles: words are those of cleaning/text.py, runs of letters, marks and numbers (with the point of
  `3.14` and the middle dot of `l·l`) in lower case and without accents (`á` is `a`, `ñ` is `n`), which
  editions and bad copies differ in; all else separates words and is dropped: spaces, punctuation with
  ¿ ¡ « » “ ” …, symbols, controls. A shingle is a run of `size` words; a text with fewer has none;
- of the whole: runs of white space are one space, and there is none at the ends; nothing else changes.

The hashes are the same on every machine and in every process.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import xxhash
from numpy.typing import NDArray

from cleaning.text import SLICE, SPACE, Batch, Hashes, Ints, mixed, slices

ACCENTED = 0x2000  # the accented Latin letters end below it
_STEP = np.uint64(0xB7E151628AED2A6B)  # odd, so that no bit of a word is lost; the digits of e


class _Plain(Batch):
    """A segmentation whose words are hashed without accents."""

    @cached_property
    def lower(self) -> NDArray[np.uint32]:
        lower = super().lower
        return np.where(lower < ACCENTED, np.take(_plain_letters(), lower, mode="clip"), lower)


@cache
def _plain_letters() -> NDArray[np.uint32]:
    return np.array([ord(without_accent(chr(code))) for code in range(ACCENTED)], np.uint32)


def without_accent(letter: str) -> str:
    """The Latin letter under the marks of an accented one; any other character as it is."""
    decomposed = unicodedata.normalize("NFD", letter)
    return (
        decomposed[0]
        if len(decomposed) > 1 and decomposed[0].isascii() and decomposed[0].isalpha()
        else letter
    )


@dataclass(frozen=True)
class Shingles:
    """The shingle sets of n texts: `hashes`, sorted and distinct within each text, one text after another;
    `counts` [n] says how many are each text's, `words` [n] how many words it has, and `exact` [n, 2] is
    the xxh3_128 of its whole, high and low half (0 and 0 of a text without a character that prints).
    """

    hashes: Hashes
    counts: Ints
    words: Ints
    exact: Hashes


def shingle_sets(texts: Sequence[str], size: int) -> Shingles:
    """The sets of hashed shingles of `size` words of each text, and the hashes of the whole texts."""
    shingles = [_slice_shingles(texts[start:stop], size) for start, stop in slices(texts)]
    return Shingles(
        np.concatenate([np.empty(0, np.uint64), *(p.hashes for p in shingles)]),
        np.concatenate([np.empty(0, np.int64), *(p.counts for p in shingles)]),
        np.concatenate([np.empty(0, np.int64), *(p.words for p in shingles)]),
        np.concatenate([np.empty((0, 2), np.uint64), *(p.exact for p in shingles)]),
    )


def _slice_shingles(texts: Sequence[str], size: int) -> Shingles:
    if len(texts) == 1 and len(texts[0]) > SLICE:
        # A long text is read in pieces, so that the arrays over its characters stay small.
        piece_hashes = [_Plain([piece]).word_hashes for piece in _pieces(texts[0])]
        words, counts = np.concatenate(piece_hashes), np.array([sum(map(len, piece_hashes))])
        exact = _digests([" ".join(texts[0].split()).encode("utf-32-le", "surrogatepass")])
    else:
        batch = _Plain(texts)
        words, counts = batch.word_hashes, np.diff(batch.word_first)
        exact = _digests(_squeezed(batch))
    windows = max(len(words) - size + 1, 0)
    hashes = words[:windows].copy()
    for j in range(1, size):
        hashes *= _STEP
        hashes += words[j : windows + j]
    # A window is a shingle where it ends within the text in which it begins.
    inside = np.arange(size, size + windows) <= np.repeat(np.cumsum(counts), counts)[:windows]
    sets, sizes = _distinct(mixed(hashes[inside]), np.maximum(counts - size + 1, 0))
    return Shingles(sets, sizes, counts, exact)


def _pieces(text: str) -> Iterator[str]:
    """Cuts a long text at spaces; at SLICE code points where a stretch has none."""
    start = 0
    while start < len(text):
        end = start + SLICE
        if end < len(text):
            space = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
            end = space + 1 if space > start else end
        yield text[start:end]
        start = end


def _squeezed(batch: Batch) -> Iterator[memoryview]:
    """The code points of each text after its white space is squeezed."""
    space = (batch.classes & SPACE) != 0
    keep = ~space
    keep[1:] |= ~space[:-1]  # the first of a run of white space
    keep[batch.end] = False
    codes = np.where(space, np.uint32(0x20), batch.codes)[keep]
    ends = np.cumsum(batch.count(keep))
    starts = np.concatenate([[0], ends[:-1]])
    # What is left of white space at the end of a text is one space.
    ends = ends - ((ends > starts) & (codes[ends - 1] == 0x20) if len(codes) else 0)
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        yield codes[start:end].data


def _digests(wholes: Iterator[memoryview] | list[bytes]) -> Hashes:
    digests = b"".join(xxhash.xxh3_128_digest(w) if len(w) else bytes(16) for w in wholes)
    return np.frombuffer(digests, ">u8").reshape(-1, 2).astype(np.uint64)


def _distinct(hashes: Hashes, counts: Ints) -> tuple[Hashes, Ints]:
    """Sorts each text's hashes in place and leaves one of each."""
    ends = np.cumsum(counts)
    for start, end in zip((ends - counts).tolist(), ends.tolist(), strict=True):
        hashes[start:end].sort()
    first = np.ones(len(hashes), bool)
    np.not_equal(hashes[1:], hashes[:-1], out=first[1:])
    some = counts > 0
    begins = (ends - counts)[some]
    first[begins] = True
    counts = counts.copy()
    if len(begins):
        counts[some] = np.add.reduceat(first, begins, dtype=np.int64)
    return hashes[first], counts

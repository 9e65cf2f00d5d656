"""The batch text kernel: one vectorised segmentation of many texts, which all measures of them share.

A batch of texts becomes one array of code points; words, lines and paragraphs are spans of it, and
everything is computed over whole arrays, never word by word in Python. Definitions, for all languages:

- a word is a run of letters, marks and numbers; a middle dot between letters (Catalan l·l), and a point
  or comma between digits belong to it; `¿ ¡ « » - '` separate words;
- a line is what stands between newlines, without white space at its ends; empty lines do not count;
- a paragraph is a run of lines without an empty line between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cleaning.text.kinds import LOWER, entries, lower_of, places_in

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int32]

SLICE = 400_000  # code points that are worked on at once: fits the caches, amortises the calls

BLOCK = 2 * SLICE  # code points of a longer text whose spans are hashed and counted at once

_BASE = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio


def mixed(hashes: Hashes) -> Hashes:
    """Spreads the bits of 64-bit hashes (the finaliser of splitmix64, Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        h = hashes ^ (hashes >> np.uint64(30))
        # In place: of a long text each copy is one more of all words.
        h *= np.uint64(0xBF58476D1CE4E5B9)
        h ^= h >> np.uint64(27)
        h *= np.uint64(0x94D049BB133111EB)
        h ^= h >> np.uint64(31)
    return h


def word_hash(word: str) -> int:
    """The hash that `Batch.word_hashes` gives to `word`: of its lower-case code points."""
    value = sum(lower_of(ord(c)) * pow(_BASE, i, 1 << 64) for i, c in enumerate(word)) % (1 << 64)
    return int(mixed(np.array([value], np.uint64))[0])


class Batch:
    """The segmentation of texts. Spans are [start, end) in `codes`; `X_first[i]:X_first[i + 1]` are the
    words, lines or paragraphs of text i, for every `X_first` of length texts + 1.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.codes = _codes("\n".join([*texts, ""]))
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        self.end = np.cumsum(lengths + 1) - 1  # where the newline stands that separates two texts
        self.start = self.end - lengths
        self.characters = lengths

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def _segments(self) -> _Segments:
        return _segmented(self.codes)

    @property
    def classes(self) -> npt.NDArray[np.uint8]:
        """The class bits of each code point."""
        return self._segments.classes

    def lowered(self, codes: slice) -> npt.NDArray[np.uint32]:
        """The lower-case code points of a block."""
        if len(self.codes) <= BLOCK:
            return self._segments.lower[codes]
        at, table = places_in(self.codes[codes], entries())
        return table[at] & LOWER

    def forget(self) -> None:
        """Drops what was computed of a long text and can be again, before another as long is looked at."""
        if len(self.codes) > BLOCK:
            for name in [
                n for n in vars(self) if isinstance(getattr(Batch, n, None), cached_property)
            ]:
                del self.__dict__[name]

    def count(self, mask: Bools) -> Ints:
        """How many code points of each text a mask over `codes` holds; the newlines that separate texts
        must not be in it.
        """
        if len(self) < 2:  # the mask of a long text is not to be widened
            return np.full(len(self), np.count_nonzero(mask), np.int64)
        return np.add.reduceat(mask, self.start, dtype=np.int32).astype(np.int64)

    # Words -------------------------------------------------------------------------------------

    @property
    def word_start(self) -> Ints:
        return self._segments.word_start

    @property
    def word_end(self) -> Ints:
        return self._segments.word_end

    @property
    def word_letters(self) -> Places:
        """Letters of each word."""
        return self._segments.word_letters

    @property
    def word_capitals(self) -> Places:
        """Capitals of each word."""
        return self._segments.word_capitals

    @cached_property
    def word_lengths(self) -> Ints:
        """Code points of each word."""
        return self.word_end - self.word_start

    @cached_property
    def word_first(self) -> Ints:
        return self._first(self.word_start)

    @cached_property
    def word_document(self) -> Ints:
        """The text of each word."""
        if len(self) == 1:
            # Zeros take no memory until something is written there.
            return np.zeros(len(self.word_start), np.int64)
        return np.repeat(np.arange(len(self)), np.diff(self.word_first))

    @cached_property
    def word_hashes(self) -> Hashes:
        """A 64-bit hash of each word in lower case."""
        return self.hashes_of(self.word_start, self.word_end)

    @cached_property
    def exact_word_hashes(self) -> Hashes:
        """A 64-bit hash of each word as it stands, capitals and all."""
        hashes = self.word_hashes.copy()
        # What has neither capitals nor signs of numbers (Ⅻ) is in lower case.
        other = np.flatnonzero((self.word_capitals > 0) | (self.word_letters < self.word_lengths))
        hashes[other] = self._hashes(
            self.word_start[other],
            self.word_end[other],
            lambda codes: self.codes[codes].astype(np.uint32, copy=False),
        )
        return hashes

    # Signs -------------------------------------------------------------------------------------

    @property
    def sign_at(self) -> Ints:
        """Where punctuation and symbols stand."""
        return self._segments.sign_at

    @cached_property
    def signs(self) -> Any:
        """The code points there."""
        return self.codes[self.sign_at]

    @cached_property
    def _sign_first(self) -> Ints:
        return self._first(self.sign_at)

    def count_signs(self, mask: Bools) -> Ints:
        """How many signs of each text a mask over `signs` holds."""
        return np.asarray(by_text(mask, self._sign_first))

    def signs_in(self, run: str, place: int) -> Bools:
        """Which signs stand at this place of a run of characters."""
        found = np.flatnonzero(self.signs == ord(run[place]))
        for step, character in enumerate(run, -place):
            # No run holds the newline at the end, to which what is beyond the ends is sent.
            if step and len(found):
                beside = self.codes.take(self.sign_at[found] + step, mode="wrap")
                found = found[beside == ord(character)]
        signs = np.zeros(len(self.sign_at), bool)
        signs[found] = True
        return signs

    def texts_with(self, mask: Bools) -> list[int]:
        """The texts that have a sign of a mask over `signs`."""
        texts: list[int] = np.flatnonzero(self.count_signs(mask)).tolist()
        return texts

    # Lines and paragraphs ----------------------------------------------------------------------

    @property
    def line_start(self) -> Ints:
        return self._segments.line_start

    @property
    def line_end(self) -> Ints:
        return self._segments.line_end

    @cached_property
    def line_first(self) -> Ints:
        return self._first(self.line_start)

    @cached_property
    def line_words(self) -> Ints:
        """Where the words of each line begin among those of the batch; one longer."""
        return np.append(0, self._segments.line_words)

    @cached_property
    def line_signs(self) -> Ints:
        """Where the signs of each line begin among those of the batch; one longer."""
        return np.append(0, self._segments.line_signs)

    @cached_property
    def line_hashes(self) -> Hashes:
        """A 64-bit hash of each line in lower case."""
        return self.hashes_of(self.line_start, self.line_end)

    @cached_property
    def paragraph_of_line(self) -> Ints:
        """The number of the paragraph of each line, counted over the batch."""
        number = self._segments.line_number
        opens = np.ones(len(number), bool)
        opens[1:] = np.diff(number) > 1
        first = self.line_first[:-1][np.diff(self.line_first) > 0]
        opens[first] = True
        return np.cumsum(opens) - 1

    @cached_property
    def paragraph_first(self) -> Ints:
        opens = np.concatenate((self.paragraph_of_line, [self.paragraph_count]))
        return opens[self.line_first]

    @property
    def paragraph_count(self) -> int:
        return int(self.paragraph_of_line[-1]) + 1 if len(self.paragraph_of_line) else 0

    @cached_property
    def paragraph_lengths(self) -> Ints:
        """Code points of each paragraph, the white space between its lines apart."""
        lengths = self.line_end - self.line_start
        return np.bincount(self.paragraph_of_line, lengths, self.paragraph_count).astype(np.int64)

    @cached_property
    def paragraph_hashes(self) -> Hashes:
        """A 64-bit hash of the lines of each paragraph, in lower case."""
        if not self.paragraph_count:
            return np.zeros(0, np.uint64)
        paragraph = self.paragraph_of_line
        opens = np.flatnonzero(np.concatenate(([True], np.diff(paragraph) > 0)))
        place = (np.arange(len(paragraph)) - opens[paragraph]).astype(np.uint64)
        return np.add.reduceat(mixed(self.line_hashes + mixed(place + np.uint64(1))), opens)

    # Shared ------------------------------------------------------------------------------------

    def _first(self, starts: Ints) -> Ints:
        edges = np.concatenate((self.start, [len(self.codes)]))
        return np.searchsorted(starts, edges).astype(np.int64)

    def blocks(self, start: Ints, end: Ints) -> Iterator[tuple[int, int, slice]]:
        """Runs [first, stop) of spans in order, and the code points that hold them: all at once, or of a very long text
        some after others, so that what is computed of code points takes no more memory than of a short one.
        """
        if len(self.codes) <= BLOCK:
            yield 0, len(start), slice(0, len(self.codes))
            return
        first = 0
        while first < len(start):
            stop = max(int(np.searchsorted(start, start[first] + BLOCK)), first + 1)
            yield first, stop, slice(int(start[first]), int(end[first:stop].max()))
            first = stop

    def count_in(self, kind: int, start: Ints, end: Ints) -> Ints:
        """How many code points of a class each span [start, end) holds; spans in order."""
        counts = np.empty(len(start), np.int64)
        for first, stop, codes in self.blocks(start, end):
            before = np.zeros(codes.stop - codes.start + 1, np.int32)
            np.cumsum((self.classes[codes] & kind) != 0, dtype=np.int32, out=before[1:])
            here = slice(first, stop)
            counts[here] = before[end[here] - codes.start] - before[start[here] - codes.start]
        return counts

    def hashes_of(self, start: Ints, end: Ints) -> Hashes:
        """A 64-bit hash of each span [start, end) of code points, in lower case; spans in order."""
        return self._hashes(start, end, self.lowered)

    def _hashes(self, start: Ints, end: Ints, codes_of: Callable[[slice], Any]) -> Hashes:
        from cleaning.text.spans import hashed  # numba, which whoever only names a batch spares

        hashes = np.empty(len(start), np.uint64)
        for first, stop, codes in self.blocks(start, end):
            here = slice(first, stop)
            hashed(
                codes_of(codes), start[here] - codes.start, end[here] - codes.start, hashes[here]
            )
        return hashes


class _Segments(NamedTuple):
    """What one pass over code points finds; a long text has no `lower`, which is too large beside it."""

    classes: npt.NDArray[np.uint8]
    lower: npt.NDArray[np.uint32]
    word_start: Ints
    word_end: Ints
    word_letters: Places
    word_capitals: Places
    sign_at: Ints
    line_start: Ints
    line_end: Ints
    line_number: Places  # empty lines counted
    line_words: Places  # up to the end of each
    line_signs: Places


def _segmented(codes: Any) -> _Segments:
    from cleaning.text.spans import ROOM, segment

    state = np.array([0, 0, 0, -1, 0, 0, 0, 0, 0], np.int64)
    blocks = []
    for offset in range(0, max(len(codes), 1), BLOCK):
        block = codes[offset : offset + BLOCK + 1].astype(np.uint32, copy=False)
        at, table = places_in(block, entries())
        size = min(len(block), BLOCK)
        found: list[Any] = [
            np.empty(size + ROOM, np.uint8),
            np.empty(size + ROOM, np.uint32),
            *np.empty((2, size // 2 + 2), np.int64),
            *np.empty((2, size // 2 + 2), np.int32),
            np.empty(size, np.int64),
            *np.empty((2, size // 2 + 2), np.int64),
            *np.empty((3, size // 2 + 2), np.int32),
        ]
        starts, ends, signs, lines = segment(at, table, size, offset, state, *found)
        words, of_lines = (starts, ends, ends, ends), (lines,) * 5
        sizes = (size, size if len(codes) <= BLOCK else 0, *words, signs, *of_lines)
        parts = [array[:many] for array, many in zip(found, sizes, strict=True)]
        if len(codes) <= BLOCK:
            return _Segments(*parts)
        blocks.append([part.copy() for part in parts])  # without the room behind
    return _Segments(*map(np.concatenate, zip(*blocks, strict=True)))


def _codes(text: str) -> Any:
    """The code points of a text; of a long one in two bytes each, where they fit."""
    if len(text) > BLOCK:
        short = text.encode("utf-16-le", "surrogatepass")
        if len(short) == 2 * len(text):
            return np.frombuffer(short, np.uint16)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def by_text(values: Any, first: Ints) -> Any:
    """The sum of the values of each text, where those of text i are `values[first[i]:first[i + 1]]`; of a mask how many
    it holds.
    """
    if values.dtype.kind in "biu":
        whole_sums = np.empty(len(first) - 1, np.int64)
        _summed()(values, first, whole_sums)
        return whole_sums
    sums = np.zeros(len(values) + 1, values.dtype)
    np.cumsum(values, out=sums[1:])
    before = sums[first]
    return before[1:] - before[:-1]


@cache
def _summed() -> Any:
    """The loop over sums, which is asked for so often that looking for its module took as long as most of them."""
    from cleaning.text.spans import summed  # numba, which whoever only names a batch spares

    return summed


def slices(texts: Sequence[str], size: int = SLICE) -> Iterator[tuple[int, int]]:
    """[start, stop) of runs of texts of about `size` code points together, one long text alone."""
    start = total = 0
    for index, text in enumerate(texts):
        if index > start and total + len(text) > size:
            yield start, index
            start, total = index, 0
        total += len(text)
    if start < len(texts):
        yield start, len(texts)

"""The batch text kernel: one vectorised segmentation of many texts, which all measures of them share.

A batch of texts becomes one array of code points; words, lines and paragraphs are spans of it, and
everything is computed over whole arrays, never word by word in Python. Definitions, for all languages:

- a word is a run of letters, marks and numbers; a middle dot between letters (Catalan l·l), and a point
  or comma between digits belong to it; `¿ ¡ « » - '` separate words;
- a line is what stands between newlines, without white space at its ends; empty lines do not count;
- a paragraph is a run of lines without an empty line between them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

LETTER, MARK, NUMBER, UPPER, SPACE, PUNCTUATION, SYMBOL, DIGIT = (1 << i for i in range(8))
WORD = LETTER | MARK | NUMBER
SLICE = 400_000  # code points that are worked on at once: fits the caches, amortises the calls

BLOCK = 2 * SLICE  # code points of a longer text whose spans are hashed and counted at once

_CATEGORY = {"L": LETTER, "M": MARK, "N": NUMBER, "Z": SPACE, "P": PUNCTUATION, "S": SYMBOL}
_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2^64; 2^64 over the golden ratio
_INVERSE = pow(_BASE, -1, 1 << 64)


def _class_of(code: int) -> int:
    character = chr(code)
    category = unicodedata.category(character)
    bits = _CATEGORY.get(category[0], 0)
    if category in {"Lu", "Lt"}:
        bits |= UPPER
    if category == "Nd":
        bits |= DIGIT
    return bits | SPACE if character.isspace() else bits


def _lower_of(code: int) -> int:
    lower = chr(code).lower()
    return ord(lower) if len(lower) == 1 else code


@lru_cache(maxsize=1)
def tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32]]:
    """Character class and lower case of the 65,536 code points of the basic plane."""
    return letters(range(0x10000))


def letters(codes: Sequence[int]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32]]:
    """The class bits and the lower case of each of some code points."""
    return (
        np.fromiter(map(_class_of, codes), np.uint8, len(codes)),
        np.fromiter(map(_lower_of, codes), np.uint32, len(codes)),
    )


@lru_cache(maxsize=2)
def _powers(base: int, length: int) -> Hashes:
    powers = np.full(length, base, np.uint64)
    powers[0] = 1
    return np.cumprod(powers, out=powers)


def mixed(hashes: Hashes) -> Hashes:
    """Spreads the bits of 64-bit hashes (the finaliser of splitmix64, Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        h = hashes ^ (hashes >> np.uint64(30))
        h *= np.uint64(
            0xBF58476D1CE4E5B9
        )  # in place: of a long text each copy is one more of all words
        h ^= h >> np.uint64(27)
        h *= np.uint64(0x94D049BB133111EB)
        h ^= h >> np.uint64(31)
    return h


def word_hash(word: str) -> int:
    """The hash that `Batch.word_hashes` gives to `word`: of its lower-case code points."""
    value = sum(_lower_of(ord(c)) * pow(_BASE, i, 1 << 64) for i, c in enumerate(word)) % (1 << 64)
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
    def classes(self) -> npt.NDArray[np.uint8]:
        """The class bits of each code point."""
        return _looked_up(self.codes, tables()[0], _class_of)

    @cached_property
    def lower(self) -> npt.NDArray[np.uint32]:
        """The lower-case code point of each."""
        return _looked_up(self.codes, tables()[1], _lower_of)

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

    @cached_property
    def _word_spans(self) -> tuple[Ints, Ints]:
        inside = (self.classes & WORD) != 0
        for mark, kind in ((0xB7, LETTER), (0x2E, DIGIT), (0x2C, DIGIT)):
            at = np.flatnonzero(self.codes[1:-1] == mark) + 1
            between = self.classes[at - 1] & self.classes[at + 1] & kind
            inside[at[between != 0]] = True
        return _runs(inside)

    @property
    def word_start(self) -> Ints:
        return self._word_spans[0]

    @property
    def word_end(self) -> Ints:
        return self._word_spans[1]

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
            return np.zeros(
                len(self.word_start), np.int64
            )  # which takes no memory until it is written
        return np.repeat(np.arange(len(self)), np.diff(self.word_first))

    @cached_property
    def word_hashes(self) -> Hashes:
        """A 64-bit hash of each word in lower case."""
        return self.hashes_of(self.word_start, self.word_end)

    @cached_property
    def exact_word_hashes(self) -> Hashes:
        """A 64-bit hash of each word as it stands, capitals and all."""
        return self._hashes(self.word_start, self.word_end, exact=True)

    # Signs -------------------------------------------------------------------------------------

    @cached_property
    def sign_at(self) -> Ints:
        """Where punctuation and symbols stand."""
        return np.flatnonzero((self.classes & (PUNCTUATION | SYMBOL)) != 0)

    @cached_property
    def signs(self) -> Any:
        """The code points there."""
        return self.codes[self.sign_at]

    @cached_property
    def _sign_document(self) -> Ints:
        return np.repeat(np.arange(len(self)), np.diff(self._first(self.sign_at)))

    def count_signs(self, mask: Bools) -> Ints:
        """How many signs of each text a mask over `signs` holds."""
        return np.bincount(self._sign_document[mask], minlength=len(self))

    def signs_in(self, run: str, place: int) -> Bools:
        """Which signs stand at this place of a run of characters."""
        found: Bools = self.signs == ord(run[place])
        at = self.sign_at[found]
        whole = np.ones(len(at), bool)
        for step, character in enumerate(run, -place):
            if (
                step
            ):  # no run holds the newline at the end, to which what is beyond the ends is sent
                whole &= self.codes.take(at + step, mode="wrap") == ord(character)
        found[found] = whole
        return found

    def texts_with(self, mask: Bools) -> list[int]:
        """The texts that have a sign of a mask over `signs`."""
        texts: list[int] = np.flatnonzero(self.count_signs(mask)).tolist()
        return texts

    # Lines and paragraphs ----------------------------------------------------------------------

    @cached_property
    def _line_spans(self) -> tuple[Ints, Ints, Ints]:
        """Start, end and number (empty lines counted) of each line that is not empty."""
        newline = np.flatnonzero(self.codes == 0x0A)
        after = np.concatenate(([0], newline[:-1] + 1)) if len(newline) else newline
        chunk_start, chunk_end = _runs((self.classes & SPACE) == 0)  # without white space
        first = np.searchsorted(chunk_start, after)
        last = np.searchsorted(chunk_start, newline)
        full = np.flatnonzero(last > first)
        return chunk_start[first[full]], chunk_end[last[full] - 1], full

    @property
    def line_start(self) -> Ints:
        return self._line_spans[0]

    @property
    def line_end(self) -> Ints:
        return self._line_spans[1]

    @cached_property
    def line_first(self) -> Ints:
        return self._first(self.line_start)

    @cached_property
    def line_hashes(self) -> Hashes:
        """A 64-bit hash of each line in lower case."""
        return self.hashes_of(self.line_start, self.line_end)

    @cached_property
    def paragraph_of_line(self) -> Ints:
        """The number of the paragraph of each line, counted over the batch."""
        number = self._line_spans[2]
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

    @cached_property
    def _prefix(self) -> Hashes:
        return _sums(self.lower)

    def hashes_of(self, start: Ints, end: Ints) -> Hashes:
        """A 64-bit hash of each span [start, end) of code points, in lower case; spans in order."""
        return self._hashes(start, end)

    def hashing(self, codes: slice) -> tuple[Hashes, Hashes]:
        """Sums and inverse powers of a block of code points, for kernels: the hash of a span, counted from where the
        block begins, is mixed((sums[end] - sums[start]) * inverse[start]).
        """
        size = codes.stop - codes.start + 1
        if size > len(self.codes):
            return self._prefix, _power(_INVERSE, size)
        return _sums(self.lowered(codes)), _power(_INVERSE, size)

    def lowered(self, codes: slice) -> npt.NDArray[np.uint32]:
        """The lower-case code points of a block."""
        if codes.stop - codes.start == len(self.codes) <= BLOCK:
            return self.lower
        lowered: npt.NDArray[np.uint32] = _looked_up(self.codes[codes], tables()[1], _lower_of)
        return lowered

    def _hashes(self, start: Ints, end: Ints, exact: bool = False) -> Hashes:
        hashes = np.empty(len(start), np.uint64)
        for first, stop, codes in self.blocks(start, end):
            inverse = _power(_INVERSE, codes.stop - codes.start + 1)
            sums = _sums(self.codes[codes]) if exact else self.hashing(codes)[0]
            begin = start[first:stop] - codes.start
            hashes[first:stop] = mixed(
                (sums[end[first:stop] - codes.start] - sums[begin]) * inverse[begin]
            )
        return hashes


def _codes(text: str) -> Any:
    """The code points of a text; of a long one in two bytes each, where they fit."""
    if len(text) > BLOCK:
        short = text.encode("utf-16-le", "surrogatepass")
        if len(short) == 2 * len(text):
            return np.frombuffer(short, np.uint16)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _sums(codes: Any) -> Hashes:
    """Prefix sums of code point times base to the place, modulo 2^64."""
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.multiply(codes, _power(_BASE, len(codes))[: len(codes)], out=sums[1:])
    np.cumsum(sums, out=sums)
    return sums


def _power(base: int, length: int) -> Hashes:
    """At least so many powers: of most batches and blocks from one table."""
    size = 1 << max(length, SLICE).bit_length()
    if size <= 4 * SLICE:
        return _powers(base, size)
    powers: Hashes = _powers.__wrapped__(base, length)  # of a longer span, as small as it may be
    return powers


def _looked_up(codes: npt.NDArray[np.uint32], table: Any, single: Any) -> Any:
    """`table[codes]`, with `single` for the few code points beyond the table."""
    beyond = np.flatnonzero(codes >= len(table))
    if not len(beyond):
        return table[codes]
    values = table[np.minimum(codes, len(table) - 1)]
    distinct, place = np.unique(codes[beyond], return_inverse=True)
    values[beyond] = np.array([single(int(code)) for code in distinct], table.dtype)[place]
    return values


def _runs(inside: Bools) -> tuple[Ints, Ints]:
    """Start and end of each run of True; the last element must be False."""
    edges = np.flatnonzero(np.diff(inside, prepend=False))
    return edges[0::2], edges[1::2]


def by_text(values: Any, first: Ints) -> Any:
    """The sum of the values of each text, where those of text i are `values[first[i]:first[i + 1]]`."""
    if len(first) == 2 and values.dtype.kind in "iu":  # a long text is alone
        return values[first[0] : first[1]].sum(keepdims=True, dtype=values.dtype)
    sums = np.concatenate((np.zeros(1, values.dtype), np.cumsum(values)))
    return sums[first[1:]] - sums[first[:-1]]


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

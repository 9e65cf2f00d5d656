"""The words of texts in their plain form, hashed: texts that differ in case, accents and signs have the same.

Words are those of `cleaning/text/batch.py`, in lower case and without Latin accents (`á` is `a`, `ñ` is `n`), in which
editions and bad copies differ.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaning.text.batch import Hashes, Ints
from cleaning.text.kinds import CLASS, DIGIT, LETTER, SPACE, WORD, places_in, tables, together
from cleaning.text.spans import mix
from pipeline.compiled import compiled

FORM = "runs of letters, marks and numbers, in lower case, without Latin accents"
PIECE = 1 << 20  # code points
ACCENTED = 0x2000  # the accented Latin letters end below it

_PLAIN = np.uint32((1 << CLASS) - 1)
_WORD, _LETTER, _DIGIT, _SPACE = (np.uint32(kind << CLASS) for kind in (WORD, LETTER, DIGIT, SPACE))
_BASE = np.uint64(0x9E3779B97F4A7C15)  # as in cleaning/text/batch.py
STEP = np.uint64(0xB7E151628AED2A6B)  # odd, so that no bit of a word is lost; the digits of e
_DOT, _POINT, _COMMA, _BLANK = 0xB7, 0x2E, 0x2C, 0x20


@compiled
def segment(
    codes: NDArray[np.uint32],
    places: NDArray[np.uint32],
    ends: Ints,
    letters: NDArray[np.uint32],
    words: Hashes,
    squeezed: NDArray[np.uint32],
) -> tuple[Ints, Ints]:
    """Words and white space of texts, in one pass over their code points.

    `codes` holds the texts one after another, a newline at the `ends` [n] of each, and may be `squeezed` itself, which
    never overtakes it; `places` says where in
    `letters` each code point stands: its plain lower case, and its class from bit CLASS on. Fills `words` with
    the hashes of the words, and `squeezed` with the code points after each run of white space became one space
    and none was left at the ends of a text. Returns the places [n] where each text ends in the two.
    """
    word_ends = np.empty(len(ends), np.int64)
    squeezed_ends = np.empty(len(ends), np.int64)
    at, written, start, last = np.uint64(0), np.uint64(0), 0, len(codes) - 1
    for text in range(len(ends)):
        power, value, inside = np.uint64(1), np.uint64(0), False
        begun, blank = written, False
        for i in range(start, ends[text] + 1):
            letter = letters[places[i]]
            if letter & _WORD:
                member = True
            else:
                member = False
                code = codes[i]
                if code in (_DOT, _POINT, _COMMA) and 0 < i < last:
                    around = letters[places[i - 1]] & letters[places[i + 1]]
                    member = (around & (_LETTER if code == _DOT else _DIGIT)) != 0
            if member:
                inside = True
                value += np.uint64(letter & _PLAIN) * power
                power *= _BASE
            elif inside:
                words[at] = mix(value)
                at += np.uint64(1)
                power, value, inside = np.uint64(1), np.uint64(0), False
            if letter & _SPACE:
                blank = True
            else:
                if blank:
                    if written > begun:
                        squeezed[written] = _BLANK
                        written += np.uint64(1)
                    blank = False
                squeezed[written] = codes[i]
                written += np.uint64(1)
        word_ends[text] = at
        squeezed_ends[text] = written
        start = ends[text] + 1
    return word_ends, squeezed_ends


@compiled
def windows(words: Hashes, word_ends: Ints, size: int, hashes: Hashes) -> Ints:
    """Fills `hashes` with those of all runs of `size` words within a text; where each text ends in them [n]."""
    ends = np.empty(len(word_ends), np.int64)
    lead = np.uint64(1)
    for _ in range(size):
        lead *= STEP
    at = start = 0
    for text in range(len(word_ends)):
        value = np.uint64(0)
        for i in range(start, word_ends[text]):
            value = value * STEP + words[i]
            if i >= start + size:
                value -= words[i - size] * lead
            if i >= start + size - 1:
                hashes[at] = mix(value)
                at += 1
        ends[text] = at
        start = word_ends[text]
    return ends


def without_accent(letter: str) -> str:
    """The Latin letter under the marks of an accented one; any other character as it is."""
    decomposed = unicodedata.normalize("NFD", letter)
    return (
        decomposed[0]
        if len(decomposed) > 1 and decomposed[0].isascii() and decomposed[0].isalpha()
        else letter
    )


@dataclass(frozen=True)
class Words:
    """The words of n texts: `hashes`, one text after another, and where each text ends in them [n]; likewise the
    code points of each text after its white space was squeezed.
    """

    hashes: Hashes
    ends: Ints
    squeezed: NDArray[np.uint32]
    squeezed_ends: Ints


def word_hashes(texts: Sequence[str]) -> Words:
    """The hashes of the words of each text in lower case and without accents."""
    codes = _codes(texts)
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1) - 1
    places, table = places_in(codes, _letters())
    hashes = np.empty(len(codes) // 2 + 1, np.uint64)
    word_ends, squeezed_ends = segment(codes, places, ends, table, hashes, codes)
    filled = hashes[: word_ends[-1] if len(ends) else 0]
    return Words(filled, word_ends, codes, squeezed_ends)


def _codes(texts: Sequence[str]) -> NDArray[np.uint32]:
    """The code points of texts, a newline behind each; of long ones piece by piece, which takes memory once."""
    codes = np.empty(sum(map(len, texts)) + len(texts), np.uint32)
    joined = "\n".join(texts)
    for start in range(0, len(joined), PIECE):
        piece = joined[start : start + PIECE].encode("utf-32-le", "surrogatepass")
        codes[start : start + len(piece) // 4] = np.frombuffer(piece, np.uint32)
    codes[-1:] = ord("\n")
    return codes


@cache
def _letters() -> NDArray[np.uint32]:
    """The plain lower case and the class of each code point of the basic plane."""
    classes, lower = tables()
    plain = np.array([ord(without_accent(chr(code))) for code in range(ACCENTED)], np.uint32)
    lower = np.where(lower < ACCENTED, np.take(plain, lower, mode="clip"), lower)
    return together(classes, lower)

"""Where a text may be cut into pieces: one pattern for all kinds, for Hugging Face and as a scan of our own.

A pretoken is a word with one space and one mark before it (" casa", " «casa", "casa"), up to three digits, a run of
marks, a run of line ends, or what is left of white space. No piece holds letters and digits, or begins with a
letter and holds a mark: so no text is ever read as `</s>`, `<mask>` or `<0x41>`.

A space and one mark go with the word: of three patterns tried (also: none, and one of both) it took the fewest tokens.

There are three more ways to cut, of fewer tokens, in which digits and marks are one pretoken however many ("1.234,56"),
as in SentencePiece. `glued`: a word takes no mark, and has its space always (glue.py). `numbers`: of marks a word takes
one that opens after a space (" «casa") and one that joins without ("EAE-ko"). `joined`: a word takes one mark before
it or one after it ("casa,"), never on both sides: so neither there is a text read as `<mask>`.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex
from tokenizers.pre_tokenizers import Split

from pipeline.compiled import compiled

SPACE = "\u2581"  # what SentencePiece writes for a space
LETTER, DIGIT, MARK, OPENING, JOINING, WHITE, LINE = range(7)  # the middle three are all marks
MARKS = ("apart", "numbers", "joined", "glued")
APART, NUMBERS, JOINED, GLUED = range(4)
LETTERS, _DIGITS = r"\p{L}\p{M}", r"\p{N}"
_OPENING, _JOINING = r"\p{Ps}\p{Pi}¿¡\"", r"\-'’"


def pattern(space: str = " ", marks: str = "apart") -> str:
    """The pattern of pretokens, where `space` is written for a space."""
    mark = rf"[^\s{space}{LETTERS}{_DIGITS}]"
    white = rf"(?:(?!\n)[\s{space}])+"
    words = rf"{space}?{mark}?[{LETTERS}]+"
    others = rf"{space}?[^\s{space}{LETTERS}]+"
    if marks == "numbers":
        words = rf"{space}[{_OPENING}]?[{LETTERS}]+|[{_JOINING}]?[{LETTERS}]+"
    if marks == "joined":
        words = rf"{space}?{mark}[{LETTERS}]+|{space}?[{LETTERS}]+{mark}?"
    if marks == "glued":
        words = rf"{space}?[{LETTERS}]+"
    if marks == "apart":
        others = rf"{space}?[{_DIGITS}]{{1,3}}|{space}?{mark}+"
    return rf"{words}|{others}|\n+|{white}(?={space}[^\s{space}])|{white}"


def phrase_pattern(marks: str = "apart") -> str:
    """The same, but that words with a space between are one pretoken: what superwords are merged in."""
    words = f"[{LETTERS}]+"
    return pattern(marks=marks).replace(words, f"{words}(?: {words})*")


def way(content: str) -> tuple[str, str] | None:
    """The sign for a space and the marks, of MARKS, by which a `tokenizer.json` cuts texts; None: it is another's."""
    return _way(content, {pattern(*each): each for each in itertools.product((" ", SPACE), MARKS)})


def phrase_way(content: str) -> tuple[str, str] | None:
    """The same of superwords."""
    return _way(content, {phrase_pattern(marks): (" ", marks) for marks in MARKS})


def _way(content: str, ways: Mapping[str, tuple[str, str]]) -> tuple[str, str] | None:
    cut = json.dumps(json.loads(content)["pre_tokenizer"])
    return next((way for regex, way in ways.items() if json.dumps(regex) in cut), None)


def pretokenizer(space: str = " ", marks: str = "apart") -> Split:
    """Cuts a text as the pattern says."""
    return Split(Regex(pattern(space, marks)), "isolated")


@functools.cache
def classes() -> NDArray[np.uint8]:
    """The class of every code point, (0x110000): asked of the library that the pattern runs in."""
    kinds = {LETTER: f"[{LETTERS}]+", DIGIT: f"[{_DIGITS}]+", WHITE: r"\s+"}
    kinds |= {OPENING: f"[{_OPENING}]+", JOINING: f"[{_JOINING}]+"}
    rest = rf"[^{LETTERS}{_DIGITS}\s{_OPENING}{_JOINING}]+"
    # Planes 4 to 13 hold nothing, 15 and 16 what is private: marks, as the highest plane told.
    points = np.r_[0:0xD800, 0xE000:0x40000, 0xE0000:0xF0000]
    text = "".join(map(chr, points.tolist()))
    table = np.full(0x110000, MARK, np.uint8)
    splits = {kind: Split(Regex(regex), "removed") for kind, regex in kinds.items()}
    for run, (begin, end) in Split(
        Regex("|".join([*kinds.values(), rest])), "isolated"
    ).pre_tokenize_str(text):
        for kind, split in splits.items():
            if not split.pre_tokenize_str(run[0]):
                table[points[begin:end]] = kind
    table[ord("\n")] = LINE
    return table


@compiled
def character(data: NDArray[np.uint8], at: int) -> Any:
    """The code point that begins at a byte of valid UTF-8, and where the next begins."""
    byte = np.int32(data[at])
    if byte < 0x80:
        return byte, at + 1
    if byte < 0xE0:
        return (byte & 0x1F) << 6 | (data[at + 1] & 0x3F), at + 2
    if byte < 0xF0:
        middle = (data[at + 1] & 0x3F) << 6
        return (byte & 0x0F) << 12 | middle | (data[at + 2] & 0x3F), at + 3
    middle = (data[at + 1] & 0x3F) << 12 | (data[at + 2] & 0x3F) << 6
    return (byte & 0x07) << 18 | middle | (data[at + 3] & 0x3F), at + 4


@compiled
def _run(
    data: NDArray[np.uint8], at: int, end: int, table: NDArray[np.uint8], first: int, last: int
) -> Any:
    """Where the characters that begin at a byte end, of the classes from one to another."""
    while at < end:
        if data[at] < 0x80:  # most are: one look
            if not first <= table[data[at]] <= last:
                break
            at += 1
            continue
        point, after = character(data, at)
        if not first <= table[point] <= last:
            break
        at = after
    return at


@compiled
def pretoken_end(
    data: NDArray[np.uint8],
    begin: int,
    end: int,
    table: NDArray[np.uint8],
    space: int,
    marks: int,
) -> Any:
    """Where the pretoken that begins at a byte ends. `space`: a code point that is one, beside U+0020.

    `marks`: the place of the way among MARKS.
    """
    at, spaced = begin, False
    point, after = character(data, at)
    kind = table[point]
    if (point == 32 or point == space) and after < end:
        follower, beyond = character(data, after)
        if table[follower] < WHITE:
            at, after, kind, spaced = after, beyond, table[follower], True
    if kind == LETTER:
        at = _run(data, after, end, table, LETTER, LETTER)
        if marks == JOINED and at < end:
            point, after = character(data, at)
            if MARK <= table[point] <= JOINING:
                return after
        return at
    if kind == DIGIT and marks == APART:
        for _ in range(2):
            if after < end:
                point, beyond = character(data, after)
                if table[point] == DIGIT:
                    after = beyond
                else:
                    break
        return after
    if (marks in (APART, JOINED) and MARK <= kind <= JOINING) or (
        marks == NUMBERS and kind == (OPENING if spaced else JOINING)
    ):
        word = _run(data, after, end, table, LETTER, LETTER)
        if word > after:
            return word
    if DIGIT <= kind <= JOINING:
        return _run(data, after, end, table, MARK if marks == APART else DIGIT, JOINING)
    if kind == LINE:
        return _run(data, after, end, table, LINE, LINE)
    return _white_end(data, begin, end, table, space)


@compiled
def _white_end(
    data: NDArray[np.uint8], begin: int, end: int, table: NDArray[np.uint8], space: int
) -> Any:
    """Where white space ends: at its last space, where a word follows that takes it."""
    at, last, single = begin, begin, False
    while at < end:
        point, after = character(data, at)
        if table[point] != WHITE:
            break
        last, single, at = at, point == 32 or point == space, after
    if at < end and single and last > begin:
        follower, _ = character(data, at)
        if table[follower] < WHITE:
            return last
    return at

"""The loops of `sentences.py`: the parts of texts, what each shows as numbers of buckets, and their sums.

A part ends with its line, or at a mark behind which white space and no small letter stand; the mark of an initial or of
a short word with a capital (`Sr.`) ends none.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaning.signals.worth.style import SHORT, Buckets, is_in, outline
from cleaning.text.batch import Batch, Floats, Hashes, Ints, by_text
from cleaning.text.kinds import DIGIT, LETTER, SPACE, UPPER
from cleaning.text.spans import mix
from cleaning.text.words import STEP
from pipeline.compiled import bare, inner

BITS = 16  # of the number of buckets of endings, pairs and forms
WORDS = 17  # of those of words, behind; then as many of first words as of endings
BUCKETS = (1 << BITS) + (1 << WORDS) + (1 << BITS)
LOOK = 16_000  # code points of a text that are looked at
OF_WORDS, OF_FORM = 3.0, 0.35  # what the buckets of a part's words count, and each of its form
FORMS = 6  # buckets of the form of a part, its first word among them
CUT = 30  # code points of a line that cuts a sentence, at least
NEAR = 3  # parts on each side that speak for a part, or against it

_EDGE, _NUMBER, _SIGN = (np.uint64(value) for value in (7, 11, 1 << 40))
_SALT = np.uint64(1 << 20)  # keeps the buckets of different kinds apart
# How a part ends: with a word, a number, several stops, or a sign of one of some kinds.
_WORD, _NUMERAL, _DOTS, _SIGNS, _KINDS = 0, 1, 2, 3, 29
_END = (1 << 6) - 1  # the bits of a shape that say how a part ends
_STOP = _SIGNS + 0x2E % _KINDS
_OPEN = (_WORD, _NUMERAL, _SIGNS + 0x2C % _KINDS, _SIGNS + 0x2D % _KINDS)  # a comma, a hyphen
_SMALL = 2  # how a part begins that begins with a small letter


class Parts(NamedTuple):
    """Of each part the buckets of its words [first, first of the next) and of its form, words and code points, and how
    it begins and ends (`shape`); the parts of text i are those from of[i] to of[i + 1].
    """

    buckets: Buckets
    first: Ints
    form: Buckets
    start: Ints
    end: Ints
    words: Ints
    of: Ints
    shape: Ints


def parts(batch: Batch, frequent: Hashes, look: Ints) -> Parts:
    """The parts of the first `look` code points of each text; `frequent`: the words that stand for themselves in a pair
    (`style.table`).
    """
    at_most = len(batch.line_start) + len(batch.sign_at) + 1
    buckets = np.empty(3 * len(batch.word_start) + len(batch.sign_at) + at_most, np.uint32)
    first, of = np.zeros(at_most + 1, np.int64), np.zeros(len(batch) + 1, np.int64)
    start, end, words, shape = np.zeros((4, at_most), np.int64)
    opening = np.full(at_most, BUCKETS - 1, np.uint32)
    _fill(
        batch.codes,
        batch.classes,
        batch.lowered(slice(0, len(batch.codes))),
        batch.word_start,
        batch.word_end,
        batch.word_hashes,
        batch.sign_at,
        batch.start + look,
        batch.line_start,
        batch.line_end,
        batch.line_first,
        frequent,
        buckets,
        first,
        start,
        end,
        words,
        shape,
        opening,
        of,
    )
    count = of[-1]
    form = np.empty((count, FORMS), np.uint32)
    _form(words, shape, opening, of, form)
    here = slice(0, count)
    return Parts(
        buckets[: first[count]],
        first[: count + 1],
        form,
        start[here],
        end[here],
        words[here],
        of,
        shape[here],
    )


def joined(batch: Batch, found: Parts) -> Parts:
    """The parts, one where the end of a line cut a sentence: no mark stands there, and right below goes on a small
    letter. Lines of fewer than CUT code points are items of a list, or code.
    """
    line = np.searchsorted(batch.line_start, found.start, "right") - 1
    width = (batch.line_end - batch.line_start)[line]
    on = (width >= CUT) & np.isin(found.shape >> 1 & 31, _OPEN)
    on[:-1] &= batch.line_start[line[1:]] == batch.line_end[line[:-1]] + 1
    on[:-1] &= found.shape[1:] >> 6 == _SMALL
    on[found.of[1:][found.of[1:] > 0] - 1] = False  # the last of a text
    last = np.flatnonzero(~on)
    first = np.append(0, last[:-1] + 1)[: len(last)]
    of = np.searchsorted(last, found.of)
    words = np.add.reduceat(found.words, first) if len(first) else found.words
    shape = found.shape[first] & ~_END | found.shape[last] & _END
    form = np.empty((len(last), FORMS), np.uint32)
    _form(words, shape, found.form[first, -1], of, form)
    return Parts(
        found.buckets,
        np.append(found.first[first], found.first[-1]),
        form,
        found.start[first],
        found.end[last],
        words,
        of,
        shape,
    )


@bare
def _fill(
    codes: NDArray[np.uint32],
    classes: NDArray[np.uint8],
    lower: NDArray[np.uint32],
    word_start: Ints,
    word_end: Ints,
    hashes: Hashes,
    sign_at: Ints,
    limits: Ints,
    line_start: Ints,
    line_end: Ints,
    line_first: Ints,
    frequent: Hashes,
    buckets: Buckets,
    first: Ints,
    start: Ints,
    end: Ints,
    words: Ints,
    shape: Ints,
    opening: Buckets,
    of: Ints,
) -> None:
    """Fills, of the parts of each text up to its limit, all that `parts` gives but their form; of each of them the
    bucket of its first word (`opening`), and where those of a text end (`of`).
    """
    shift = np.uint64(64 - BITS)
    written = part = word = sign = 0
    for text in range(len(limits)):
        for line in range(line_first[text], line_first[text + 1]):
            begin, stop = line_start[line], min(line_end[line], limits[text])
            if begin >= stop:
                break
            while word < len(word_start) and word_start[word] < begin:
                word += 1
            while sign < len(sign_at) and sign_at[sign] < begin:
                sign += 1
            at = begin
            count = letters = 0
            head: Any = 0
            tail: Any = 0
            ended, whole, before = False, 1, _EDGE
            while at < stop:
                next_word = word_start[word] if word < len(word_start) else stop
                next_sign = sign_at[sign] if sign < len(sign_at) else stop
                if next_sign < at:  # inside a word
                    sign += 1
                    continue
                closes = False
                if next_word >= stop and next_sign >= stop:
                    at = stop
                elif next_word < next_sign:
                    at, size = word_end[word], word_end[word] - next_word
                    if classes[next_word] & DIGIT:
                        piece, tail = _NUMBER, _NUMERAL
                        if count == 0 and head == 0:
                            head = 1
                    else:
                        look = outline(classes, next_word, size)
                        pen = np.uint64(lower[at - 2]) if size > 1 else np.uint64(0)
                        last = pen << np.uint64(21) | np.uint64(lower[at - 1])
                        ending = mix(last << np.uint64(4) | np.uint64(look))
                        if is_in(hashes[word], frequent):
                            piece = hashes[word]
                        else:
                            third = np.uint64(lower[at - 3]) if size > 2 else np.uint64(0)
                            piece = mix(ending + third * STEP)
                        buckets[written] = mix(ending + _SALT) >> shift
                        buckets[written + 1] = bucket_of_word(hashes[word])
                        written += 2
                        if letters == 0:
                            opening[part] = bucket_of_first(hashes[word])
                        letters += 1
                        tail = _WORD
                        if count == 0 and head == 0:
                            head = 2 + (look >> 2)
                    buckets[written] = mix(piece + before * STEP) >> shift
                    written += 1
                    before = piece
                    ended = False
                    count += 1
                    word += 1
                else:
                    code: Any = np.int64(codes[next_sign])
                    at = next_sign + 1
                    piece = np.uint64(code) + _SIGN
                    buckets[written] = mix(piece + before * STEP) >> shift
                    written += 1
                    before = piece
                    if count == 0 and head == 0:
                        head = 5 + (code & 31)
                    if code == 0x2E or code == 0x3F or code == 0x21 or code == 0x2026:  # . ? ! …
                        again = code == 0x2E and tail in (_STOP, _DOTS)
                        tail = _DOTS if again or code == 0x2026 else _SIGNS + code % _KINDS
                        ended = True
                    elif not ended or not _closes(code):
                        tail = _SIGNS + code % _KINDS
                        ended = False
                    sign += 1
                    if ended and letters > 0 and _begins_anew(classes, at, stop):
                        behind_word = word > 0 and word_end[word - 1] == next_sign
                        closes = not (
                            code == 0x2E
                            and behind_word
                            and _is_shortened(classes, word_start[word - 1], next_sign)
                        )
                        if closes:
                            whole = 0
                if (closes or at >= stop) and written > first[part]:
                    buckets[written] = mix(before + _SALT * np.uint64(3)) >> shift
                    written += 1
                    start[part], end[part], words[part] = begin, at, count
                    shape[part] = (head << 5 | tail) << 1 | whole
                    part += 1
                    first[part] = written
                    begin = at
                    count = letters = head = tail = 0
                    ended, before = False, _EDGE
        of[text + 1] = part


@bare
def bucket_of_word(word: Any) -> Any:
    """Of the hash of a word its bucket."""
    return np.uint32((1 << BITS) + (word >> np.uint64(64 - WORDS)))


@bare
def bucket_of_first(word: Any) -> Any:
    """Of the hash of a part's first word its bucket; the last one where none has letters."""
    return np.uint32(BUCKETS - 1 - (word >> np.uint64(64 - BITS)))


@inner
def _begins_anew(classes: NDArray[np.uint8], at: int, stop: int) -> Any:
    """Whether white space stands at a place, and behind it no small letter."""
    after = at
    while after < stop and classes[after] & SPACE:
        after += 1
    return after > at and (not classes[after] & LETTER or classes[after] & UPPER != 0)


@inner
def _is_shortened(classes: NDArray[np.uint8], start: int, end: int) -> Any:
    """Whether a word before a full stop is an initial, or is short and has a capital: `A.`, `Sr.`."""
    first, size = classes[start], end - start
    return first & LETTER != 0 and (size == 1 or (size <= SHORT and first & UPPER != 0))


@inner
def _closes(code: Any) -> Any:
    """Whether a sign closes what is quoted or in brackets."""
    return (
        code == 0x29
        or code == 0x5D
        or code == 0x22
        or code == 0x27
        or code == 0xBB
        or code == 0x201D
        or code == 0x2019
    )


@inner
def _width(words: Any) -> Any:
    """How long a part is, in five classes."""
    return 0 if words < 3 else 1 if words < 6 else 2 if words < 10 else 3 if words < 20 else 4


@bare
def _form(words: Ints, shape: Ints, opening: Buckets, of: Ints, form: Buckets) -> None:
    """Fills the buckets of the form of each part [parts, FORMS]."""
    shift = np.uint64(64 - BITS)
    for text in range(len(of) - 1):
        for part in range(of[text], of[text + 1]):
            head, tail, whole = shape[part] >> 6, shape[part] >> 1 & 31, shape[part] & 1
            own = _width(words[part])
            long = min(words[part], 12 + max(words[part] - 12, 0) // 4, 22)
            form[part, 0] = mix(_SALT * np.uint64(4) + np.uint64(tail << 5 | long)) >> shift
            form[part, 1] = mix(_SALT * np.uint64(5) + np.uint64(head << 5 | tail)) >> shift
            form[part, 2] = mix(_SALT * np.uint64(6) + np.uint64(tail << 1 | whole)) >> shift
            for side in range(2):
                other = part - 1 + 2 * side
                beside = 1 << 9  # nothing
                if of[text] <= other < of[text + 1]:
                    beside = (shape[other] >> 1 & 31) << 3 | _width(words[other])
                salt = _SALT * np.uint64(7 + side)
                form[part, 3 + side] = mix(salt + np.uint64(beside << 3 | own)) >> shift
            form[part, 5] = opening[part]


def likely(
    parts_: Parts, weight: NDArray[np.float32], bias: float, near: Floats, known: Floats
) -> Floats:
    """How likely each part is a sentence of its own: by itself, and then by how likely those beside it are, each of
    NEAR on a side with its weight in `near`, a bias behind. Of some it is `known` (nan: of others).
    """
    alone, told = np.empty((2, len(parts_.words)))
    _weigh(parts_.buckets, parts_.first, parts_.form, weight, bias, alone)
    _beside(alone, parts_.of, near, known, told)
    return told


@bare
def _weigh(
    buckets: Buckets,
    first: Ints,
    form: Buckets,
    weight: NDArray[np.float32],
    bias: float,
    logits: Floats,
) -> None:
    """Fills the logit of each part by itself."""
    for part in range(len(logits)):
        of_words = of_form = 0.0
        for at in range(first[part], first[part + 1]):
            of_words += weight[buckets[at]]
        for at in range(FORMS):
            of_form += weight[form[part, at]]
        logits[part] = bias + OF_FORM * of_form
        logits[part] += OF_WORDS * of_words / np.sqrt(first[part + 1] - first[part])


@bare
def _beside(logits: Floats, of: Ints, near: Floats, known: Floats, told: Floats) -> None:
    """Fills how likely each part is beside its neighbours; `logits` is worked in."""
    for text in range(len(of) - 1):
        for part in range(of[text], of[text + 1]):
            told[part] = 1 / (1 + np.exp(-logits[part]))
        for part in range(of[text], of[text + 1]):
            logits[part] += near[2 * NEAR]
            for step in range(1, NEAR + 1):
                if part - step >= of[text]:
                    logits[part] += near[NEAR - step] * told[part - step]
                if part + step < of[text + 1]:
                    logits[part] += near[NEAR - 1 + step] * told[part + step]
        for part in range(of[text], of[text + 1]):
            told[part] = known[part]
            if np.isnan(told[part]):
                told[part] = 1 / (1 + np.exp(-logits[part]))


def sums(parts_: Parts, likely_: Floats) -> tuple[Floats, Floats]:
    """Of each text the words in sentences, each times how likely its part is one, and their share of code points."""
    codes = parts_.end - parts_.start
    words, in_codes = (by_text(likely_ * values, parts_.of) for values in (parts_.words, codes))
    return words, in_codes / np.maximum(by_text(codes, parts_.of), 1)

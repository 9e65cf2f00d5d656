"""The score of a document as HPLT gives it: 0 to 1, of its segments, its signs and what it repeats.

Web Docs Scorer (Prompsit, web-docs-scorer 743d1318): its constants for Spanish, its reference language, from
configuration.py, char_patterns.json and scorers/*.py. A segment is a line that is not empty; its language is that of
its text. The curve of `INFORMATION` are ten points of that of the Latin script, which differs by .7 at the most.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import zstandard

from cleaning.signals.arrays import largest, numbered, share
from cleaning.signals.measures import measure
from cleaning.text.batch import Batch, Bools, Floats, Ints, by_text

# Kinds of signs, which overlap: dashes and quotes are punctuation and singular. Whatever is none of them is a letter.
PUNCTUATION_SIGN, SINGULAR_SIGN, NUMBER_SIGN, BLANK, LETTER_SIGN = 1, 2, 4, 8, 16
_RANGES = {
    PUNCTUATION_SIGN: "21-22 27-29 2c-2e 3a-3b 3f 5b 5d 60 a1 b4-b5 b7 bf 55c-55f 589-5c7 600-61f 66a-66d 6d4-6ed "
    "700-70f 1ab0-1aff 1fbd-1fc1 1fcd-1fcf 1fdd-1fdf 1fed-1fef 1ffd-2027 3000-303f fe10-fe6f ff0c-ff0e",
    SINGULAR_SIGN: "23-26 2a-2b 2f 3c-3e 40 5c 7c 7e a2-b3 b8-be d7 f7 2b0-385 483-489 559-55f 2010-2d00 2de0-2e52 "
    "3200-33ff a670-a67f 10000-1ffff",
    NUMBER_SIGN: "30-39 660-669 6f0-6f9",
    BLANK: "0-20 7f-a0",
}
_BEYOND = 0x20000  # from here on all are letters

Points = Sequence[tuple[float, float]]
# (measure, score) between which the score is interpolated; of signs a hundred letters, of addresses 2,400.
URLS: Points = ((3, 1), (10, 0))
NUMBERS: Points = ((1, 1), (30, 0))
PUNCTUATION: Points = ((0.3, 0), (0.5, 0.5), (0.9, 1), (2.5, 1), (25, 0))
SINGULAR: Points = ((1, 1), (2, 0.7), (6, 0.5), (10, 0))
UNPOINTED: Points = ((0.05, 1), (0.2, 0.6), (0.4, 0))  # letters in long segments without signs
NUMBER_PILES: Points = ((50, 1), (1000, 0))
SINGULAR_PILES: Points = ((30, 1), (250, 0))
SHORT: Points = ((0, 0.5), (0.6, 1))  # 1 / (1 + coefficient of variation)
# Bytes of a text in UTF-8, and how many of a hundred zstd takes away; points off that, and the score.
INFORMATION: Points = (
    *((500, 39.4), (700, 42.1), (1000, 46.0), (2000, 52.5), (4000, 57.5)),
    *((8000, 61.0), (16_000, 63.8), (32_000, 65.7), (64_000, 67.3), (180_000, 72.8)),
)
OFF: Points = ((10, 1), (15, 0.7), (20, 0))
LONG, LONGEST, MENU = 250, 1000, 30  # letters of a segment

_DIGIT = re.compile(r"\d")


@measure(
    document_score=(float, "the score of the whole document, 0 to 1 (HPLT)"),
    score_urls=(float, "its part for addresses, 0 to 1 (HPLT)"),
    score_numbers=(float, "its part for numbers (HPLT)"),
    score_punctuation=(float, "its part for punctuation (HPLT)"),
    score_singular=(float, "its part for signs that are no punctuation (HPLT)"),
    score_repeated=(float, "its part for segments that come again (HPLT)"),
    score_information=(float, "its part for how far the text can be compressed (HPLT)"),
    score_short=(float, "its part for segments of uneven length (HPLT)"),
)
def _score(batch: Batch) -> Any:
    first = batch.line_first
    letters, punctuation, singular, numbers = _of_lines(batch)
    total = by_text(letters, first)
    ruled = (letters == 0) & (numbers == 0) & (punctuation > 5)  # a line of hyphens

    def a_hundred(counts: Ints) -> Floats:
        return np.round(100 * share(by_text(counts, first), total), 1)

    pointed = _between(a_hundred(punctuation * ~ruled), PUNCTUATION)
    bare = (letters > 3 * MENU) & (np.round(100 * share(punctuation, letters), 1) < 0.5)
    unpointed = _between(share(by_text(letters * bare, first), total), UNPOINTED)
    penalties = np.stack(
        [
            _addresses(batch, letters, total),
            _between(a_hundred(numbers), NUMBERS) * _piles(numbers, letters, first, NUMBER_PILES),
            np.where(pointed < 0.3, pointed, np.minimum(pointed, unpointed)),
            _between(a_hundred(singular), SINGULAR)
            * _piles(singular, letters, first, SINGULAR_PILES),
            1 - _repeated(batch),
            _information(batch.texts),
            _evenness(letters, first),
        ]
    )
    long = letters > LONG
    many = np.minimum(by_text(long, first) / 10, 1)
    height = (np.minimum(letters, LONGEST) - LONG) / (LONGEST - LONG)
    high = height > 0.5
    great = share(by_text(height * high, first), by_text(high, first))
    great = np.where(great > 0, np.minimum(great + 0.1, 1), 0)
    weights = np.maximum(penalties, 0.1) ** -2.9  # the lowest weighs most; exponents of sum 3
    weights *= 3 / weights.sum(axis=0)
    penalty = np.prod(np.maximum(penalties, 0.1) ** weights, axis=0)
    sound = (penalties >= 0.1).all(axis=0) & (total > 0)
    return np.where(sound, (0.8 + 0.1 * many + 0.1 * great) * penalty, 0), *penalties


def _between(values: Any, points: Points) -> Floats:
    return np.asarray(np.interp(values, [x for x, _ in points], [y for _, y in points]))


def _of_lines(batch: Batch) -> list[Ints]:
    """Of each line of a batch the letters, punctuation, singular signs and numbers."""
    start, end = batch.line_start, batch.line_end
    counts = [np.empty(len(start), np.int64) for _ in range(4)]
    for first, stop, codes in batch.blocks(start, end):
        kinds = _kinds().take(batch.codes[codes], mode="clip")
        for kind, into in zip(
            (LETTER_SIGN, PUNCTUATION_SIGN, SINGULAR_SIGN, NUMBER_SIGN), counts, strict=True
        ):
            before = np.zeros(len(kinds) + 1, np.int32)
            np.cumsum((kinds & kind) != 0, dtype=np.int32, out=before[1:])
            here = slice(first, stop)
            into[here] = before[end[here] - codes.start] - before[start[here] - codes.start]
    return counts


@cache
def _kinds() -> Any:
    kinds = np.zeros(_BEYOND + 1, np.uint8)
    for kind, ranges in _RANGES.items():
        for each in ranges.split():
            low, _, high = each.partition("-")
            kinds[int(low, 16) : int(high or low, 16) + 1] |= kind
    kinds[kinds == 0] = LETTER_SIGN
    return kinds


def _addresses(batch: Batch, letters: Ints, total: Ints) -> Floats:
    named = np.array([max(text.count("www"), text.count("http")) for text in batch.texts], float)
    written = by_text(letters > MENU, batch.line_first) > 0
    return np.where(written, _between(share(2400 * named, total), URLS), 1)


def _piles(counts: Ints, letters: Ints, first: Ints, points: Points) -> Floats:
    """The score of the segment in which signs outnumber letters by most."""
    piled: Bools = (counts >= 10) & (counts > 0.1 * letters)
    return _between(largest(np.maximum(counts - letters, 0) * piled, first), points)


def _repeated(batch: Batch) -> Floats:
    """The share of the segments of more than four characters that occur twice, all copies counted."""
    first = batch.line_first
    lines = numbered(batch.line_hashes, first)
    copied = lines.copies[lines.number] > 1
    counted = (batch.line_end - batch.line_start > 4).astype(np.int64)
    return share(by_text(copied * counted, first), by_text(counted, first))


def _information(texts: Sequence[str]) -> Floats:
    """The score of what a text compresses to, against others of its size."""
    packer = zstandard.ZstdCompressor()
    scores = np.empty(len(texts))
    for place, text in enumerate(texts):
        content = _DIGIT.sub("1", text.lower()).encode("utf-8", "surrogatepass")
        size = max(len(content), 1)
        taken = 100 * (1 - len(packer.compress(content)) / size)
        scores[place] = _between(abs(taken - _between(size, INFORMATION)), OFF)
    return scores


def _evenness(letters: Ints, first: Ints) -> Floats:
    """The score of how alike the lengths of five and more segments are, to 250 letters."""
    lines = np.diff(first)
    capped = np.minimum(letters, LONG).astype(np.float64)
    mean = share(by_text(capped, first), lines)
    spread = np.sqrt(np.maximum(share(by_text(capped**2, first), lines) - mean**2, 0))
    return np.where(lines < 5, 1, _between(1 / (1 + share(spread, mean)), SHORT))

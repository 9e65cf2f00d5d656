"""What the lines of a text look like: sentences, or the entries of a list."""

from __future__ import annotations

from typing import Any

import numpy as np

from cleaning.signals.arrays import among, share
from cleaning.signals.measures import measure
from cleaning.text.batch import Batch, Bools, Floats, Ints, by_text
from cleaning.text.kinds import SPACE


@measure(
    end_mark_lines=(float, "lines that end a sentence (. ? ! … » ” \" '), of the lines"),
    colon_lines=(float, "lines that end in a colon, of the lines"),
    ellipsis_lines=(float, "lines that end in … or ..., of the lines (Gopher)"),
    bullet_lines=(
        float,
        "lines that begin with a bullet or a dash and a space, of the lines (Gopher)",
    ),
    short_lines=(float, "lines of at most 30 code points, of the lines (FineWeb)"),
    lines_per_word=(float, "lines, over words (FineWeb: newlines per word)"),
)
def _lines(batch: Batch) -> Any:
    codes, first, last = batch.codes, batch.line_start, batch.line_end - 1
    lines = np.diff(batch.line_first)
    ended = end_sentences(codes, first, last)

    def of_lines(mask: Bools) -> Floats:
        return share(by_text(mask, batch.line_first), lines)

    return (
        of_lines(ended),
        of_lines(codes[last] == ord(":")),
        of_lines(end_in_ellipses(codes, first, last)),
        of_lines(begin_with_bullets(batch, first, last)),
        of_lines(last - first < 30),
        share(lines, np.diff(batch.word_first)),
    )


def begin_with_bullets(batch: Batch, first: Ints, last: Ints) -> Bools:
    """Which spans from a first to a last code point begin with a bullet, or a dash and a space."""
    opens = batch.codes[first]
    spaced = (batch.classes[np.minimum(first + 1, last)] & SPACE) != 0
    return among(opens, "•●‣▶◦■□▪▫*") | (among(opens, "-–—·>") & spaced)


def end_sentences(codes: Any, first: Ints, last: Ints) -> Bools:
    """Which spans from a first to a last code point end a sentence."""
    before = codes[np.maximum(last - 1, first)]
    closed = among(codes[last], ")]") & among(before, ".?!…")
    return among(codes[last], ".?!…»”\"'") | closed


def end_in_ellipses(codes: Any, first: Ints, last: Ints) -> Bools:
    """Which spans from a first to a last code point end in … or ..."""
    dots = last - first >= 2
    for back in range(3):
        dots &= codes[np.maximum(last - back, first)] == 0x2E
    return dots | (codes[last] == ord("…"))

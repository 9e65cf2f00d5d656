"""A text with placeholders in place of what is masked, and which stretches of it are left."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from itertools import islice, pairwise
from operator import itemgetter

from cleaning.privacy.kinds import Personal
from cleaning.privacy.placeholders import placeholder

Stretch = tuple[int, int, int]  # where it begins in what is shown and in the text, and its length
_LINES = 250  # characters on either side of a mask in which its lines begin and end
_ENDS = re.compile(r"\n|(?<=\w{3}\.) ")
_APART = "\n\n\n"


def masked(text: str, personal: Sequence[Personal]) -> tuple[str, list[Stretch]]:
    """The text with placeholders, and the stretches of it that are left."""
    pieces: list[str] = []
    stretches: list[Stretch] = []
    at = size = 0
    for start, end, kind in (*personal, Personal(len(text), len(text), "")):
        pieces += [text[at:start], placeholder(kind)]
        stretches.append((size, at, start - at))
        size += start - at + len(placeholder(kind))
        at = end
    return "".join(pieces[:-1]), stretches


def placed(personal: Sequence[Personal], stretches: Sequence[Stretch]) -> list[Personal]:
    """Where in the text those lie that were found in what is shown; what holds a placeholder is none."""
    placed = []
    for start, end, kind in personal:
        begin, place, length = stretches[bisect_right(stretches, start, key=itemgetter(0)) - 1]
        if end <= begin + length:
            placed.append(Personal(start - begin + place, end - begin + place, kind))
    return placed


def fresh_masks(
    personal: Sequence[Personal], stretches: Sequence[Stretch], seen: Collection[Personal]
) -> list[tuple[int, int]]:
    """Start and end of the masks, in what is shown, that are not `seen`."""
    return [
        (begin + length, behind)
        for one, ((begin, _, length), (behind, *_)) in zip(
            personal, pairwise(stretches), strict=True
        )
        if one not in seen
    ]


def lines_round(
    shown: str, stretches: Sequence[Stretch], fresh: Sequence[tuple[int, int]]
) -> tuple[str, list[Stretch]]:
    """The lines round some masks, and the stretches of them that are left."""
    windows: list[list[int]] = []
    for start, end in fresh:
        last = windows[-1][1] if windows else 0
        if windows and end + _LINES <= last:
            continue  # its lines are there: looked for again, those of a text in one line take a square of the time
        low = max(0, start - _LINES)
        low = max(shown.rfind("\n", last, low), shown.rfind(". ", last, low) + 1) + 1 if low else 0
        ends = _ENDS.search(shown, end + _LINES)
        high = ends.start() if ends else len(shown)
        if windows and low <= windows[-1][1] + 1:
            windows[-1][1] = high
        else:
            windows.append([low, high])
    pieces: list[str] = []
    offsets: list[Stretch] = []
    size = at = 0
    for low, high in windows:
        pieces += [shown[low:high], _APART]
        offsets.append((size, 0, 0))  # for a placeholder at its beginning
        while at < len(stretches) and stretches[at][0] + stretches[at][2] <= low:
            at += 1
        for begin, place, length in islice(stretches, at, None):
            if begin >= high:
                break
            first, last = max(begin, low), min(begin + length, high)
            if first < last:
                offsets.append((size + first - low, place + first - begin, last - first))
        size += high - low + len(_APART)
    return "".join(pieces), offsets

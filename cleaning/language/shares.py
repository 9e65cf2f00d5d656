"""What share of a text is in some languages, by lines of it from all over.

A page may set a translation beside its original, or below it. Its beginning and its middle are of one of them at
times, and two mixed languages are told as one: so lines are asked one by one, short ones a few together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import AnyStr

import numpy as np

ALONE, TOGETHER = 60, 200  # characters of a line that is asked alone, and of short lines together
_GOLDEN = (5**0.5 - 1) / 2


def share(
    lines: Sequence[AnyStr], wanted: Callable[[Sequence[AnyStr]], bool], places: int
) -> float:
    """Of so many places in a text those in lines that are `wanted`; 0 of an empty one."""
    ends = np.cumsum([len(line) for line in lines])
    if not len(ends) or not ends[-1]:
        return 0.0
    # Multiples of the golden ratio: places at even distances might be of one column of two.
    at = np.searchsorted(ends, np.arange(places) * _GOLDEN % 1 * ends[-1], "right")
    number, times = np.unique(at, return_counts=True)
    within = [wanted(_from(lines, first)) for first in number.tolist()]
    return float(times[within].sum() / places)


def _from(lines: Sequence[AnyStr], first: int) -> Sequence[AnyStr]:
    """A line; with those behind it where they are short."""
    last, size = first + 1, len(lines[first])
    while (
        size < TOGETHER and last < len(lines) and max(map(len, lines[last - 1 : last + 1])) < ALONE
    ):
        size += len(lines[last])
        last += 1
    return lines[first:last]

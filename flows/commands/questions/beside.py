"""Two texts beside each other, word by word, for a terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

SAME, DIFFERENT = 8, 40  # words that are shown at each end of what two texts share, and do not
MOST = 4000  # words of each text that are laid beside each other


class Stretch(NamedTuple):
    """A stretch of two texts beside each other, and whether it is the same in both."""

    same: bool
    one: str
    other: str


def beside(one: str, other: str) -> Iterator[Stretch]:
    """Two texts beside each other word by word; of long stretches the ends."""
    mine, theirs = one.split()[:MOST], other.split()[:MOST]
    for kind, start, stop, first, last in SequenceMatcher(None, mine, theirs, False).get_opcodes():
        same = kind == "equal"
        sides = [_shortened(some, same) for some in (mine[start:stop], theirs[first:last])]
        yield Stretch(same, *sides)


def _shortened(words: list[str], same: bool) -> str:
    most = SAME if same else DIFFERENT
    if len(words) > 2 * most:
        words = [*words[:most], f"… ({len(words) - 2 * most:,}) …", *words[-most:]]
    return " ".join(words)


def columns(stretches: Sequence[Stretch]) -> list[str]:
    """Both texts side by side; what differs is marked between them."""
    width = max(24, (min(shutil.get_terminal_size((120, 24)).columns, 200) - 5) // 2)
    lines = []
    for stretch in stretches:
        sides = [textwrap.wrap(side, width) for side in (stretch.one, stretch.other)]
        for row in range(max(map(len, sides))):
            left, right = (side[row] if row < len(side) else "" for side in sides)
            lines.append(f"{left:<{width}} {'   ' if stretch.same else ' ≠ '} {right}".rstrip())
    return lines

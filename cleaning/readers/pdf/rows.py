"""What stands on pages and is no running text: rows of tables, lines of code, notes at the foot."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

ROWS = 3  # below each other that make a table
NEAR = 0.6  # sizes of letters by which cells of a column may be apart
STEP = 3.5  # sizes of letters from one row to the next, at most
SMALL = 0.93  # of the size of most letters: those of notes are smaller
_ITEM = re.compile(r"[^\w\s]|[(\[]?\w{1,5}[.)º\]]+")  # what marks an entry of a list
_NOTE = re.compile(r"(?:[*†‡]{1,3}|\[?\d{1,3}[\].)]?)\s*(?=[^\W\d_])(?![a-zà-ÿ](?!ttps?:|bid))")
_ENTRY = re.compile(r"\[?\d{1,3}[\].)]\s")  # of a list of works: a note has a raised number
PROSE = 45  # characters of a cell on average: two such columns are prose, not a table


@dataclass(eq=False)  # a line is itself alone
class Line:
    """A run of words at one height: its text, its box, the size of its letters, and the size of its page, in points.

    `begin` and `end` are where the pen begins and ends, at the height `foot` on which the letters stand. `fixed`: all
    its letters are of one width. `pieces` are the left edge, the right edge and the text of what stands side by side
    in it; `row`: it is one of a table.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    page_width: float
    page_height: float
    fixed: bool = False
    begin: float = 0.0
    end: float = 0.0
    foot: float = 0.0
    pieces: list[tuple[float, float, str]] = field(default_factory=list)
    row: bool = False

    def add(self, word: str, right: float, bottom: float, top: float, separator: str = " ") -> None:
        """Adds a word at the end."""
        self.text += separator + word
        self.right = max(self.right, right)
        self.bottom, self.top = min(self.bottom, bottom), max(self.top, top)

    def beside(self, line: Line) -> None:
        """Adds a line that stands beside it."""
        self.pieces = self.pieces or [(self.left, self.right, self.text)]
        self.pieces.append((line.left, line.right, line.text))
        self.fixed &= line.fixed
        self.add(line.text, line.right, line.bottom, line.top)


def mark_tables(lines: Sequence[Line]) -> None:
    """Marks the rows of tables among the lines of a page, and separates their cells: what stands below each other."""
    run: list[Line] = []
    for line in (*lines, None):
        if line and run and _below(run[-1], line):
            run.append(line)
            continue
        if len(run) >= ROWS and not _is_prose(run) and not _are_contents(run):
            for row in run:
                row.row, row.text = True, " | ".join(text for *_, text in row.pieces)
        run = [line] if line and _has_cells(line) else []


def _has_cells(line: Line) -> bool:
    return len(line.pieces) > 1 and not line.fixed and not _ITEM.fullmatch(line.pieces[0][2])


def _below(last: Line, line: Line) -> bool:
    near = NEAR * max(line.size, 4)
    return (
        _has_cells(line)
        and len(last.pieces) == len(line.pieces)
        and 0 < last.bottom - line.bottom < STEP * max(line.size, 4)
        and all(
            min(abs(a[0] - b[0]), abs(a[1] - b[1]), abs(a[0] + a[1] - b[0] - b[1]) / 2) < near
            for a, b in zip(last.pieces, line.pieces, strict=True)
        )
    )


def _is_prose(rows: Sequence[Line]) -> bool:
    columns = zip(*(row.pieces for row in rows), strict=True)
    return sum(sum(len(x[2]) for x in cells) > PROSE * len(rows) for cells in columns) > 1


def _are_contents(rows: Sequence[Line]) -> bool:
    """Whether the last cells are numbers of pages."""
    last = [row.pieces[-1][2] for row in rows]
    return all(x.isdecimal() for x in last) and all(int(a) <= int(b) for a, b in pairwise(last))


def forget_letters(pages: Iterable[Sequence[Line]]) -> None:
    """In what is typed on the whole, letters of one width say nothing."""
    lines = [line for page in pages for line in page]
    typed = sum(len(x.text) for x in lines if x.fixed)
    forgotten = lines if 2 * typed > sum(len(x.text) for x in lines) else []
    for line in forgotten:
        line.fixed = False


def forget_words(lines: Sequence[Line]) -> None:
    """A line of letters of one width between others is the end of a sentence, not code."""
    around = zip((None, *lines), lines, (*lines[1:], None), strict=False)
    alone = [x for a, x, b in around if x.fixed and not ((a and a.fixed) or (b and b.fixed))]
    for line in alone:
        line.fixed = False


def code(lines: Sequence[Line]) -> str:
    """Lines of code with their indentation and the empty lines among them."""
    left = min(x.left for x in lines)
    widths = sorted((x.right - x.left) / len(x.text) for x in lines if x.text)
    width = max(widths[len(widths) // 2], 0.1)
    pieces = []
    for before, line in pairwise((lines[0], *lines)):
        empty = line is not before and before.bottom - line.bottom > 1.8 * max(line.size, 4)
        pieces.append("\n" * empty + " " * round((line.left - left) / width) + line.text)
    return "\n".join(pieces)


def usual_size(pages: Iterable[Sequence[Line]]) -> float:
    """The size of most letters of a document."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def without_notes(lines: Sequence[Line], size: float) -> tuple[Sequence[Line], Sequence[Line]]:
    """The lines of a page, and its notes: what is small at its foot and begins with a mark."""
    start = len(lines)
    while start and lines[start - 1].size < SMALL * size and not lines[start - 1].row:
        start -= 1
    above = lines[:start]
    if not above or start == len(lines) or not _NOTE.match(lines[start].text):
        return lines, []
    if min(x.bottom for x in above) < lines[start].bottom:
        return lines, []
    if _ENTRY.match(lines[start].text) and _is_heading(above[-1], lines):
        return lines, []
    return above, lines[start:]


def _is_heading(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a line of a page is a short one that ends no sentence, as the title of a list of works."""
    width = max(x.right for x in lines) - min(x.left for x in lines)
    return line.text[-1:].isalnum() and line.right - line.left < width / 2

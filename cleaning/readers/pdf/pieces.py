"""Lines that a file draws in pieces, by strips of the page or from one font to the next, are whole again."""

from __future__ import annotations

from collections.abc import Sequence

from cleaning.readers.pdf.rows import Line

LEVEL = 0.1  # of the size of letters by which the feet of pieces of one line may differ
SPACE = 0.1  # of it from a piece to the next from which on there is a space between them
TOUCHING = 0.35  # of it from a piece to the next, at most
TWICE = 0.15  # of it by which a piece lies over the next: both have the letters there
LETTERS = 0.15, 1.1  # of it, the width of a letter
MOST = 4  # letters that two pieces have
STRIPS = 0.25  # of the lines of a page that are pieces: it is drawn by strips


def whole_lines(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page in the order of the file, those that touch each other as one.

    A page of which many do is drawn by strips, so that the order of the file is none: its lines are in rows.
    """
    whole: list[tuple[int, Line]] = []
    for place, line in sorted(enumerate(lines), key=_place):
        if whole and _is_within(whole[-1][1], line):
            continue
        if whole and _is_next(whole[-1][1], line):
            before, last = whole[-1]
            _append(last, line)
            whole[-1] = min(before, place), last
        else:
            whole.append((place, line))
    if len(lines) - len(whole) < STRIPS * len(lines):
        whole.sort(key=lambda x: x[0])
    return [line for _, line in whole]


def _place(numbered: tuple[int, Line]) -> tuple[int, float, float]:
    line = numbered[1]
    return -round(line.foot), line.begin, line.end


def _on_one_line(last: Line, line: Line) -> bool:
    near = LEVEL * max(line.size, 1)
    return abs(last.size - line.size) <= near and abs(last.foot - line.foot) <= near


def _is_within(last: Line, line: Line) -> bool:
    """Whether a piece says the first or the last letters of the line before it again, and no more."""
    near = LEVEL * max(line.size, 1)
    first = last.text.startswith(line.text) and abs(line.begin - last.begin) < near
    ending = last.text.endswith(line.text) and abs(line.end - last.end) < near
    return len(line.text) <= MOST and (first or ending) and _on_one_line(last, line)


def _is_next(last: Line, line: Line) -> bool:
    if not _on_one_line(last, line):
        return False
    size = max(line.size, 1)
    gap = line.begin - last.end
    return -TWICE * size <= gap < TOUCHING * size or bool(_twice(last, line))


def _twice(last: Line, line: Line) -> int:
    """How many letters a piece says again."""
    over = last.end - line.begin
    if over <= TWICE * max(line.size, 1) or line.end <= last.end:
        return 0
    for count in range(min(MOST, len(last.text), len(line.text)), 0, -1):
        least, most = (count * share * line.size for share in LETTERS)
        if least <= over <= most and last.text.endswith(line.text[:count]):
            return count
    return 0


def _append(last: Line, line: Line) -> None:
    apart = line.begin - last.end > SPACE * max(line.size, 1)
    last.text += " " * apart + line.text[_twice(last, line) :]
    last.right, last.end = max(last.right, line.right), line.end
    last.bottom, last.top = min(last.bottom, line.bottom), max(last.top, line.top)
    last.fixed &= line.fixed

"""The lines of a page of a PDF file, put together of its characters."""

from __future__ import annotations

import re
from typing import Any

from cleaning.readers.pdf.characters import PARTED, Characters, character
from cleaning.readers.pdf.glyphs import Glyphs
from cleaning.readers.pdf.pieces import whole_lines
from cleaning.readers.pdf.rows import Line

TIGHT = 0.12  # of the size of letters: between two words there is more
# Of letters that are spaced, which PDFium may part within a word, in shares of their size: from what space on they
# are, how much more stands between two words, and from what on it is no space of letters however they are spaced.
SPACED, MORE, WIDE = 0.03, 0.13, 0.22
AROUND = 8  # characters on each side that say how they are spaced
APART = 1.6  # sizes of letters between what stands side by side
BULLET = "•"
_SPACE, _LINE_ENDS = 32, (10, 13)
# Some writers separate words by tabs. The pieces of which Symbol and TeX draw tall brackets (Adobe's private signs) say
# nothing.
_SEPARATORS = frozenset({9, 10, 13, _SPACE, 160, *range(0xF8EB, 0xF8FF)})
# Marks an entry, and may be of another size than that.
_MARKING = re.compile(r"[^\w\s]|\d{1,2}[.)]?")
_MATHEMATICS = re.compile(rb"(?:\A|\+)CM(?:EX|MI|SY|BSY)")  # TeX's fonts of signs


def lines_of(page: Any, glyphs: Glyphs) -> list[Line]:
    """The runs of words of a page that stand close together on one line, in the order of the file."""
    text_page = page.get_textpage()
    lines = _Lines(Characters(text_page, glyphs), page.get_size())
    text_page.close()
    return whole_lines(lines.lines)


class _Lines:
    """The lines of the characters of a page: each word goes to the line before it, or begins one."""

    def __init__(self, characters: Characters, size: tuple[float, float]) -> None:
        self.lines: list[Line] = []
        self._characters, self._size = characters, size
        self._line: Line | None = None  # what the next word may go on
        self._last = 0  # the last character of a word
        start = 0
        for end, code in enumerate((*characters.codes, _LINE_ENDS[0])):
            parted = code in PARTED  # a hyphen and the end of a line in one
            if not parted and code not in _SEPARATORS:
                continue
            stop = end + 1 if parted else end
            if stop > start:
                self._add(start, stop, code)
            start = end + 1
            if parted or code in _LINE_ENDS:
                self._close()

    def _add(self, start: int, stop: int, code: int) -> None:
        """Adds a word, behind which stands `code`."""
        characters, line = self._characters, self._line
        word = "".join(characters.written[start:stop])
        left, _, low0, high0 = characters.box(start)
        _, right, low1, high1 = characters.box(stop - 1)
        low, high = min(low0, low1), max(high0, high1)
        if line is None or left < line.left or self._is_apart(line, left, start):
            self._close()
            begin, foot = characters.origin(start)
            if stop - start == 1 and code == _SPACE and self._is_bullet(start, foot):
                word = BULLET
            line = Line(word, left, right, low, high, characters.size(start), *self._size)
            line.fixed, line.begin, line.foot = characters.fixed(start), begin, foot
            self._line = line
            self.lines.append(line)
        else:
            line.fixed = line.fixed and characters.fixed(start)
            if _MARKING.fullmatch(line.text):
                line.size = characters.size(start)
            whole = self._is_mark(start - 1, line, left) or self._goes_on(start, line, left)
            line.add(word, right, low, high, "" if whole else " ")
        self._last = stop - 1

    def _close(self) -> None:
        if self._line:
            self._line.end = self._characters.end(self._last)
        self._line = None

    def _is_apart(self, line: Line, left: float, start: int) -> bool:
        gap = left - line.right
        if gap <= APART * max(line.size, 4):
            return False
        return gap > APART * max(self._characters.size(start), 4)

    def _is_mark(self, place: int, line: Line, left: float) -> bool:
        """Whether a space is a mark over a letter, which its font does not tell: it stands there and separates none."""
        characters = self._characters
        if left - line.right >= TIGHT * line.size or characters.codes[place] != _SPACE or not place:
            return False
        begin, end, low, high = characters.box(place)
        _, edge, foot, head = characters.box(place - 1)
        broad = end - begin > TIGHT * line.size
        return broad and high > low > (foot + head) / 2 and begin < edge

    def _goes_on(self, start: int, line: Line, left: float) -> bool:
        """Whether the space before a letter is PDFium's, where letters are spaced and drawn in pieces: it is hardly
        wider than what is between the letters around it.
        """
        characters, letters = self._characters, self._characters.written
        if left - line.right >= 2 * WIDE * line.size or not characters.generated(start - 1):
            return False
        gap = self._gap(start, self._last)
        if gap >= WIDE * line.size or not (letters[start] + letters[self._last]).isalnum():
            return False
        gaps = sorted(
            self._gap(place, place - 1)
            for place in range(self._last - AROUND + 1, start + AROUND)
            if 0 < place < len(characters.codes)
            and characters.codes[place] not in _SEPARATORS
            and characters.codes[place - 1] not in _SEPARATORS
        )
        spaced = gaps[len(gaps) // 2] if gaps else 0.0
        return spaced > SPACED * line.size and gap - spaced < MORE * line.size

    def _gap(self, place: int, before: int) -> float:
        """From where the pen ends one letter to where it begins another."""
        return self._characters.origin(place)[0] - self._characters.end(before)

    def _is_bullet(self, place: int, foot: float) -> bool:
        """Whether a letter is a bullet: it stands alone at the head of a line, in a font of its own, which does not
        tell it or, for Word's o, has letters of one width.
        """
        characters = self._characters
        letter = character(characters.codes[place])
        if not letter.isalpha() or place + 2 >= len(characters.codes):
            return False
        if not characters.untold(place) and not (letter == "o" and characters.fixed(place)):
            return False
        own, next_font = characters.font(place), characters.font(place + 2)
        above = self.lines[-1] if self.lines else None
        first = above is None or abs(above.foot - foot) > above.size / 2
        return first and own != next_font and not _MATHEMATICS.search(own or b"")

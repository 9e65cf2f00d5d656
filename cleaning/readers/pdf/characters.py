"""The characters of a page of a PDF file: what each reads as, and how and where it is drawn."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from ctypes import byref, c_double, c_int, create_string_buffer
from math import hypot
from typing import Any

from cleaning.readers.pdf.glyphs import Glyphs

FIXED = 1  # the flag of a font whose letters are of one width (PDF 32000-1, 9.8.2)
_FIXED = re.compile(rb"courier|mono|consol|typewriter|menlo|(?:cm|ec|sf|l)tt\d", re.IGNORECASE)
NEARLY = 0.3, 0.2  # of the width and the height of a character: its second drawing is off by less
PARTED = (2, 0xFFFE)  # what PDFium gives for a hyphen at the end of a line, and that end
# Accents that stand for themselves, as TeX's first fonts (OT1) draw them over letters, and those that go with a letter.
_ACCENTS = {
    0x60: "\u0300", 0xB4: "\u0301", 0x2C6: "\u0302", 0x2DC: "\u0303", 0x7E: "\u0303", 0xA8: "\u0308",
    0xB8: "\u0327", 0x2C7: "\u030c", 0x2D9: "\u0307", 0x2DA: "\u030a", 0xAF: "\u0304", 0x2DD: "\u030b",
}  # fmt: skip
_DOTLESS = {0x131: "i", 0x237: "j"}

Box = tuple[float, float, float, float]  # left, right, bottom, top, in points


class Characters:
    """The characters of a page by their places in the file: `codes`, by PDFium or the names of their glyphs, and what
    each is `written` as, empty where another one says it.
    """

    def __init__(self, text_page: Any, glyphs: Glyphs) -> None:
        import pypdfium2.raw as raw

        self._raw, self._page = raw, text_page
        self._edges = c_double(), c_double(), c_double(), c_double()
        self._name, self._flags = create_string_buffer(100), c_int()
        self._matrix, self._loose = raw.FS_MATRIX(), raw.FS_RECTF()
        self.codes = [raw.FPDFText_GetUnicode(text_page, i) for i in range(text_page.count_chars())]
        drawn = glyphs.of_page(text_page, self.codes)
        for index, letters in drawn.items():
            self.codes[index] = ord(letters[0])
        self.written = _composed(self.codes, self.box)
        for index, letters in drawn.items():
            self.written[index] = letters if self.written[index] else ""

    def box(self, index: int) -> Box:
        """What a character fills."""
        left, right, bottom, top = self._edges
        self._raw.FPDFText_GetCharBox(
            self._page, index, byref(left), byref(right), byref(bottom), byref(top)
        )
        return left.value, right.value, bottom.value, top.value

    def origin(self, index: int) -> tuple[float, float]:
        """Where the pen begins, in points from the left and from below."""
        x, y, *_ = self._edges
        self._raw.FPDFText_GetCharOrigin(self._page, index, byref(x), byref(y))
        return x.value, y.value

    def end(self, index: int) -> float:
        """Where the pen ends, in points from the left."""
        self._raw.FPDFText_GetLooseCharBox(self._page, index, byref(self._loose))
        return float(self._loose.right)

    def size(self, index: int) -> float:
        """The size of the letter as it is drawn, in points: many writers scale letters of one point."""
        self._raw.FPDFText_GetMatrix(self._page, index, byref(self._matrix))
        scale = hypot(self._matrix.c, self._matrix.d)
        return float(self._raw.FPDFText_GetFontSize(self._page, index) * scale)

    def font(self, index: int) -> bytes | None:
        """The name of its font; None where it has none."""
        size = self._raw.FPDFText_GetFontInfo(
            self._page, index, self._name, len(self._name), byref(self._flags)
        )
        return self._name.value if size else None

    def fixed(self, index: int) -> bool:
        """Whether the letters of its font are of one width."""
        name = self.font(index)
        return name is not None and bool(self._flags.value & FIXED or _FIXED.search(name))

    def generated(self, index: int) -> bool:
        """Whether PDFium put it between what stands apart: a space that is not in the file."""
        return bool(self._raw.FPDFText_IsGenerated(self._page, index) == 1)

    def untold(self, index: int) -> bool:
        """Whether its font does not tell which letter it is."""
        return bool(self._raw.FPDFText_HasUnicodeMapError(self._page, index) == 1)


def _composed(characters: Sequence[int], box: Callable[[int], Box]) -> list[str]:
    """The characters as they read; an accent drawn over or under the letter beside it is one with that, and a character
    that is drawn twice, to make it bold, is one.
    """
    written = [character(code) for code in characters]
    kept = 0
    for index, code in enumerate(characters):
        if index and code == characters[index - 1] and _is_twice(box(kept), box(index)):
            written[index] = ""
            continue
        kept = index
        if code not in _ACCENTS:
            continue
        left, right, _, _ = box(index)
        for beside in (index + 1, index - 1):
            if not 0 <= beside < len(characters) or not written[beside].isalpha():
                continue
            begin, end, _, _ = box(beside)
            letter = _DOTLESS.get(characters[beside], written[beside])
            whole = unicodedata.normalize("NFC", letter + _ACCENTS[code])
            # Slanted: beside it.
            over = begin <= (left + right) / 2 <= end or characters[beside] in _DOTLESS
            if over and len(whole) == 1:
                written[beside], written[index] = whole, ""
                break
    return written


def _is_twice(first: Box, second: Box) -> bool:
    """Whether the second of two boxes is nearly the first; those of the letters of a ligature are the same."""
    width, height = first[1] - first[0], first[3] - first[2]
    aside, above = abs(first[0] - second[0]), abs(first[2] - second[2])
    most = max(NEARLY[0] * width, NEARLY[1] * height)
    return aside + above > 0 and aside < most and above < NEARLY[1] * height


def character(code: int) -> str:
    """What a code reads as; nothing where it is no character."""
    if code in PARTED:
        return "-"
    return chr(code) if code and not 0xD800 <= code < 0xE000 else ""

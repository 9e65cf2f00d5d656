"""The process that reads one PDF file: its order is the path and the limit, in characters.

It tells `text` and `metadata`, or `wrong` (damage and detail), or `large`.
"""

from __future__ import annotations

import re
import resource
import unicodedata
from collections.abc import Callable, Sequence
from ctypes import byref, c_double, c_int, create_string_buffer
from functools import partial
from math import hypot
from pathlib import Path
from typing import Any

from cleaning.readers.compressed import compressed
from cleaning.readers.pdf.glyphs import Glyphs
from cleaning.readers.pdf.layout import text_of_pages
from cleaning.readers.pdf.pieces import whole_lines
from cleaning.readers.pdf.rows import Line
from cleaning.readers.programs import filled
from cleaning.readers.records import Record
from cleaning.readers.whole import whole
from pipeline.engines.process import Parent

MEMORY = 4 << 30  # bytes of addresses
FILE = 100  # times the limit of a text that a file may hold; pictures are most of it
LEAST = 20  # characters a page: with fewer, and a picture, it was scanned
FIXED = 1  # the flag of a font whose letters are of one width (PDF 32000-1, 9.8.2)
_FIXED = re.compile(rb"courier|mono|consol|typewriter|menlo|(?:cm|ec|sf|l)tt\d", re.IGNORECASE)
NEARLY = 0.3, 0.2  # of the width and the height of a character: its second drawing is off by less
TIGHT = 0.12  # of the size of letters: between two words there is more
APART = 1.6  # sizes of letters between what stands side by side
BULLET = "•"
_MARKING = re.compile(
    r"[^\w\s]|\d{1,2}[.)]?"
)  # what marks an entry, and may be of another size than that
_MATHEMATICS = re.compile(rb"(?:\A|\+)CM(?:EX|MI|SY|BSY)")  # TeX's fonts of signs
_DATE = slice(2, 10)
_PARTED = (2, 0xFFFE)  # what PDFium gives for a hyphen at the end of a line, and that end
# Accents that stand for themselves, as TeX's first fonts (OT1) draw them over letters, and those that go with a letter.
_ACCENTS = {
    0x60: "\u0300", 0xB4: "\u0301", 0x2C6: "\u0302", 0x2DC: "\u0303", 0x7E: "\u0303", 0xA8: "\u0308",
    0xB8: "\u0327", 0x2C7: "\u030c", 0x2D9: "\u0307", 0x2DA: "\u030a", 0xAF: "\u0304", 0x2DD: "\u030b",
}  # fmt: skip
_DOTLESS = {0x131: "i", 0x237: "j"}


def main() -> None:
    """Reads the file of each order, until its parent ends it, or ends itself."""
    parent = Parent()
    for path, limit in parent.orders():
        parent.tell(**read_file(path, limit))


def read_file(path: str, limit: int) -> dict[str, Any]:
    """What the file says, at most `limit` characters."""
    import pypdfium2 as pdfium

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    file: Path | bytes | Record = Path(path)  # a plain one is read from the disk, as its pages are
    if compressed(Path(path)):
        file = whole(Path(path), FILE * limit)
    elif Path(path).stat().st_size > FILE * limit:
        return {"large": True}
    if isinstance(file, Record):
        return {"large": True} if file.removed else {"wrong": ["damaged", "the compressed data"]}
    try:
        document = pdfium.PdfDocument(file)
        count = len(document)
    except pdfium.PdfiumError as error:
        if "assword" in str(error):
            return {"wrong": ["no document", "it is encrypted"]}
        return {"wrong": ["damaged", f"no PDF: {error}"]}
    pages: list[list[Line]] = []
    glyphs = Glyphs(document)
    characters = pictures = blank = 0
    for number in range(count):
        try:
            page = document[number]
            lines = _lines(page, glyphs)
            length = sum(len(line.text) for line in lines)
            if length < LEAST:
                blank += 1
                pictures += _pictured(page)
            page.close()
        except pdfium.PdfiumError:
            lines, length = [], 0
        characters += length
        if characters > limit:
            return {"large": True}
        pages.append(lines)
    if count and pictures and characters < LEAST * count:
        return {"wrong": ["scanned", f"{pictures} of {count} pages are pictures without text"]}
    return {"text": text_of_pages(pages), "metadata": _metadata(document)}


def _metadata(document: Any) -> dict[str, str]:
    properties = document.get_metadata_dict()
    date = properties.get("CreationDate", "")[_DATE]
    fields = {
        "title": properties.get("Title", "").strip(),
        "author": properties.get("Author", "").strip(),
        "date": f"{date[:4]}-{date[4:6]}-{date[6:]}" if date.isdigit() and len(date) == 8 else "",
    }
    return filled({name: value[:500] for name, value in fields.items() if value})


def _pictured(page: Any) -> bool:
    import pypdfium2.raw as raw

    return any(True for _ in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3))


def _lines(page: Any, glyphs: Glyphs) -> list[Line]:
    """The runs of words of a page that stand close together on one line, in the order of the file."""
    import pypdfium2.raw as raw

    text_page = page.get_textpage()
    width, height = page.get_size()
    left, right, bottom, top = c_double(), c_double(), c_double(), c_double()

    def box(index: int) -> tuple[float, float, float, float]:
        raw.FPDFText_GetCharBox(
            text_page, index, byref(left), byref(right), byref(bottom), byref(top)
        )
        return left.value, right.value, bottom.value, top.value

    name, flags = create_string_buffer(100), c_int()

    def fixed(index: int) -> bool:
        size = raw.FPDFText_GetFontInfo(text_page, index, name, len(name), byref(flags))
        return bool(size and (flags.value & FIXED or _FIXED.search(name.value)))

    x, y, matrix, loose = c_double(), c_double(), raw.FS_MATRIX(), raw.FS_RECTF()

    def size_of(index: int) -> float:
        """Of the letters as they are drawn: many writers scale letters of one point."""
        raw.FPDFText_GetMatrix(text_page, index, byref(matrix))
        scale = hypot(matrix.c, matrix.d)
        return float(raw.FPDFText_GetFontSize(text_page, index) * scale)

    def close(line: Line | None, last: int) -> None:
        if line:
            raw.FPDFText_GetLooseCharBox(text_page, last, byref(loose))
            line.end = loose.right

    def is_mark(place: int, line: Line, x: float) -> bool:
        """Whether a space is a mark over a letter, which its font does not tell: it stands there and separates none."""
        if x - line.right >= TIGHT * line.size or characters[place] != 32 or not place:
            return False
        begin, end, low, high = box(place)
        _, edge, foot, head = box(place - 1)
        broad = end - begin > TIGHT * line.size
        return broad and high > low > (foot + head) / 2 and begin < edge

    def is_bullet(place: int, above: Line | None) -> bool:
        """Whether a letter is a bullet: it stands alone at the head of a line, in a font of its own, which does not
        tell it or, for Word's o, has letters of one width.
        """
        letter = _character(characters[place])
        if not letter.isalpha() or place + 2 >= len(characters):
            return False
        untold = raw.FPDFText_HasUnicodeMapError(text_page, place) == 1
        if not untold and not (letter == "o" and fixed(place)):
            return False
        fonts = [
            raw.FPDFText_GetFontInfo(text_page, at, name, len(name), byref(flags)) and name.value
            for at in (place, place + 2)
        ]
        first = above is None or abs(above.foot - y.value) > above.size / 2
        return first and fonts[0] != fonts[1] and not _MATHEMATICS.search(fonts[0] or b"")

    characters = [raw.FPDFText_GetUnicode(text_page, i) for i in range(text_page.count_chars())]
    drawn = glyphs.of_page(text_page, characters)
    for index, letters in drawn.items():
        characters[index] = ord(letters[0])
    written = _composed(characters, box)
    for index, letters in drawn.items():
        written[index] = letters if written[index] else ""
    lines: list[Line] = []
    line: Line | None = None
    start = last = 0
    for end in range(len(characters) + 1):
        code = characters[end] if end < len(characters) else 10
        if code in _PARTED:  # a hyphen and the end of a line in one
            end += 1
        elif code not in (9, 10, 13, 32, 160):  # some writers separate words by tabs
            continue
        if end > start:
            word = "".join(written[start:end])
            x0, _, low0, high0 = box(start)
            _, x1, low1, high1 = box(end - 1)
            low, high = min(low0, low1), max(high0, high1)
            if line is None or x0 < line.left or _are_apart(line, x0, partial(size_of, start)):
                close(line, last)
                raw.FPDFText_GetCharOrigin(text_page, start, byref(x), byref(y))
                size = size_of(start)
                if (
                    end - start == 1
                    and code == 32
                    and is_bullet(start, lines[-1] if lines else None)
                ):
                    word = BULLET
                line = Line(word, x0, x1, low, high, size, width, height, fixed(start))
                line.begin, line.foot = x.value, y.value
                lines.append(line)
            else:
                line.fixed = line.fixed and fixed(start)
                if _MARKING.fullmatch(line.text):
                    line.size = size_of(start)
                line.add(word, x1, low, high, "" if is_mark(start - 1, line, x0) else " ")
            last = end - 1
        start = end if code in _PARTED else end + 1
        if code in (10, 13) or code in _PARTED:
            close(line, last)
            line = None
    text_page.close()
    return whole_lines(lines)


def _are_apart(line: Line, x: float, size: Callable[[], float]) -> bool:
    gap = x - line.right
    return gap > APART * max(line.size, 4) and gap > APART * max(size(), 4)


def _composed(
    characters: Sequence[int], box: Callable[[int], tuple[float, float, float, float]]
) -> list[str]:
    """The characters as they read; an accent drawn over or under the letter beside it is one with that, and a character
    that is drawn twice, to make it bold, is one.
    """
    written = [_character(code) for code in characters]
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
            over = (
                begin <= (left + right) / 2 <= end or characters[beside] in _DOTLESS
            )  # slanted: beside it
            if over and len(whole) == 1:
                written[beside], written[index] = whole, ""
                break
    return written


def _is_twice(
    first: tuple[float, float, float, float], second: tuple[float, float, float, float]
) -> bool:
    """Whether the second of two boxes is nearly the first; those of the letters of a ligature are the same."""
    width, height = first[1] - first[0], first[3] - first[2]
    aside, above = abs(first[0] - second[0]), abs(first[2] - second[2])
    most = max(NEARLY[0] * width, NEARLY[1] * height)
    return aside + above > 0 and aside < most and above < NEARLY[1] * height


def _character(code: int) -> str:
    if code in _PARTED:
        return "-"
    return chr(code) if code and not 0xD800 <= code < 0xE000 else ""


if __name__ == "__main__":
    main()

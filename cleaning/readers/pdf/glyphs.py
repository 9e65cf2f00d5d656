"""The letters of glyphs that only their names tell: `f_i` for "fi", `one.lf` for "1".

A font says in `/Differences` which glyphs its codes draw (PDF 32000-1, 9.6.6); their names say the letters by the rules
of Adobe's glyph list (pieces with `_` between them, a variant behind a full stop, `uni0041`). PDFium knows whole names
alone.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from ctypes import byref, c_size_t, c_ubyte, create_string_buffer
from functools import cached_property
from typing import Any

_SPACES = 9, 10, 13
UNKNOWN = "\ufffd"  # what no name tells
_OBJECT = re.compile(rb"(?:\A|\n)(\d+) \d+ obj\s*(<<.*?)\s*(?:endobj|stream\r?\n)", re.DOTALL)
_DIFFERENCES = re.compile(rb"/Differences\s*\[([^\]]*)\]")
_FONT = re.compile(rb"/BaseFont\s*/([^\s/<>\[\]()]+)")
_ENCODING = re.compile(rb"/Encoding\s+(\d+)\s+\d+\s+R")
_CODES = re.compile(rb"(\d+)|/([^\s/\[\]]+)")
_TAG = re.compile(rb"^[A-Z]{6}\+")
_CODED = re.compile(r"uni((?:[0-9A-F]{4})+)|u([0-9A-F]{4,6})")
_ACCENTED = re.compile(r"([A-Za-z])(acute|grave|dieresis|circumflex|tilde|cedilla|caron|ring)")
_ACCENTS = {
    "acute": "\u0301", "grave": "\u0300", "dieresis": "\u0308", "circumflex": "\u0302", "tilde": "\u0303",
    "cedilla": "\u0327", "caron": "\u030c", "ring": "\u030a",
}  # fmt: skip
_NAMES = {
    "hyphen": "-", "period": ".", "comma": ",", "colon": ":", "semicolon": ";", "slash": "/", "parenleft": "(",
    "parenright": ")", "quoteright": "’", "endash": "–", "emdash": "—", "exclamdown": "¡", "questiondown": "¿",
    "dotlessi": "ı", "bullet": "•", "guillemotleft": "«", "guillemotright": "»", "space": " ",
}  # fmt: skip


class Glyphs:
    """The glyphs of a document that PDFium gives as mere codes; their names are looked up where one is met."""

    def __init__(self, document: Any) -> None:
        self._document = document

    @cached_property
    def _fonts(self) -> dict[bytes, list[tuple[bytes, dict[int, str]]]]:
        fonts: dict[bytes, list[tuple[bytes, dict[int, str]]]] = {}
        for name, codes in names_of_codes(self._document):
            fonts.setdefault(_TAG.sub(b"", name), []).append((name, codes))
        return fonts

    def _name(self, font: Any, code: int) -> str:
        """The name of a glyph. PDFium tells a font without the tag of its subset: where two of one name tell two
        things, the embedded font says which it is.
        """
        import pypdfium2.raw as raw

        buffer = create_string_buffer(128)
        raw.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
        named = [
            (n, codes[code]) for n, codes in self._fonts.get(buffer.value, []) if code in codes
        ]
        if len({glyph for _, glyph in named}) > 1:
            size = c_size_t()
            raw.FPDFFont_GetFontData(font, None, 0, byref(size))
            data = (c_ubyte * size.value)()
            raw.FPDFFont_GetFontData(font, data, size.value, byref(size))
            named = [(name, glyph) for name, glyph in named if name in bytes(data)]
        glyphs = {glyph for _, glyph in named}
        return glyphs.pop() if len(glyphs) == 1 else ""

    def of_page(self, text_page: Any, codes: Sequence[int]) -> dict[int, str]:
        """What the codes of a page that are no letters say, by their places: U+FFFD where nothing tells."""
        import pypdfium2.raw as raw

        said: dict[int, str] = {}
        for place, code in enumerate(codes):
            if 32 <= code < 127 or raw.FPDFText_HasUnicodeMapError(text_page, place) != 1:
                continue
            font = raw.FPDFTextObj_GetFont(raw.FPDFText_GetTextObject(text_page, place))
            known = code >= 32 or code in _SPACES  # by what PDFium takes it for
            if letter := letters(self._name(font, code)) or ("" if known else UNKNOWN):
                said[place] = letter
        return said


def names_of_codes(document: Any) -> Iterator[tuple[bytes, dict[int, str]]]:
    """The fonts of a document that name their glyphs: their names, and the glyph names of their codes.

    PDFium tells no dictionaries, but writes them plainly, whatever the file packs or encrypts them with.
    """
    import pypdfium2 as pdfium
    import pypdfium2.raw as raw

    plain = io.BytesIO()
    try:
        document.save(plain, flags=raw.FPDF_REMOVE_SECURITY)
    except pdfium.PdfiumError:  # a damaged one
        return
    objects = {
        int(m[1]): m[2]
        for m in _OBJECT.finditer(plain.getvalue())
        if _FONT.search(m[2]) or _DIFFERENCES.search(m[2])
    }
    for content in objects.values():
        font, reference = _FONT.search(content), _ENCODING.search(content)
        encoding = objects.get(int(reference[1]), b"") if reference else content
        differences = _DIFFERENCES.search(encoding)
        if font and differences:
            yield _unescaped(font[1]), _names(differences[1])


def _unescaped(name: bytes) -> bytes:
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), name)


def _names(differences: bytes) -> dict[int, str]:
    code, named = 0, {}
    for number, name in _CODES.findall(differences):
        if number:
            code = int(number)
        else:
            named[code] = _unescaped(name).decode("latin-1")
            code += 1
    return named


def letters(name: str) -> str:
    """What a glyph of this name says; "" where the name does not tell."""
    components = [_component(component) for component in name.split(".", 1)[0].split("_")]
    return "".join(components) if all(components) else ""


def _component(name: str) -> str:
    if len(name) == 1 or name in ("fi", "fl", "ff", "ffi", "ffl"):
        return name
    if coded := _CODED.fullmatch(name):
        digits = coded[1] or coded[2]
        step = 4 if coded[1] else len(digits)
        codes = [int(digits[n : n + step], 16) for n in range(0, len(digits), step)]
        return "".join(chr(c) for c in codes if c < 0xD800 or 0xE000 <= c < 0x110000)
    if accented := _ACCENTED.fullmatch(name):
        return unicodedata.normalize("NFC", accented[1] + _ACCENTS[accented[2]])
    if name in _NAMES:
        return _NAMES[name]
    try:
        return str(unicodedata.digit(unicodedata.lookup(f"DIGIT {name.upper()}")))
    except KeyError:
        return ""

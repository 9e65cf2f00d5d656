"""Bytes to text: which charset a page is in, and where a text ends in damage."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator, Sequence

# cp1252, and for the five bytes that it leaves undefined the control character of the same number (as
# in the index windows-1252 of the WHATWG Encoding Standard).
_LATIN = {b: bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(256)}
_LATIN_NAMES = frozenset({"cp1252", "iso8859-1", "ascii"})  # one charset for the web
_META = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)"
    rb"|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
# Single-byte charsets that a detector mixes up on western text: of these, Spanish pages are cp1252.
_WESTERN = (
    "ascii cp1250 cp1252 cp1254 cp1257 iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-9 iso8859-10"
    " iso8859-13 iso8859-14 iso8859-15 iso8859-16 mac-roman"
)
WESTERN = frozenset(_WESTERN.split())
HEAD = 4096  # bytes in which a page may declare its charset (the HTML standard reads 1024)

# Bytes below the space that texts have not: all but tabs, ends of lines and pages, what old printers struck over with,
# the shifts of ISO 2022, the end of a file of DOS. Of random bytes one in twelve is one of these.
_CONTROLS = bytes({*range(0x20), 0x7F} - {*range(0x08, 0x10), 0x1A, 0x1B})
_FEW_CONTROLS, _MOST_CONTROLS = 2, 0.03
_IS_CONTROL = bytes(byte in _CONTROLS for byte in range(256))
# What a control says for damage and another byte against it (logarithms of how much likelier random bytes have it than
# texts), and how much is believed; at the end of how many bytes it shows; bytes of it that may look sound.
_ODDS = (4.0, -0.09)
_BELIEVED, _SHOWN, _STRAY = 12.0, 64, 3
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NO_TEXT = frozenset({"Cn", "Co", "Cs"})  # categories of code points that random ones are of

# Between letters of ASCII: é í ó ú ñ ü of DOS (code pages 437 and 850), where cp1252 has signs; and letters of cp1252.
_DOS = re.compile(rb"(?<=[A-Za-z])[\x81\x82\xa1-\xa4](?=[A-Za-z])")
# á é í ñ ó ú ü of the old Macintosh, where cp1252 has dashes and an apostrophe too, but á and é are signs of no word.
_MAC = re.compile(rb"(?<=[A-Za-z])[\x87\x8e\x92\x96\x97\x9c\x9f](?=[A-Za-z])")
_SURELY_MAC = re.compile(rb"(?<=[A-Za-z])[\x87\x8e](?=[A-Za-z])")
_WINDOWS = re.compile(rb"(?<=[A-Za-z])[\xc0-\xd6\xd8-\xf6\xf8-\xff](?=[A-Za-z])")

# Letters of Latin-1 in UTF-7, which no standard of the web lets be read.
_UTF7 = re.compile(rb"\+A[KLMNOP][0-9A-Za-z+/]-")


def _by_byte(error: UnicodeError) -> tuple[str, int]:
    """Decodes what is no UTF-8 byte by byte as cp1252: a snippet in another charset stays readable."""
    assert isinstance(error, UnicodeDecodeError)
    return "".join(_LATIN[b] for b in error.object[error.start : error.end]), error.end


codecs.register_error("tahona_cp1252", _by_byte)


def decode(data: bytes, declared: str | None = None, html: bool = True) -> tuple[str, str]:
    """The text of a page and Python's name of the charset that it was read in. Never fails.

    In this order: a byte order mark; UTF-16 without one; UTF-8, if all of it is; the charset that the HTTP header
    (`declared`) or the page states, if all of it is; what the detector finds, where every western
    single-byte charset means cp1252, or cp850 or Mac Roman where that has letters inside words and cp1252 signs.
    A page that is mostly UTF-8 is UTF-8 with cp1252 snippets.
    """
    if data.startswith(codecs.BOM_UTF8):
        data = data[3:]
    elif data.startswith(_UTF16_MARKS):
        return data.decode("utf-16", "replace"), "utf-16"
    if b"\0" in data[:HEAD] and (name := _utf16_of(data)):
        return data.decode(name, "replace"), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    if _mostly_utf8(data):
        return data.decode("utf-8", "tahona_cp1252"), "utf-8"
    from resiliparse.parse.encoding import detect_encoding

    for charset in stated_charsets(data, declared, html):
        if charset != "utf-8" and (text := _decoded(data, charset)) is not None:
            return text, charset
    guess = _known(detect_encoding(data))
    if guess and guess not in WESTERN and guess != "utf-8":
        return data.decode(guess, "replace"), guess
    if _speaks_for(_DOS, data):
        return data.decode("cp850"), "cp850"
    if _SURELY_MAC.search(data) and _speaks_for(_MAC, data):
        return data.decode("mac-roman"), "mac-roman"
    return _western(data), "cp1252"


def stated_charsets(data: bytes, header: str | None, html: bool = True) -> Iterator[str]:
    """Python's names of the charsets that the HTTP header and then the page state, as far as the web knows them."""
    from resiliparse.parse.encoding import map_encoding_to_html5

    for name in (header, _stated(data) if html else None):
        if charset := _known(map_encoding_to_html5(name, fallback_utf8=False) if name else None):
            yield charset


def decode_as(data: bytes, charset: str) -> str:
    """Data in a charset that is believed, with U+FFFD for what is no character in it. Never fails."""
    return _western(data) if charset in _LATIN_NAMES else data.decode(charset, "replace")


def is_text(data: bytes) -> bool:
    """Whether bytes may be text in some encoding, by the first 64 KiB: not what a tool packed, drew or enciphered."""
    seen = data[: 16 * HEAD]
    if len(_UTF7.findall(seen)) > _FEW_CONTROLS and seen.isascii():
        return False
    controls = len(seen) - len(seen.translate(None, _CONTROLS))
    if controls <= max(_FEW_CONTROLS, _MOST_CONTROLS * len(seen)):
        return True
    return seen.startswith(_UTF16_MARKS) or _utf16_of(seen) is not None


def sound_end(data: bytes) -> int:
    """Where a text ends that has damage behind it: down to the end bytes of which many are characters in no encoding.
    Its length where there is none.

    A control speaks for damage as every other byte does a little against it; the damage is the end that says most. In
    UTF-8 it begins where that breaks off.
    """
    tail = data[-4 * _SHOWN :]
    if (
        len(tail) - len(tail.translate(None, _CONTROLS)) <= _FEW_CONTROLS
        or data.startswith(_UTF16_MARKS)
        or _utf16_of(data)
    ):
        return len(data)
    import numpy as np  # which a crawl spares

    bad = np.frombuffer(data.translate(_IS_CONTROL), np.bool_)
    says = np.cumsum(np.where(bad, *_ODDS)[::-1])
    most = int(np.argmax(says))
    if says[most] < _BELIEVED:
        return len(data)
    end = len(data) - 1 - most
    start = max(end - _SHOWN, 0)
    while start < end and data[start] & 0xC0 == 0x80:  # inside a character
        start += 1
    if data[:start].isascii() or _mostly_utf8(data[:start]):
        try:
            data[start:].decode("utf-8")
        except UnicodeDecodeError as error:
            end = min(end, start + error.start)
    line = data.rfind(b"\n", 0, end) + 1
    return line if end - line <= _STRAY else end


def _utf16_of(data: bytes) -> str | None:
    """In which form of UTF-16 bytes without a mark are text, None where in neither: all code points at the beginning
    are characters, and the space is among them.
    """
    seen = data[: min(len(data), HEAD) & ~1]
    spaces = {}
    for name in ("utf-16-le", "utf-16-be"):
        try:
            text = seen.decode(name)
        except UnicodeDecodeError as error:
            if error.start < len(seen) - 2:  # else a pair that is cut there
                continue
            text = seen[: error.start].decode(name)
        if not any(unicodedata.category(c) in _NO_TEXT or c == "\0" for c in text):
            spaces[name] = text.count(" ") + text.count("\n")
    best = max(spaces, key=lambda name: spaces[name], default=None)
    return best if best and spaces[best] else None


def _speaks_for(letters: re.Pattern[bytes], data: bytes) -> bool:
    """Whether signs inside words, letters in another charset, are three at least and ten to one of cp1252's there."""
    count = len(letters.findall(data))
    return count >= 3 and count > 10 * len(_WINDOWS.findall(data))


def _known(name: str | None) -> str | None:
    """Python's name of a charset, None where it has none."""
    try:
        return codecs.lookup(name).name if name else None
    except LookupError:
        return None


def _mostly_utf8(data: bytes) -> bool:
    """Whether characters of two and more bytes outnumber the bytes that break UTF-8 by ten to one."""
    broken = data.decode("utf-8", "replace").count("\ufffd")
    starts = len(re.findall(rb"[\xc3-\xf4][\x80-\xbf]", data))
    return starts > 10 * broken


def of_utf8(lines: Sequence[bytes]) -> tuple[int, int]:
    """How many lines beyond ASCII are UTF-8, and how many are not: one that is damaged weighs no more than one."""
    whole = broken = 0
    for line in lines:
        if not line.isascii():
            try:
                line.decode("utf-8")
                whole += 1
            except UnicodeDecodeError:
                broken += 1
    return whole, broken


def _stated(data: bytes) -> str | None:
    match = _META.search(data, 0, HEAD)
    return (match[1] or match[2]).decode("ascii") if match else None


def _decoded(data: bytes, charset: str) -> str | None:
    if charset in _LATIN_NAMES:
        return _western(data)
    try:
        return data.decode(charset)
    except UnicodeDecodeError:
        return None


def _western(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1").translate({b: t for b, t in _LATIN.items() if b >= 0x80})

"""Bytes to text: which charset a page is in, mojibake repaired, and one normal form of characters."""

from __future__ import annotations

import codecs
import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from types import ModuleType

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

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
_IS_CONTROL = np.isin(np.arange(256), list(_CONTROLS))
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

# Substrings that UTF-8 read as a western charset leaves behind, then a pattern that capitals in
# Portuguese or French do not match. Measured in shared facts: 0 of 1,500 clean documents flagged.
_SUSPECTS = ("Ã", "Â", "â€", "ï¿½", "ðŸ", "\ufffd")
_MOJIBAKE = re.compile(r"[ÂÃâÅÐÑïð][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
# Letters written from right to left (Bidi_Class R and AL of Unicode), by blocks.
_LEFTWARD = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
# Signs of direction alone (Unicode Standard Annex 9) say something beside such letters, or a sign apart from one.
_UNWANTED = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
    rf"|[\u200e\u200f](?<!{_LEFTWARD}.)(?<!{_LEFTWARD}\W.)(?!\W?{_LEFTWARD})"
)
# Bullets at the beginning of a line in Symbol and Wingdings, which stand at U+F020 and the codes behind it.
_BULLET = re.compile(
    "^([ \t]*)[\uf02d\uf06c-\uf076\uf09e\uf09f\uf0a7\uf0a8\uf0b7\uf0d8\uf0e0\uf0e8\uf0f0\uf0fb-\uf0fe](?=\\s)",
    re.MULTILINE,
)
# Sought in the bytes in UTF-8 that are not usual, which are few.
_USUAL = bytes([0x09, 0x0A, *range(0x20, 0x7F)])
_HAS_UNWANTED = re.compile(
    b"[\0-\x7f]|\xc2[\x80-\x9f\xad]|\xe2\x80[\x8b\x8e\x8f\xa8-\xae]|\xe2\x81[\xa0\xa6-\xa9]|\xef\xbb\xbf|\xed[\xa0-\xbf]"
)
_HAS_BULLET = re.compile(b"\xef[\x80-\x83]")
_HAS_C1 = re.compile(b"\xc2[\x80-\x9f]")
_HAS_BROKEN = re.compile(b"\xc2[\x80-\x9f]|\xed[\xa0-\xbf]")
_HAS_SUSPECT = re.compile(b"|".join(re.escape(suspect.encode()) for suspect in _SUSPECTS))
_SUSPECT = re.compile(_HAS_C1.pattern + b"|" + _HAS_SUSPECT.pattern)
_AT_ONCE = 1_000_000  # characters of a line above which ftfy cuts it
# ftfy's signs of mojibake are at most 7 characters in a row, two in a row of them not of ASCII, or one of these.
_REACH = 16
_TELLING = np.array(list(map(ord, "ŒœÃÂ\ufffd")), np.uint32)
_MIDDLE = re.compile(
    f"(?<=[\0-\x7f]{{{_REACH}}})([\0-\x7f]{{{4 * _REACH},}})(?=[\0-\x7f]{{{_REACH}}})"
)
_CUT = "\x01"  # stands for a middle; \x1a has a meaning for ftfy
_MOST_MARKS = 30
_BELOW_MARKS = bytes(range(0xCC))  # bytes in UTF-8 that begin no character from U+0300 on
# What may be composed with a mark, or is one: from U+0300 on, but for signs of punctuation and the euro.
_MAY_COMPOSE = re.compile(b"[\xcc-\xe1\xe3-\xff]|\xe2(?!\x80[\x82-\xbf]|\x82\xac)")
_STACK = re.compile(f"[\u0300-\U0001f000]{{{_MOST_MARKS + 1}}}")  # what `_marks` may match
_NEWLINES = re.compile(r"\n{3,}")
# Ligatures of fonts, from U+FB00 on, which say the letters that they draw (Unicode's compatibility decompositions).
_LIGATURES = str.maketrans(
    {chr(c): unicodedata.normalize("NFKC", chr(c)) for c in range(0xFB00, 0xFB07)}
)
_AS_NEWLINE = frozenset("\x0b\x0c\r\u2028\u2029")


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
    bad = _IS_CONTROL[np.frombuffer(data, np.uint8)]
    if (
        bad[-4 * _SHOWN :].sum() <= _FEW_CONTROLS
        or data.startswith(_UTF16_MARKS)
        or _utf16_of(data)
    ):
        return len(data)
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


def repair(text: str) -> str:
    """The text with mojibake undone (UTF-8 that was read as a western charset, once or twice), by ftfy
    with nothing but its encoding fixes; text without a suspicious sequence comes back as it is.
    """
    # Most texts are done with by a look at the bytes that are not usual.
    if text.isascii() or not _SUSPECT.search(unusual := _unusual(text)):
        return text
    return _repaired(text, unusual)


def repaired(data: bytes, declared: str | None = None) -> bytes:
    """A page in UTF-8: its text as `decode` and `repair` give it, without a way to characters where it is that."""
    plain = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" not in plain[:HEAD]:
        seen = _bytes(plain)
        if _compiled().is_plain(seen, seen[: len(seen) & ~7].view(np.uint64)):
            return plain
        try:
            text = plain.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            unusual = plain.translate(None, _USUAL)
            if not _SUSPECT.search(unusual) or (fixed := _repaired(text, unusual)) is text:
                return plain
            return fixed.encode("utf-8", "replace")
    return repair(decode(data, declared)[0]).encode("utf-8", "replace")


def _repaired(text: str, unusual: bytes) -> str:
    """A text with mojibake undone; what of it is unusual holds something suspicious."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    spots = _spots(codes)
    if not _HAS_C1.search(unusual) and not _is_suspicious(text, codes, spots):
        return text
    pieces: list[str] = []
    done = 0
    while len(spots):
        begin = text.rfind("\n", 0, int(spots[0])) + 1
        end = text.find("\n", int(spots[0])) + 1 or len(text)
        line, inside = text[begin:end], int(np.searchsorted(spots, end))
        if _may_be_broken(line, spots[:inside] - begin):
            pieces += (text[done:begin], _fixed(line))
            done = end
        spots = spots[inside:]
    return "".join((*pieces, text[done:])) if pieces else text


def _is_suspicious(text: str, codes: Codes, spots: Ints) -> bool:
    """Whether a text holds one of the suspects and a sign of mojibake, which are sought where its spots are."""
    pairs = np.full((len(spots), 3), ord("\n"), np.uint32)
    pairs[:, 0], pairs[:, 1] = codes[np.maximum(spots - 1, 0)], codes[spots]
    surroundings = pairs.tobytes().decode("utf-32-le", "surrogatepass")
    if not _MOJIBAKE.search(surroundings):
        return False
    return any(s[:2] in surroundings and (len(s) < 3 or s in text) for s in _SUSPECTS)


def _unusual(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass").translate(None, _USUAL)


def _spots(codes: Codes) -> Ints:
    """Where ftfy may change a text: at controls of C1, halves of pairs and characters that tell alone, and at the
    second of two in a row that are not of ASCII. A letter with its accent between letters of ASCII is no such place.
    """
    high = np.flatnonzero(codes >= 0x80)
    return high[(np.diff(high, prepend=-2) == 1) | _tells(codes[high])]


def _tells(codes: Codes) -> Bools:
    broken = (codes < 0xA0) | ((codes >= 0xD800) & (codes < 0xE000))
    return broken | np.isin(codes, _TELLING)


def _may_be_broken(line: str, spots: Ints) -> bool:
    """Whether ftfy may change a line, of which it is shown what stands around its spots: a long script costs next to
    nothing.
    """
    if len(line) > _AT_ONCE or _HAS_BROKEN.search(_unusual(line)):
        return True
    from ftfy.badness import is_bad

    apart = np.flatnonzero(np.diff(spots) > 2 * _REACH) + 1
    first, last = spots[np.append(0, apart)], spots[np.append(apart - 1, -1)]
    runs = zip(first.tolist(), last.tolist(), strict=True)
    return any(is_bad(line[max(0, start - _REACH) : end + _REACH]) for start, end in runs)


def _fixed(line: str) -> str:
    """A line by ftfy, which is not shown the middle of what is long and of ASCII: nothing there changes."""
    if len(line) > _AT_ONCE or _CUT in line or "\x1a" in line:
        return _by_ftfy(line)
    parts = _MIDDLE.split(line)
    if len(parts) == 1:
        return _by_ftfy(line)
    fixed = _by_ftfy(_CUT.join(parts[::2])).split(_CUT)
    middles = [*parts[1::2], ""]
    return "".join(piece for pair in zip(fixed, middles, strict=True) for piece in pair)


def _by_ftfy(line: str) -> str:
    import ftfy

    config = ftfy.TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        remove_control_chars=False,
        normalization=None,
        explain=False,
    )
    return ftfy.fix_text(line, config)


def settled(text: str) -> str:
    """The normal form of a repaired text."""
    if text.isascii() and text.isprintable():
        return text.strip()
    if _compiled().is_settled(_bytes(text.encode("utf-8", "surrogatepass"))):
        return text.strip()
    if "\r" in text or _SUSPECT.search(unusual := _unusual(text)):
        return normal(repair(text))
    return _normal(text, unusual)


@functools.cache
def _compiled() -> ModuleType:
    """The loops that look at bytes, whose compiler takes its time, and not all who decode settle."""
    from cleaning import plain

    return plain


def _bytes(data: bytes) -> npt.NDArray[np.uint8]:
    """As an array; of its own, since numba is slow to look at what can't be written."""
    return np.frombuffer(bytearray(data), np.uint8)


def normal(text: str) -> str:
    """The one form in which text is kept: NFC; newlines are \\n; no control character but newline and
    tab, no soft hyphen, zero-width space, byte order mark or embedding of a direction, nor a mark of one away from
    letters that are written from right to left; no ligature of Latin letters; no lone surrogate (it becomes U+FFFD);
    a bullet of Symbol or Wingdings at the beginning of a line is •; lines without spaces at their end, at most one
    empty line together, none at the ends.
    """
    text = text.replace("\r\n", "\n")
    return _normal(text, _unusual(text))


def _normal(text: str, unusual: bytes) -> str:
    """The normal form of a text without \\r\\n, of which that is unusual."""
    high = unusual.translate(None, _BELOW_MARKS)
    if len(high) > _MOST_MARKS and _STACK.search(text):
        text = _marks().sub(r"\1", text)
    if _HAS_UNWANTED.search(unusual):
        text = _UNWANTED.sub(_replacement, text)
    if b"\xef\xac" in unusual:
        text = text.translate(_LIGATURES)
    if high and _MAY_COMPOSE.search(unusual):  # below U+0300 every character is composed
        text = unicodedata.normalize("NFC", text)
    text = text.strip()
    text = "\n".join(map(str.rstrip, text.split("\n")))
    if high and _HAS_BULLET.search(unusual):
        text = _BULLET.sub(r"\1•", text)
    return _NEWLINES.sub("\n\n", text) if "\n\n\n" in text else text


@functools.cache
def _marks() -> re.Pattern[str]:
    """Matches more than 30 combining marks in a row, and groups 30 of them: no script stacks more
    (Unicode Standard Annex 15, Stream-Safe Text Format), and normalising n of them takes n² steps.
    """
    marks = "".join(chr(c) for c in range(0x300, 0x1F000) if unicodedata.combining(chr(c)))
    return re.compile(f"([{marks}]{{{_MOST_MARKS}}})[{marks}]+")


def _replacement(match: re.Match[str]) -> str:
    character = match[0]
    if character in _AS_NEWLINE:
        return "\n"
    return "\ufffd" if "\ud800" <= character <= "\udfff" else ""

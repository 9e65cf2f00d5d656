"""Text in one form: mojibake undone, one normal form of characters and lines."""

from __future__ import annotations

import codecs
import functools
import re
import unicodedata
from types import ModuleType

import numpy as np
import numpy.typing as npt

from cleaning.text.encoding import HEAD, decode

Codes = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


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
    fragments = _MIDDLE.split(line)
    if len(fragments) == 1:
        return _by_ftfy(line)
    fixed = _by_ftfy(_CUT.join(fragments[::2])).split(_CUT)
    middles = [*fragments[1::2], ""]
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
    from cleaning.text import plain

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

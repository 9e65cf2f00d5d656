"""Bytes that break UTF-8 in a line: letters of another charset, whose writer mixed the two, or damage."""

from __future__ import annotations

import re

_ESCAPED = re.compile("[\udc80-\udcff]")  # what `surrogateescape` makes of such a byte
_OPENING = frozenset("¿¡«“‘")
_INSIDE = frozenset("’·")  # signs that may stand between two letters
_SIGNS = _OPENING | _INSIDE | frozenset("»”…–—€°§")
_WORDS = frozenset("éáóàÉÁÓÀ")  # in Galician, Portuguese or Catalan
_ORDINALS = frozenset("ªº")


def western(line: bytes) -> str | None:
    """A line that is no UTF-8 with its stray bytes as what they are in cp1252; None where one makes no sense there.

    Of a letter of UTF-8 that lost one of its two bytes stays Â or Ã behind small letters, or a sign inside a word; a
    letter of cp1252 stands beside one of ASCII, a large one before small ones.
    """
    text = line.decode("utf-8", "surrogateescape")
    unescaped = _ESCAPED.sub(lambda m: _letter(m[0]), text)
    sound = all(_is_in_place(unescaped, m.start()) for m in _ESCAPED.finditer(text))
    return unescaped if sound else None


def _letter(escaped: str) -> str:
    return bytes([ord(escaped) - 0xDC00]).decode("cp1252", "replace")


def _is_in_place(text: str, at: int) -> bool:
    """Whether a character fits between those beside it."""
    here, before, after = text[at], text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if here in _ORDINALS:
        return not after.isalpha()
    if here in _SIGNS:
        return (
            not before.isalpha()
            or (here not in _OPENING and not after.isalpha())
            or (here in _INSIDE)
        )
    beside = [sign for sign in (before, after) if sign.isascii() and sign.isalpha()]
    if not here.isalpha() or not (beside or (here in _WORDS and not (before + after).strip())):
        return False
    return here.islower() or not before.islower()

"""Whether UTF-8 is plain: nothing in it is to be repaired, composed or taken out, as in most texts in languages of the
west. One look at each byte, in compiled loops; what these do not know for certain is left to `repair.py`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import bare

Bytes = NDArray[np.uint8]

_NEWLINE, _TAB, _SPACE, _DELETE = 0x0A, 0x09, 0x20, 0x7F
# First bytes of the signs of Latin-1, of its letters, and of punctuation and the euro, with their second ones.
_SIGNS, _LETTERS, _OTHERS, _PUNCTUATION, _CURRENCIES = 0xC2, 0xC3, 0xE2, 0x80, 0x82
_HARD, _SOFT = 0xA0, 0xAD  # second bytes of the hard space and the soft hyphen
_HIGH = np.uint64(0x8080808080808080)  # set in bytes beyond ASCII


@bare
def _size(data: Bytes, at: int) -> int:
    """The bytes of the character that begins at one beyond ASCII, where it is a sign or a letter of Latin-1,
    punctuation from U+2010 on or the euro, and does not begin what UTF-8 read in another charset leaves behind; else 0.
    """
    first, left = data[at], len(data) - at
    if left < 2 or data[at + 1] & 0xC0 != 0x80:
        return 0
    second, after = data[at + 1], data[at + 2] if left > 2 else _SPACE
    if first == _LETTERS:
        broken = second == 0x82 or second == 0x83  # Â and Ã
        broken |= second == 0xA2 and after == _OTHERS  # â€
        broken |= second == 0xAF and after == _SIGNS  # ï¿
        return 0 if broken else 2
    if first == _SIGNS:
        return 2 if second >= _HARD and second != _SOFT else 0
    if first != _OTHERS:
        return 0
    if second == _PUNCTUATION:
        return 3 if 0x90 <= after <= 0xA7 or 0xB0 <= after <= 0xBF else 0
    return 3 if second == _CURRENCIES and after == 0xAC else 0


@bare
def is_plain(data: Bytes, words: NDArray[np.uint64]) -> bool:
    """Whether all characters beyond ASCII are such ones; `words` are the bytes eight by eight, but for the last few."""
    at = 0
    for word in range(len(words) + 1):
        if word < len(words) and not words[word] & _HIGH:
            continue
        at = max(at, 8 * word)
        end = min(8 * word + 8, len(data))
        while at < end:
            if data[at] < 0x80:
                at += 1
                continue
            size = _size(data, at)
            if size == 0:
                return False
            at += size
    return True


@bare
def is_settled(data: Bytes) -> bool:
    """Whether the same is true of a text, it has no controls but newlines and tabs, none of its lines ends in white
    space and no two in a row are empty.
    """
    at, end, last, newlines = 0, len(data), _SPACE, 0
    while at < end:
        byte, size = data[at], 1
        if byte >= 0x80:
            size = _size(data, at)
            if size == 0:
                return False
            if byte == _SIGNS and data[at + 1] == _HARD:
                byte = _SPACE
            newlines = 0
        elif byte == _NEWLINE:
            newlines += 1
            if last in (_SPACE, _TAB) or newlines > 2:
                return False
        elif (byte < _SPACE and byte != _TAB) or byte == _DELETE:
            return False
        else:
            newlines = 0
        last = byte
        at += size
    return True

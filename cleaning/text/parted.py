"""Words that a hyphen parts at the end of a line, as print, OCR and programs that set text do."""

from __future__ import annotations

import re
from collections import Counter
from unicodedata import normalize

# A word, the hyphen (U+2010, a soft one, the sign that OCR gives for one) and the rest on a line that isn't indented.
_PARTED = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,30})([-\u2010\u00ad¬])\n([^\W\d_]{2,30})(?![\w-])")
_WORD = re.compile(r"[^\W\d_]{2,60}(?:-[^\W\d_]{2,60})*")
_ACCENTED = re.compile(r"[^\W\d_][\u0300-\u036f]{1,4}")  # a letter and its accents, written apart
_MARKS = ("-\n", "\u2010\n", "\u00ad\n", "¬\n")
# Of the parted words that the text has elsewhere too, so many must be there whole and so large a share be, for one that
# it has nowhere else to be one word.
WITNESSES = 3
WHOLE = 0.8


def joined(text: str) -> str:
    """The text with its parted words whole: those that stand whole elsewhere in it, and all where it parts words by
    habit; what it writes with a hyphen elsewhere keeps it. Before the normal form, which has no soft hyphen.
    """
    text = text.replace("\r\n", "\n")
    if not any(mark in text for mark in _MARKS):
        return text
    text = _ACCENTED.sub(lambda match: normalize("NFC", match[0]), text)
    parted = [
        match for match in _PARTED.finditer(text) if match[3][0].islower() or match[3].isupper()
    ]
    if not parted:
        return text
    words = Counter(word.lower() for word in _WORD.findall(text))
    kinds = [_kind(match, words) for match in parted]
    whole, hyphened = kinds.count("whole"), kinds.count("hyphened")
    habit = whole >= WITNESSES and whole >= WHOLE * (whole + hyphened)
    pieces, at = [], 0
    for match, kind in zip(parted, kinds, strict=True):
        if kind == "two" or (kind == "unknown" and not habit):
            continue
        sign = match[2] if kind == "hyphened" else ""
        end = match.end()
        while (
            end < len(text) and text[end] in ".,;:!?)»”\"'"
        ):  # what follows the word stays with it
            end += 1
        rest = text[match.end() : end]
        pieces.append(f"{text[at : match.end(1)]}{sign}{match[3]}{rest}\n")
        at = end + 1 if text[end : end + 1] in {" ", "\n"} else end
    return "".join([*pieces, text[at:]])


def _kind(match: re.Match[str], words: Counter[str]) -> str:
    head, tail = match[1].lower(), match[3].lower()
    hyphened, whole = words[f"{head}-{tail}"], words[head + tail]
    if hyphened > whole:
        return "hyphened"
    if not whole and words[head] > 1 and words[tail] > 1:  # two words round a dash
        return "two"
    return "whole" if whole else "unknown"

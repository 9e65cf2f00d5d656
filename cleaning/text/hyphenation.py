"""Words that a hyphen cuts at the end of a line, as print, OCR and programs that set text do."""

from __future__ import annotations

import re
from collections import Counter
from unicodedata import normalize

# A word, the hyphen (U+2010, a soft one, the sign that OCR gives for one) and the rest on a line that isn't indented.
_HYPHENATED = re.compile(
    r"(?<![^\W\d_])([^\W\d_]{2,30})([-\u2010\u00ad¬])\n([^\W\d_]{2,30})(?![\w-])"
)
_WORD = re.compile(r"[^\W\d_]{2,60}(?:-[^\W\d_]{2,60})*")
_ACCENTED = re.compile(r"[^\W\d_][\u0300-\u036f]{1,4}")  # a letter and its accents, written apart
_MARKS = ("-\n", "\u2010\n", "\u00ad\n", "¬\n")
# Of the hyphenated words that the text has elsewhere too, so many must be whole there, and so large a share, for one
# that it has nowhere else to be one word.
WITNESSES = 3
WHOLE = 0.8
# The first of two peoples that a hyphen of their own joins (hispano-francés), which a text may say once.
_PEOPLE = re.compile(
    r"(?i)hispano|franco|anglo|ruso|sino|[íi]talo|greco|luso|austro|germano|israelo|serbo|checo|turco|chino|chileno|polaco"
    r"|sueco|suizo|[^\W\d_]{3,}(?:an|in|eñ)o"
)
# A stress with two syllables or more behind it, as in técnico-jurídico, is of two words, but for adverbs and pronouns.
_STRESSED = re.compile(r"(?i).*[áéíóú][^\Waeiouáéíóúü]+[aeiou][^\W\d_]*")
_TAIL = re.compile(
    r"(?i)(?!.*mentes?\Z|(?:[mts]e|n?os)?l[aeo]s?\Z).*[aeiouáéíóú].*[^\Waeiouáéíóúü].*[aeiouáéíóú].*"
)
# A dash that opens what the one at the end may close.
_OPENED = re.compile(r"(?:^|[\s¡¿(«\"])[-–—](?=[^\W\d_¡¿])")


def joined(text: str) -> str:
    """The text with its hyphenated words whole: those that stand whole elsewhere in it, and all where it cuts words by
    habit, but for those that may be two; what it writes with a hyphen elsewhere keeps it. Before the normal
    form, which has no soft hyphen.
    """
    text = text.replace("\r\n", "\n")
    if not any(mark in text for mark in _MARKS):
        return text
    text = _ACCENTED.sub(lambda match: normalize("NFC", match[0]), text)
    hyphenated = [
        match for match in _HYPHENATED.finditer(text) if match[3][0].islower() or match[3].isupper()
    ]
    if not hyphenated:
        return text
    words = Counter(match[0].lower() for match in _WORD.finditer(text))
    kinds = [_kind(match, words) for match in hyphenated]
    whole, hyphened = kinds.count("whole"), kinds.count("hyphened")
    habit = whole >= WITNESSES and whole >= WHOLE * (whole + hyphened)
    pieces, at = [], 0
    for match, kind in zip(hyphenated, kinds, strict=True):
        if kind == "two" or (kind == "unknown" and not (habit and _is_one(match, text))):
            continue
        sign = match[2] if kind == "hyphened" else ""
        end = match.end()
        # What follows the word stays with it.
        while end < len(text) and text[end] in ".,;:!?)»”\"'":
            end += 1
        rest = text[match.end() : end]
        pieces.append(f"{text[at : match.end(1)]}{sign}{match[3]}{rest}\n")
        at = end + 1 if text[end : end + 1] in {" ", "\n"} else end
    return "".join([*pieces, text[at:]])


def _is_one(match: re.Match[str], text: str) -> bool:
    """Whether what stands nowhere else in a text is one word by its look: not two, nor what a dash closes."""
    if match[2] in "\u00ad¬":
        return True
    if _PEOPLE.fullmatch(match[1]) or (_STRESSED.fullmatch(match[1]) and _TAIL.fullmatch(match[3])):
        return False
    line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    return not _OPENED.search(line)


def _kind(match: re.Match[str], words: Counter[str]) -> str:
    head, tail = match[1].lower(), match[3].lower()
    hyphened, whole = words[f"{head}-{tail}"], words[head + tail]
    if hyphened > whole:
        return "hyphened"
    if not whole and words[head] > 1 and words[tail] > 1:  # two words round a dash
        return "two"
    return "whole" if whole else "unknown"

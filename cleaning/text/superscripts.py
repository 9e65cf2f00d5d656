"""What a text sets above or below its line, in plain characters: exponents, indices, ordinals, the marks of notes.

Readers set a mark before and an END behind such characters; without them 10³ would be read as 103.
"""

from __future__ import annotations

import re

RAISED, LOWERED, NOTE, END = "\x01\x02\x03\x04"  # NOTE: raised, and a link to a note
_UP = dict(zip("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
_DOWN = dict(zip("0123456789+-−=()nijkmx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₙᵢⱼₖₘₓ", strict=True))
_MARKED = re.compile(r"([\x01-\x03])([^\x01-\x04]{0,200})\x04")
_MARKS = re.compile(r"[\x01-\x04]")
_OF_NOTE = re.compile(r"[\w*†‡]{1,4}|\d+(?:\s?[,;–-]\s?\d+)+")
_NOTES = re.compile(r"\d+(?:\s?[,;–-]\s?\d+)+")
_ENDS_WORD = re.compile(r"[^\W\d]{2}\Z|[.,;:»”)\]]\Z")
_ORDINAL = {"o": "º", "a": "ª"}
# What stands before º and ª: a number, n.º, D.ª, Dr.ª, Mª; before º also N, and a blank behind a number: degrees.
_NUMBER = re.compile(r"\d\.?\Z|\b[nN]\.\Z|\b[A-Z][a-z]{0,2}\.\Z|\b[DM]\Z")
_OF_O = re.compile(r"\d\s+\Z|\b[nN]\Z")
_DEEPEST = 4  # of exponents in exponents


def flat(text: str) -> str:
    """The text with its marked runs in characters of one line: Unicode's where all have one, else ^(…) and _(…)."""
    if not _MARKS.search(text):
        return text
    for _ in range(_DEEPEST):
        text, count = _MARKED.subn(_said, text)
        if not count:
            break
    return _MARKS.sub("", text)


def _said(marked: re.Match[str]) -> str:
    text = marked[2].strip()
    before = marked.string[max(0, marked.start() - 5) : marked.start()]
    around = before[-1:] + text + marked.string[marked.end() : marked.end() + 1]
    if len(around) == 3 and around.isalpha() and around.isupper():  # TeX
        return text
    if before.endswith("↩"):  # one of many ways back from a note
        return marked[2]
    if marked[1] == LOWERED:
        return _in(_DOWN, text, "_") if before and text else marked[2]
    if marked[1] == NOTE and _OF_NOTE.fullmatch(text):
        return f"[{text}]"
    if text in _ORDINAL and _NUMBER.search(before):
        return _ORDINAL[text]
    if text == "o" and _OF_O.search(before):
        return "º"
    if _NOTES.fullmatch(text) and _ENDS_WORD.search(before):
        return f"[{text}]"
    sign = text[:1] in "[(" or not any(c.isalnum() for c in text)  # of a note or a trade mark
    word = text.isalpha() and (len(text) > 1 or _ENDS_WORD.search(before))  # 1er, Dña, XXe
    return marked[2] if sign or word or not before else _in(_UP, text, "^")


def _in(characters: dict[str, str], text: str, sign: str) -> str:
    if (len(text) == 1 or not text.isalpha()) and characters.keys() >= set(text):
        return "".join(map(characters.__getitem__, text))
    return f"{sign}({text})"

"""Quotes crawled text so that a page can show it: short, personal data masked, nothing that a page would obey.

Masked are all kinds, names too where a form or a signature tells them, and inside `masking` what the patterns of
a recipe find.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import accumulate, groupby
from typing import Any

from cleaning.privacy.kinds import KINDS
from cleaning.privacy.placeholders import placeholder

PASSAGE = 360  # code points
VALUE = 300  # code points of a parameter
MARGIN = 400  # looked at around it, so that nothing personal is cut in two and half shown
LOOKED = 40_000  # code points of a text in which a passage is sought
LEAD = 60  # of text before the first thing that is marked

Span = tuple[int, int]
Piece = tuple[str, bool]  # text, and whether it is what the rule saw

# A page is masked more greedily than a corpus: nine digits in a row may be a telephone.
_NUMBER = re.compile(r"\+?\d(?:[ .\-/()]{0,2}\d){8,}|\b\d{8}[- ]?[A-Za-z]\b")
# What the store calls its shards by, which whoever reads must find again.
_FINGERPRINT = re.compile(r"(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{12,64}(?![0-9A-Za-z])")
# Control characters, and those that turn the direction of the text around them, become spaces; what
# can't be seen is removed, so that it hides no address.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_UNSEEN = re.compile(r"[\xad\u200b-\u200d\u2060-\u2065\ufeff]")


# Kinds of personal data that users have patterns for.
_PATTERNS: ContextVar[Mapping[str, str]] = ContextVar("patterns", default={})  # noqa: B039  # never changed


@contextmanager
def masking(patterns: Mapping[str, str]) -> Iterator[None]:
    """Inside the block what these patterns of RE2 find is masked too, by their kinds."""
    token = _PATTERNS.set(patterns)
    try:
        yield
    finally:
        _PATTERNS.reset(token)


def line(text: str, length: int, numbers: bool = True, given: bool = False) -> str:
    """The beginning of a text on one line, masked.

    `numbers` False leaves long numbers without another sign that they are personal, as addresses have them.
    `given`: not crawled, but a command, a path or parameters; the network, which takes half a second to load, is
    asked only where patterns find something.
    """
    start = " ".join(_clean(text[: length + MARGIN]).split())
    return _cut(start, numbers, length, given)


def lines(text: str, length: int) -> str:
    """The beginning of a text with its lines, masked."""
    return _cut(_clean(text[: length + MARGIN]), True, length)


def _cut(text: str, numbers: bool, length: int, given: bool = False) -> str:
    shown = masked(text, numbers, length, given)
    return shown if max(len(text), len(shown)) <= length else shown[:length].rstrip() + "…"


def plain(text: str) -> str:
    """A text with its lines, masked, without characters that a page would obey."""
    return masked(_clean(text), False)


def harmless(value: Any) -> Any:
    """A JSON value that was given, as parameters are, with all strings in it cut and masked."""
    if isinstance(value, Mapping):
        return {masked(str(k), False, given=True): harmless(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [harmless(v) for v in value]
    return line(value, VALUE, numbers=False, given=True) if isinstance(value, str) else value


def masked(text: str, numbers: bool = True, length: int | None = None, given: bool = False) -> str:
    """The text, or its first `length` code points, with placeholders where there is personal data."""
    end = len(text) if length is None else length
    pieces, at = [], 0
    for start, stop, word in _personal(text, numbers, given):
        if start >= end:
            break
        pieces += [text[at:start], word]
        at = stop
    return "".join([*pieces, text[at:end]])


def link(url: str) -> str | None:
    """The address as a link, where it is one of the web and holds no personal data."""
    simple = url.isascii() and url.isprintable() and " " not in url and len(url) <= 2000
    web = url.lower().startswith(("http://", "https://"))
    host = url.partition("://")[2].partition("/")[0]
    return url if simple and web and "@" not in host and _impersonal(url) else None


def _impersonal(url: str) -> bool:
    from urllib.parse import unquote

    return not _personal(unquote(unquote(url)), False) and not _personal(url, False)


def passage(
    text: str, find: Callable[[str], Sequence[Span]] | None = None, length: int = PASSAGE
) -> list[Piece]:
    """The passage of a text that holds most of what `find` finds in it (sorted spans), as pieces.

    Those in a span are marked. Without `find`, or where it finds nothing, the beginning of the text.
    """
    text = _clean(text[:LOOKED]).strip()
    spans = find(text) if find else ()
    start = _start(text, spans, length)
    low, end = max(0, start - MARGIN), min(len(text), start + length)
    around = text[low : end + MARGIN]
    marks = bytearray(len(around))
    for a, b in spans:
        a, b = max(a, start) - low, min(b, end) - low
        if a < b:
            marks[a:b] = b"\1" * (b - a)
    pieces: list[Piece] = []
    at = start - low
    for a, b, word in [*_personal(around, True), (len(around), len(around), "")]:
        stop = min(a, end - low)
        pieces += _pieces(around, marks, at, stop)
        if a >= end - low:
            break
        if b > start - low:
            pieces.append((word, False))
        at = max(at, b)
    pieces = _tidy(pieces)
    whole = "".join(piece for piece, _ in pieces)
    if _personal(whole, True):  # what was apart has come together: better unmarked than shown
        pieces = [(masked(whole), False)]
    before = [("…", False)] if start else []
    after = [("…", False)] if end < len(text) else []
    return [*before, *pieces, *after]


def _pieces(text: str, marks: bytearray, start: int, stop: int) -> list[Piece]:
    return [
        ("".join(text[i] for i in places), bool(mark))
        for mark, places in groupby(range(start, max(start, stop)), marks.__getitem__)
    ]


def _tidy(pieces: list[Piece]) -> list[Piece]:
    spaced = [
        (re.sub(r"[ \t]+", " ", re.sub(r"\s*\n\s*", "\n", piece)), mark) for piece, mark in pieces
    ]
    return [(piece, mark) for piece, mark in spaced if piece]


def _start(text: str, spans: Sequence[Span], length: int) -> int:
    """Where the passage begins: a little before the span from which most marked characters follow."""
    if not spans or len(text) <= length:
        return 0
    starts = [a for a, _ in spans]
    sums = [0, *accumulate(b - a for a, b in spans)]
    room = length - LEAD
    covered = [sums[bisect_left(starts, a + room)] - sums[i] for i, a in enumerate(starts)]
    first = starts[covered.index(max(covered))]
    start = max(0, min(first - LEAD, len(text) - length))
    space = text.find(" ", start, first)
    return space + 1 if 0 < start <= space else start


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", _UNSEEN.sub("", text))


def _personal(text: str, numbers: bool, given: bool = False) -> list[tuple[int, int, str]]:
    """Spans of personal data with their placeholders, disjoint, in order."""
    from cleaning.privacy.privacy import find_personal
    from cleaning.privacy.told import in_short

    patterns = _PATTERNS.get()
    personal = in_short(text, patterns) if given else find_personal(text, KINDS, patterns)
    spans = [(p.start, p.end, placeholder(p.kind)) for p in personal]
    taken = [(a, b) for a, b, _ in spans]
    taken += [found.span() for found in _FINGERPRINT.finditer(text)] if numbers else []
    for number in _NUMBER.finditer(text) if numbers else ():
        if not any(a < number.end() and number.start() < b for a, b in taken):
            spans.append((number.start(), number.end(), "[NUMBER]"))
    return sorted(spans)

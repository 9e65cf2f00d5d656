"""Items with personal data, written otherwise: other numbers, other words before them, and some masked already.

What the network of `network/tagger.py` learns from a lot is then not its numbers, and not only its words.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from cleaning.privacy.patterns.normalised import normalised

Value = tuple[int, int, str]
PARTLY = "partly"  # the kind of a placeholder for a part of an address: it may belong to it or not
_WRITTEN = re.compile(r"<(\w+)=([^>]*)>")
_AS = {"voter": "cedula", "cpf": "cedula", "tip": "record"}
_PLACEHOLDER = "[ADDRESS]"
_ANY_PLACEHOLDER = re.compile(r"\[[a-z]+\]")
_BEFORE = 5  # words and signs before a value that may be written otherwise
HIDDEN = (0.0, 0.2, 0.6)  # shares of the values of an example that are masked
_WHOLE = 10  # characters of an address that is masked whole or not at all
_SIGNS = (": ", " - ", ":", "\t", ". ", " n.º ", " nº ", " #", " es ", " = ", " | ", " ", ", ")


class Example(NamedTuple):
    """A text, and where in it which kinds of personal data stand, in order."""

    text: str
    values: list[Value]


def of_lot(path: Path) -> list[Example]:
    """The items of a lot: one a line, values as `<kind=value>`, a line break and a tab as `\\n` and `\\t`."""
    return [_of_line(line) for line in path.read_text("utf-8").splitlines()]


def _of_line(line: str) -> Example:
    line = line.replace(r"\n", "\n").replace(r"\t", "\t")
    text, values, at = "", [], 0
    for match in _WRITTEN.finditer(line):
        text += line[at : match.start()]
        values.append((len(text), len(text) + len(match[2]), _AS.get(match[1], match[1])))
        text += match[2]
        at = match.end()
    return as_seen(text + line[at:], values)


def as_seen(text: str, values: Sequence[Value]) -> Example:
    """An example as the finders see it."""
    normal, place = normalised(text)
    if place is None:
        return Example(normal, list(values))
    places = [place(at) for at in range(len(normal))]
    moved = [(bisect_left(places, a), bisect_left(places, b), kind) for a, b, kind in values]
    return Example(normal, moved)


def by_kind(examples: Sequence[Example]) -> dict[str, list[str]]:
    """All values of each kind."""
    mentions: dict[str, list[str]] = {}
    for text, values in examples:
        for start, end, kind in values:
            mentions.setdefault(kind, []).append(text[start:end])
    return mentions


def varied(
    example: Example,
    others: Mapping[str, Sequence[str]],
    much: float,
    draw: random.Random,
    hidden: Sequence[float] = HIDDEN,
) -> Example:
    """An example written otherwise; `much` (0 to 1) says how often, `others` are values to put in place of its own.

    `hidden`: which shares of its values may be masked.
    """
    text, values = "", []
    masked = draw.choice(hidden)
    at = 0
    for start, end, kind in (*example.values, (len(example.text), len(example.text), "")):
        text += _before(example.text[at:start], much, draw)
        value = example.text[start:end]
        at = end
        if not kind or kind == "name":
            text += value
            continue
        if draw.random() < 0.3 * much and kind in others:
            value = draw.choice(others[kind])
        if draw.random() < (0.5 if kind == "address" else 0.8) * much:
            value = _other_digits(value, draw)
        pieces = [(value, kind)]
        if draw.random() < masked * (0.8 if kind == "address" else 1):
            pieces = list(_masked(value, kind, draw))
        for piece, of in pieces:
            if of and piece:
                values.append((len(text), len(text) + len(piece), of))
            text += piece
    case = draw.random()
    changed = text.upper() if case < 0.06 * much else text.lower() if case < 0.12 * much else text
    changed = _ANY_PLACEHOLDER.sub(lambda match: match.group().upper(), changed)
    return Example(changed if len(changed) == len(text) else text, values)


def left(example: Example, mentions: Sequence[Value]) -> Example:
    """What is left of an example where finds, disjoint and in order, are masked: of a value also its components."""
    text, values, at = "", [], 0
    for start, end, kind in (*mentions, (len(example.text), len(example.text), "")):
        for low, high, of in example.values:
            low, high = max(low, at), min(high, start)
            if low < high:
                values.append((len(text) + low - at, len(text) + high - at, of))
        text += example.text[at:start]
        mask = f"[{kind.upper()}]" if kind else ""
        part = any(
            low < end and start < high and not start <= low < high <= end
            for low, high, _ in example.values
        )
        if part and kind == "address":
            values.append((len(text), len(text) + len(mask), PARTLY))
        text, at = text + mask, end
    return Example(text, values)


def joined(examples: Sequence[Example], draw: random.Random) -> Example:
    """Examples as one text."""
    text, values = "", []
    for one, theirs in examples:
        text += draw.choice(("\n", "\n\n", " ", ". ")) if text else ""
        values += [(start + len(text), end + len(text), kind) for start, end, kind in theirs]
        text += one
    return Example(text, values)


def _before(text: str, much: float, draw: random.Random) -> str:
    """What stands before a value, its last words and signs written otherwise."""
    if draw.random() < 0.35 * much:
        words = re.split(r"(\W+)", text)
        for at in range(max(0, len(words) - _BEFORE), len(words)):
            if words[at].isalpha() and draw.random() < 0.3:
                words[at] = _worded(words[at], draw)
        text = "".join(words)
    if draw.random() < 0.14 * much:
        text = re.sub(r"(?<=\w)(?: |:\s*)$", draw.choice(_SIGNS), text)
    return text


def _worded(word: str, draw: random.Random) -> str:
    """A word in capitals or none, cut, without a letter, two letters or accents."""
    way, size = draw.random(), len(word)
    if way < 0.5 or size < 4:
        return draw.choice((word.upper(), word.lower(), word.capitalize()))
    if way < 0.65:
        return word[: draw.randint(2, 4)] + draw.choice((".", ""))
    at = draw.randrange(1, size - 1)
    if way < 0.8:
        return word[:at] + word[at + 1 :]
    if way < 0.9:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word.translate(str.maketrans("áéíóúñ", "aeioun"))


def _other_digits(value: str, draw: random.Random) -> str:
    """A value with other digits; the first, which says most, stays more often than not."""
    changed, first = "", True
    for sign in value:
        keep = not sign.isdecimal() or draw.random() < (0.6 if first else 0.1)
        first = first and not sign.isdecimal()
        changed += sign if keep else str(draw.randrange(10))
    return changed


def _masked(value: str, kind: str, draw: random.Random) -> Iterator[tuple[str, str]]:
    """What the patterns leave of a value: a placeholder, and of some addresses the rest on either side."""
    cuts = [match.start() for match in re.finditer(r"(?<=\w)(?=[ ,.;-])", value)]
    if kind != "address" or len(value) < _WHOLE or not cuts or draw.random() < 0.5:
        yield f"[{kind.upper()}]", ""
        return
    start = 0 if draw.random() < 0.75 else draw.choice(cuts)
    end = draw.choice([*(cut for cut in cuts if cut > start), len(value)])
    if start:
        yield value[:start], kind
        yield " ", ""
    yield _PLACEHOLDER, PARTLY
    yield value[end:], kind

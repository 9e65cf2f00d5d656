"""Plays, in which nobody who speaks or is spoken of is a private person."""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections import Counter

from cleaning.privacy.patterns.gates import may_hold
from cleaning.privacy.persons.letters import CAPITALS

_PARTS = (
    r"(?i)\n[ \t#*_>]*(?:(?:acto|acte|jornada|escena|cuadro|quadre|ekitaldi) (?:primer|segund|segon|tercer|cuart|quart|[0-9ivx]{1,4}\b)"
    r"|(?:personajes|personatges|personaxes|pertsonaiak|dramatis person(?:ae|\xe6))[ \t:.*_]*\n)"
)
_SPEECH = re.compile(
    rf"\n[ \t*_>]*((?:[A-Z{CAPITALS}]\.?){{2,}}(?: [A-Z{CAPITALS}0-9]+){{0,3}}|[A-Z{CAPITALS}][^\W\d_]+(?: [^\W\d_]+){{0,2}}(?=[*_]{{0,3}}(?:\.[ *_]?[-–—]|:)))"
    r"(?: ?[*_]?\([^()\n]{1,80}\)[*_]?)?(?:[*_]{0,3}[.:]|\*\*[ \t]*(?=\n))"
)
_FEWEST = 20  # speeches of a play
_OFTEN = 3  # speeches of one of its characters
_SHARE = 10  # of so many lines one begins a speech at least


def is_play(text: str) -> bool:
    """Whether a text names its acts or characters, and its lines begin with who speaks."""
    if not may_hold(text, _PARTS):
        return False
    speeches = Counter(match[1] for match in _SPEECH.finditer(text))
    often = sum(count for count in speeches.values() if count >= _OFTEN)
    return often >= _FEWEST and len(speeches) > 1 and _SHARE * often >= len(text.split("\n\n"))

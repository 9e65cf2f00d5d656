"""Numbers of devices, of network cards (MAC) and mobile terminals (IMEI): somebody's beside what is masked of a person.

Alone they stand in manuals and in descriptions of what is sold.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaning.privacy.gates import may_hold
from cleaning.privacy.numbers.checks import is_valid

_MAC = re.compile(
    r"(?<![\w:.-])[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:-])"
)
_ANY_MAC = r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}"
_IMEI = re.compile(
    r"(?i)\bIMEI\b[^\n0-9]{0,16}(?P<value>[0-9]{2}([ -]?)[0-9]{6}\2[0-9]{6}\2[0-9]|[0-9]{6}[ -][0-9]{2}[ -][0-9]{6}[ -][0-9])(?![\w-])"
)
_PERSON = re.compile(r"\[(?:NAME|DNI|NIE|CEDULA|PASSPORT|RECORD|PHONE|ADDRESS)\]")
_NEAR = 160  # characters on either side


def network_cards(text: str) -> Iterator[tuple[int, int]]:
    """Addresses of hardware near to a placeholder of a person's."""
    for match in _MAC.finditer(text) if may_hold(text, _ANY_MAC) else ():
        if _is_persons(text, *match.span()):
            yield match.span()


def terminals(text: str) -> Iterator[tuple[int, int]]:
    """Numbers behind the word IMEI, with their check digit right, near to a placeholder of a person's."""
    for match in _IMEI.finditer(text) if may_hold(text, "(?i)IMEI") else ():
        if is_valid("imei", match["value"]) and _is_persons(text, *match.span()):
            yield match.span("value")


def _is_persons(text: str, start: int, end: int) -> bool:
    return bool(_PERSON.search(text, max(0, start - _NEAR), end + _NEAR))

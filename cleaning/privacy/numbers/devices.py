"""Numbers of devices: what somebody wears is theirs, by its serial number.

Those of network cards (MAC) and of mobile terminals (IMEI) stand in manuals and in descriptions of what is sold, too:
they are somebody's beside what is masked of a person.
"""

# ruff: noqa: E501 (an alternative of a pattern is a line)

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaning.privacy.numbers.checks import is_valid
from cleaning.privacy.numbers.kinds import NUMERO
from cleaning.privacy.patterns.gates import may_hold

_MAC = re.compile(
    r"(?<![\w:.-])[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:-])"
)
_ANY_MAC = r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}"
_IMEI = re.compile(
    r"(?i)\bIMEI\b[^\n0-9]{0,16}(?P<value>[0-9]{2}([ -]?)[0-9]{6}\2[0-9]{6}\2[0-9]|[0-9]{6}[ -][0-9]{2}[ -][0-9]{6}[ -][0-9])(?![\w-])"
)
_WORN = r"(?i:marcapasos|desfibrilador|pr[oó]tesis|implante|neuroestimulador|bomba de insulina|aud[ií]fono)|\bDAI\b"
_IMPLANT = re.compile(
    rf"\b(?:{_WORN})\b[^\n.;0-9]{{0,40}}?(?i:{NUMERO} de serie|serie|s/n|\bSN)[ :.nº°]{{1,5}}"
    r"(?P<value>[A-Z]{1,5}-?[0-9]{4,10}[A-Z]{0,2}|[0-9]{6,12})(?![\w-])"
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


def implants(text: str) -> Iterator[tuple[int, int]]:
    """Serial numbers of what is worn in a body or on it."""
    for match in _IMPLANT.finditer(text) if may_hold(text, _WORN) else ():
        yield match.span("value")


def _is_persons(text: str, start: int, end: int) -> bool:
    return bool(_PERSON.search(text, max(0, start - _NEAR), end + _NEAR))

"""Dictionaries of structured fields (RFC 9651, 4.2.2): their bare tokens, of which preferences are made."""

from __future__ import annotations

import re

_KEY = r"[a-z*][a-z0-9_.*-]*"
_TOKEN = r"[A-Za-z*][!#$%&'*+.^_`|~:/0-9A-Za-z-]*"
_ITEM = (
    rf"(?:{_TOKEN}|\"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\"\\])*\"|-?[0-9]{{1,12}}\.[0-9]{{1,3}}|-?[0-9]{{1,15}}"
    r"|\?[01]|:[A-Za-z0-9+/=]*:|@-?[0-9]{1,15}|%\"[\x20\x21\x23-\x7e]*\")"
)
_PARAMETERS = rf"(?:;[ ]*{_KEY}(?:={_ITEM})?)*"
_INNER = rf"\([ ]*(?:{_ITEM}{_PARAMETERS}(?:[ ]+{_ITEM}{_PARAMETERS})*[ ]*)?\)"
_MEMBER = re.compile(rf"({_KEY})(?:=({_ITEM}|{_INNER}))?{_PARAMETERS}")
_COMMA = re.compile(r"[ \t]*,[ \t]*")
_BARE = re.compile(_TOKEN)


def tokens(text: str) -> dict[str, str | None]:
    """Key -> its token, None where the value is none, of the last member of that name; ValueError where it
    is no dictionary, as then it says nothing.
    """
    text = text.strip(" ")
    members: dict[str, str | None] = {}
    at = 0
    while at < len(text):
        member = _MEMBER.match(text, at)
        if member is None:
            raise ValueError(f"no member of a dictionary at {text[at : at + 20]!r}")
        value = member[2] or ""
        members[member[1]] = value if _BARE.fullmatch(value) else None
        at = member.end()
        if at < len(text):
            comma = _COMMA.match(text, at)
            if comma is None or comma.end() == len(text):
                raise ValueError(f"no comma at {text[at : at + 20]!r}")
            at = comma.end()
    return members

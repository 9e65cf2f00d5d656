"""What commands, pages, records and logs tell of documents and files, with the personal data in it masked.

An address, a title, the name of a file: they were crawled or given, and say more than their author meant. The store
keeps them as they are, since documents are found by them; what leaves it passes here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cleaning.privacy.kinds import KINDS, Personal
from cleaning.privacy.placeholders import placeholder

# What has no blank is an id, an address or a path, of which an answer may hold a hundred thousand: personal is in it
# what has an @ or as many digits as a telephone.
_NINE = re.compile(r"(?<![\w.-])[6-9]\d\d(?:(?:[ .-]?\d{3}){2}|(?:[ .-]?\d\d){3})(?![\w-])")
_TELLING = re.compile(r"\s|@|%40|(?<![0-9])[0-9](?:[ .-]?[0-9]){7,12}(?![0-9])")


def told(value: Any, patterns: Mapping[str, str] | None = None) -> Any:
    """A JSON value with placeholders for the personal data in all its strings; `patterns` are those of recipes."""
    if isinstance(value, Mapping):
        if value.keys() == {"id", "values"}:  # a notice, whose sentence goes by its id and names
            named = value["values"].items()
            return {**value, "values": {name: told(one, patterns) for name, one in named}}
        return {told(name, patterns): told(one, patterns) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [told(one, patterns) for one in value]
    return _masked(value, patterns or {}) if isinstance(value, str) else value


def _masked(text: str, patterns: Mapping[str, str]) -> str:
    if patterns or _TELLING.search(text):
        for start, end, kind in reversed(in_short(text, patterns)):
            text = text[:start] + placeholder(kind) + text[end:]
    return text


def in_short(text: str, patterns: Mapping[str, str]) -> list[Personal]:
    """All kinds in a short text. The network, which takes half a second to load, is asked only where patterns find
    something; beside which nine digits are a telephone number, as in `ana@horno.test 612 345 678 ficha.jsonl`.
    """
    # A tenth of a second, most have no need of it.
    from cleaning.privacy.privacy import find_personal

    if not find_personal(text, KINDS, patterns, network=False):
        return []
    personal = find_personal(text, KINDS, patterns)
    nine = [Personal(n.start(), n.end(), "phone") for n in _NINE.finditer(text)]
    free = [n for n in nine if all(p.end <= n.start or n.end <= p.start for p in personal)]
    return sorted([*personal, *free])

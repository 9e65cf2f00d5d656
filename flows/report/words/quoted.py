"""What errors and readers say in English, in the words of a page: known by its form, for it is kept as a sentence.

A sentence of a library, or of which there is no word, stays as it was said, between the marks of a quotation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

_PLACE = re.compile(r"\{(\w+)\}")
_REST = "rest"  # the place of a sentence in a sentence


def told(words: Mapping[str, str], kind: str, said: str) -> str:
    """A sentence of a kind, `detail` or `failure`, by the words of a language."""
    for pattern, key in _forms(kind, tuple(key for key in words if key.startswith(f"{kind}."))):
        if found := pattern.fullmatch(said):
            values = found.groupdict()
            if _REST in values:
                values[_REST] = told(words, kind, values[_REST])
            return words[key].format(**values)
    return words["quoted"].format(text=said)


@cache
def _forms(kind: str, keys: tuple[str, ...]) -> list[tuple[re.Pattern[str], str]]:
    """The form of each sentence: those around a sentence first, then the most particular."""

    def place(key: str) -> tuple[bool, int]:
        return f"{{{_REST}}}" not in key, -len(_PLACE.sub("", key))

    return [(_form(key.removeprefix(f"{kind}.")), key) for key in sorted(keys, key=place)]


def _form(sentence: str) -> re.Pattern[str]:
    pieces = _PLACE.split(sentence.replace("{{", "\0").replace("}}", "\1"))
    texts = [re.escape(p.replace("\0", "{").replace("\1", "}")) for p in pieces[::2]]
    places = [f"(?P<{name}>.+?)" for name in pieces[1::2]]
    return re.compile("".join(a + b for a, b in zip(texts, [*places, ""], strict=True)), re.DOTALL)

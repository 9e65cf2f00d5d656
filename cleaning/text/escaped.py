"""Characters that a text holds as HTML's entities, though it is none: `Espa&ntilde;a` in a field of JSON or a table."""

from __future__ import annotations

import html
import re

_ENTITY = re.compile(r"&(?:#[0-9]{2,7}|#[xX][0-9a-fA-F]{2,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(r"</?[A-Za-z!]")


def unescaped(text: str) -> str:
    """The text with its entities as what they are, where one stands beside a letter or a digit.

    A text with tags is HTML all the same, and one in which a letter's entity stands alone explains it: these stay.
    """
    if "&" not in text or _TAG.search(text):
        return text
    beside = False
    for hit in _ENTITY.finditer(text):
        around = text[hit.start() - 1 : hit.start()] + text[hit.end() : hit.end() + 1]
        if any(map(str.isalnum, around)):
            beside = True
        elif not {"&", ";"} & set(around) and html.unescape(hit[0]).isalpha():
            return text
    return _ENTITY.sub(lambda hit: html.unescape(hit[0]), text) if beside else text

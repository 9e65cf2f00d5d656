"""Characters that a text holds as HTML's entities, though it is none: `Espa&ntilde;a` in a field of JSON or a table."""

from __future__ import annotations

import html
import re

_NAMED = r"(?:#[0-9]{2,7}|#[xX][0-9a-fA-F]{2,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_ENTITY = re.compile(f"&{_NAMED}")
_TWICE = re.compile(f"&amp;(?={_NAMED})")
_TAG = re.compile(r"</?[A-Za-z!]")
_TAG_OR_ENTITY = re.compile(f"</?[A-Za-z!][^<>]*>|&{_NAMED}")
# Tags of a text's own letters and blocks; not `List<String>` or `<name>`.
_MARKUP = re.compile(
    r"</(?:a|b|div|em|font|h[1-6]|i|li|ol|p|span|strong|su[bp]|t[dhr]|table|u|ul)>|<br ?/?>", re.I
)


def unescaped(text: str, *, name: bool = False) -> str:
    """The text with its entities as what they are, where one stands beside a letter or a digit; in a `name` or a title
    also where none does (Sal &amp; Pan).

    One in which a letter's entity stands alone explains it and stays. A text with tags may be HTML all the same: what
    would be a tag or an entity in it, or stands within a tag, stays.
    """
    if "&" not in text:
        return text
    text = _once(text)
    beside = name
    for hit in _ENTITY.finditer(text):
        around = text[hit.start() - 1 : hit.start()] + text[hit.end() : hit.end() + 1]
        if any(map(str.isalnum, around)):
            beside = True
        elif not {"&", ";"} & set(around) and html.unescape(hit[0]).isalpha():
            return text
    if not beside:
        return text
    if _TAG.search(text):
        return _TAG_OR_ENTITY.sub(lambda hit: _harmless(hit, text), text)
    return _ENTITY.sub(lambda hit: html.unescape(hit[0]), text)


def has_markup(text: str) -> bool:
    """Whether tags of HTML are set round words of a text."""
    return "<" in text and _MARKUP.search(text) is not None


def _once(text: str) -> str:
    """A text that was escaped twice (m&amp;aacute;s) as if once: one in which a letter of a word is."""
    twice = _TWICE.finditer(text)
    return _TWICE.sub("&", text) if any(_is_of_a_word(text, hit.start()) for hit in twice) else text


def _is_of_a_word(text: str, start: int) -> bool:
    end = text.index(";", start + len("&amp;")) + 1
    around = text[start - 1 : start] + text[end : end + 1]
    letter = html.unescape(html.unescape(text[start:end]))
    return letter.isalpha() and any(map(str.isalnum, around))


def _harmless(hit: re.Match[str], text: str) -> str:
    character = hit[0] if hit[0][0] == "<" else html.unescape(hit[0])
    ends_one = character == "&" and re.match(_NAMED, text[hit.end() : hit.end() + 40])
    return hit[0] if character in {"<", ">"} or ends_one else character

"""What a text must hold before a pattern is asked, told by RE2 over one byte a character: many times as fast.

A gate takes whatever its pattern takes and may take more: looks around are left out, and what a byte doesn't hold may
be any blank or letter. So it says where a pattern can't match, and never that it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

# Bytes for the states of one pattern: with RE2's 8 MiB the longest forgets them, at a third of the speed.
_STATES = 32 << 20
_UNKNOWN = "?"  # stands for every character that windows-1252 lacks
CAPITAL = rf"[A-Z{_UNKNOWN}\x80-\xff]"
_WIDER = {
    r"\b": "",
    r"\s": rf"[\s\v\x1c-\x1f\x85\xa0{_UNKNOWN}]",
    r"\w": rf"[\w\x80-\xff{_UNKNOWN}]",
    r"\Z": r"\z",
    r"\1": "[ ./-]{1,3}",  # the sign between the groups of a number, once more
    r"\2": "[ -]",
}
_ESCAPED = re.compile(r"\\.")
_LOOK = re.compile(r"\(\?<?[!=](?:[^()\\]|\\.)*\)")  # around, with no bracket within
_TOKEN = re.compile(r"\\.|\[(?!\^)(?:[^\]\\]|\\.)*\]|[À-ÖØ-öø-þ]")
_ACCENTED = re.compile("[À-ÖØ-öø-þ]")
_NO_BYTE = re.compile("[\u2600-\U0010ffff]")  # symbols that stand in patterns
# What `re` takes for these letters where capitals are all one.
_ALIKE = (("\u017f", "s"), ("\u212a", "k"), ("\u0131", "i"), ("\u0130", "i"), ("\u212b", "å"))


@lru_cache(maxsize=1)  # the finders ask for the same one in turn
def view(text: str) -> bytes:
    """A byte for each character, so that what stands at a place stands there in the text, too."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        for odd, plain in _ALIKE:
            text = text.replace(odd, plain)
        return text.encode("cp1252", "replace")


@cache
def folded(pattern: str) -> Any:
    """A pattern of RE2's for a `view`, in which accented capitals and small letters stand for each other."""
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = _STATES
    pattern = _NO_BYTE.sub(rf"\\{_UNKNOWN}", _TOKEN.sub(_either_case, pattern))
    return re2.compile(pattern.encode("cp1252"), options)


def _either_case(token: re.Match[str]) -> str:
    text = token.group()
    if text.startswith("\\") or not (letters := _ACCENTED.findall(text)):
        return text
    both = "".join(letter.lower() + letter.upper() for letter in letters)
    return f"[{both}]" if len(text) == 1 else f"{text[:-1]}{both}]"


@cache
def gate(pattern: str) -> Any:
    """The gate of a pattern of `re` whose classes hold no `\\s` and no `\\w`."""
    return folded(_ESCAPED.sub(lambda m: _WIDER.get(m.group(), m.group()), _LOOK.sub("", pattern)))


def may_hold(text: str, pattern: str) -> bool:
    """Whether a pattern may match anywhere in a text."""
    return gate(pattern).search(view(text)) is not None


def begins(text: str, pattern: str) -> Iterator[int]:
    """The places in a text at which a pattern may begin."""
    yield from (match.start() for match in gate(pattern).finditer(view(text)))


def matches(text: str, pattern: re.Pattern[str], beginning: str) -> Iterator[re.Match[str]]:
    """What `finditer` gives, of a pattern that is asked only where its beginning may stand."""
    seen, search = view(text), gate(beginning).search
    at = 0
    while begun := search(seen, at):
        at = begun.start() + 1
        if match := pattern.match(text, at - 1):
            at = match.end()
            yield match


def may_lie(text: str, pattern: str, start: int, end: int) -> bool:
    """Whether a pattern may match in the text from `start` up to `end`, where its `\\Z` is."""
    return gate(pattern).search(view(text)[max(0, start) : end]) is not None

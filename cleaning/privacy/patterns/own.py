"""Patterns of a user's own, by kind, in RE2's syntax, which takes linear time whatever it says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from cleaning.privacy.kinds import KINDS, Spans


def check_patterns(patterns: Mapping[str, str]) -> None:
    """Raises ValueError for a kind that is ours already or no word, and for a pattern that RE2 doesn't take."""
    for kind, pattern in patterns.items():
        if kind in KINDS or not kind.isidentifier():
            raise ValueError(
                f"{kind!r} can't name a pattern: choose a single word that is not a built-in kind"
            )
        compiled(pattern)


@cache
def compiled(pattern: str) -> Any:
    """A pattern of RE2. Raises ValueError for one that it does not know or that may match nothing at all."""
    import re2

    options = re2.Options()
    options.log_errors = False  # what is wrong is told once, here
    try:
        regex = re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        reason = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
        raise ValueError(f"{pattern!r} is no pattern of RE2: {reason}") from error
    if regex.search("") is not None:
        raise ValueError(f"{pattern!r} matches an empty text")
    return regex


def matches(pattern: str, text: str) -> Spans:
    """Where a pattern is in a text, but for matches of nothing."""
    yield from (m.span() for m in compiled(pattern).finditer(text) if m.end() > m.start())

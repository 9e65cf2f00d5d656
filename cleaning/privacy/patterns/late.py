"""Patterns that are compiled at their first use.

Python's `re` takes a tenth of a second for those of addresses and of numbers behind a word. A process that masks
nothing but the few lines of a report, as every run does, meets none of what they look for.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Late:
    """Stands for a compiled pattern, whose methods become its own once one is asked for."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # as copies and pickles ask before there is a pattern
            raise AttributeError(name)
        compiled = re.compile(self.pattern)
        for method in ("search", "match", "finditer"):  # found without this detour from now on
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def late(pattern: str) -> re.Pattern[str]:
    """The pattern as `re.compile` gives it, but for its type; what is wrong with it is told at its first use."""
    return cast("re.Pattern[str]", _Late(pattern))

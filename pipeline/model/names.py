"""The name that a recipe gives to files of the outside: it stands in the names of files, and as their part."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

LONGEST = 100  # bytes: a number and a suffix come after it, and names of files have 255
_TAKEN = ("log", "removed")  # parts of what a stage writes beside them


def _source(name: str) -> str:
    if not name.replace("-", "").replace("_", "").isalnum():
        raise ValueError(f"the source name {name!r} must be letters, digits, - and _")
    if name in _TAKEN:
        raise ValueError(f"a source can't be called {name}: that word has a meaning of its own")
    if len(name.encode()) > LONGEST:
        raise ValueError(f"the source name {name[:20]!r}... must have at most {LONGEST} bytes")
    return name


SourceName = Annotated[str, AfterValidator(_source)]

"""Whether the examples of a classifier have the label `good`, where it is meant."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from cleaning.classifier.stage import BAD, GOOD


def without_good(
    params: Any, read: Mapping[str, Sequence[Any]], patterns: Mapping[str, Sequence[str]]
) -> tuple[str, str] | None:
    """The input and what is wrong where no group of examples, each a label, is called `good`: of importance, or where
    one is called nearly so beside `bad`. `read` has the names of the groups.
    """
    names = [name for name in read.get("examples", ()) if isinstance(name, str)]
    if params.label is not None or not names or GOOD in names:
        return None
    close = difflib.get_close_matches(GOOD, names, n=1)
    if params.kind == "importance" or (BAD in names and close):
        hint = f": did you mean it by {close[0]!r}?" if close else f"; there are {', '.join(names)}"
        return "examples", f"no group of `examples` is called {GOOD!r}{hint}"
    return None

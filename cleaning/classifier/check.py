"""Whether the examples of a classifier are enough, and have the label `good`, where it is meant."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cleaning.classifier.stage import BAD, GOOD, Classifier


def check_files(params: Classifier.Params, role: str, group: str, paths: Sequence[str]) -> None:
    """Raises TahonaError where a group of examples, which is a label, has too few. No more are read than needed,
    none that lie elsewhere.
    """
    from cleaning.classifier.examples import FEWEST, enough, examples_of

    if params.label is not None or any("://" in path for path in paths):
        return
    texts = set[str]()
    for path in map(Path, paths):
        for example in examples_of(path, group, path.name, params, Counter()):
            texts.add(example.text)
            if len(texts) >= FEWEST:
                return
    enough(group, len(texts))


def wrong_labels(
    params: Any, read: Mapping[str, Sequence[Any]], patterns: Mapping[str, Sequence[str]]
) -> tuple[str, str] | None:
    """The input and what is wrong where there is one group of examples, each a label, alone; or none is called `good`:
    of importance, or where one is called nearly so beside `bad`. `read` has the names of the groups.
    """
    names = [name for name in read.get("examples", ()) if isinstance(name, str)]
    if params.label is not None or not names:
        return None
    if len(names) == 1:
        return "examples", f"a classifier needs two labels at least; there is only {names[0]!r}"
    if GOOD in names:
        return None
    close = difflib.get_close_matches(GOOD, names, n=1)
    if params.kind == "importance" or (BAD in names and close):
        hint = f": did you mean it by {close[0]!r}?" if close else f"; there are {', '.join(names)}"
        return "examples", f"no group of `examples` is called {GOOD!r}{hint}"
    return None

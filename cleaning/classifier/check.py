"""Whether the examples of a classifier are enough, and have the label `good`, where it is meant."""

from __future__ import annotations

import difflib
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cleaning.classifier.stage import BAD, GOOD, Classifier
from pipeline.errors import TahonaError
from pipeline.model.dataset import File
from pipeline.model.notice import NAMED

log = logging.getLogger(__name__)


def check_files(params: Classifier.Params, role: str, group: str, paths: Sequence[str]) -> None:
    """Raises TahonaError where a group of examples, which is a label, has too few. No more are read than needed,
    none that lie elsewhere.
    """
    from cleaning.classifier.examples import FEWEST, enough, examples_of

    if params.label is not None or any("://" in path for path in paths):
        return
    texts = set[str]()
    for path in map(Path, paths):
        for example in examples_of(path, group, path.name, params, {}):
            texts.add(example.text)
            if len(texts) >= FEWEST:
                return
    enough(group, len(texts))


def check_labels(params: Classifier.Params, files: Mapping[str, Sequence[File]]) -> None:
    """Raises TahonaError where the labels in the examples themselves are not two, or one of them has too few; warns of
    records without. None that lie elsewhere are read.
    """
    from cleaning.classifier.examples import Unread, distinct, enough, examples_of

    examples = files["examples"]
    if params.label is None or any("://" in file.path for file in examples):
        return
    unread: Unread = {}
    labelled = distinct(
        example
        for file in examples
        for example in examples_of(Path(file.path), file.part, file.name, params, unread)
    )
    for name, records in unread.items():
        number, why = records[0]
        others = f" (and {len(records) - 1:,} more of it are left out)" if len(records) > 1 else ""
        log.warning("warning: record %d of %s is no example: %s%s", number, name, why, others)
    counts = Counter(example.label for example in labelled)
    for example in labelled:
        place = f" (the first: record {example.number} of {example.file})"
        enough(example.label, counts[example.label], place)
    if len(counts) < 2:
        raise TahonaError(f"a classifier needs two labels at least; there is {sorted(counts)}")
    if params.kind == "importance" and GOOD not in counts:
        some = ", ".join(sorted(counts)[:NAMED])
        raise TahonaError(f"importance is that of the label {GOOD!r}, which no example has: {some}")


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

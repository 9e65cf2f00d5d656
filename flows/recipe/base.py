"""A recipe that takes another as its base, and changes keys of it.

Mappings are merged key by key; anything else replaces what the base has. A key without a value, where the
base has a mapping, leaves it as it is. What `without` lists, as `stages.deduplicate`, is taken out of the
base; its name is its own. Patterns of files start at the folder of the recipe that wrote them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flows.recipe.document import Document, Location, parse
from flows.recipe.graph import GROUPS, STAGE
from flows.stages import STAGES
from pipeline.errors import UsageError

BASE, WITHOUT = "base", "without"

Open = Callable[[str, str], tuple[str, str, Path]]  # (name, beside) -> its file, text and folder


def merged(document: Document, folder: Path, opened: Open, above: tuple[str, ...] = ()) -> Document:
    """A recipe with its bases below it; `above` are the files of those that it is a base of.

    Raises UsageError, with file, line and key, for a base that can't be read or leads back to itself.
    """
    without = document.data.pop(WITHOUT, None)
    if BASE not in document.data:
        if without is not None:
            raise UsageError(f"{document.where((WITHOUT,))}: there is no `base` to take it out of")
        return document
    name = document.data.pop(BASE)
    where = document.where((BASE,))
    if not isinstance(name, str) or not name:
        raise UsageError(f"{where}: must be the name or the path of a recipe")
    try:
        file, text, base_folder = opened(name, document.file)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from error
    above = (*above, document.file)
    if file in above:
        circle = " takes ".join([*above[above.index(file) :], file])
        raise UsageError(f"{where}: goes in a circle: {circle}")
    base = merged(parse(file, text), base_folder, opened, above)
    base.data.pop("name", None)
    base.forget(("name",))
    if base_folder != folder:
        _moved(base.data, base_folder)
    for key in _listed(document, without):
        _take_out(document, base, key)
    return _over(base, document)


def _moved(data: dict[str, Any], folder: Path) -> None:
    """Makes relative patterns of files, and paths that parameters name, start where they were written."""
    for group in GROUPS:
        named = data.get(group)
        for entry in named.values() if isinstance(named, dict) else ():
            files = entry.get("files") if isinstance(entry, dict) else None
            if isinstance(files, list):
                entry["files"] = [_beside(f, folder) if isinstance(f, str) else f for f in files]
    stages = data.get("stages")
    for name, params in stages.items() if isinstance(stages, dict) else ():
        kind = str(params.get(STAGE, name)) if isinstance(params, dict) else ""
        for key in STAGES[kind].paths if kind in STAGES else ():
            if isinstance(path := params.get(key), str):
                params[key] = _beside(path, folder)


def _beside(pattern: str, folder: Path) -> str:
    elsewhere = not pattern or "://" in pattern or pattern.startswith("~")
    return pattern if elsewhere else str(folder / pattern)


def _listed(document: Document, without: Any) -> list[str]:
    if without is None:
        return []
    if not isinstance(without, list) or not all(isinstance(key, str) for key in without):
        raise UsageError(
            f"{document.where((WITHOUT,))}: must be a list of keys, as stages.deduplicate"
        )
    return without


def _take_out(document: Document, base: Document, key: str) -> None:
    at = tuple(key.split("."))
    mapping: Any = base.data
    for step in at[:-1]:
        mapping = mapping.get(step) if isinstance(mapping, dict) else None
    if not isinstance(mapping, dict) or at[-1] not in mapping:
        raise UsageError(f"{document.where((WITHOUT,))}: the base has no {key}")
    del mapping[at[-1]]
    base.forget(at)


def _over(base: Document, document: Document) -> Document:
    """The base, changed by the keys of a recipe; each key keeps the file and line that it is from."""

    def lay(below: dict[str, Any], above: dict[str, Any], at: Location) -> None:
        for key, value in above.items():
            here = (*at, key)
            old = below.get(key)
            if isinstance(old, dict) and isinstance(value, dict):
                base.take(document, here, whole=False)
                lay(old, value, here)
            elif not (isinstance(old, dict) and value is None):
                base.forget(here)
                base.take(document, here)
                below[key] = value

    lay(base.data, document.data, ())
    base.file = document.file
    base.take(document, (), whole=False)
    return base

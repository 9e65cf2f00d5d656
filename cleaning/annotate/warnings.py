"""What is told of the lists of `annotate` at its end: those that are empty, and lines that match nothing."""

from __future__ import annotations

from cleaning.annotate.stage import LISTS
from pipeline.model.dataset import File, Manifest
from pipeline.model.notice import Notice, notice
from pipeline.store.store import Store


def warnings(store: Store, signals: Manifest, name: str) -> list[Notice]:
    """A notice for each file of a list that has no line, or some that are none of what a line may be."""
    lists = [m for r in signals.inputs.get(LISTS, []) if (m := store.manifest(r))]
    return [one for m in lists for file in m.files() for one in _warnings_of(store, file)]


def _warnings_of(store: Store, file: File) -> list[Notice]:
    from cleaning.signals.pages.lists import unread

    lines, strange = unread(store.fetch(file))
    if not lines:
        return [notice("lists.empty", file=file.path)]
    if not strange:
        return []
    return [notice("lists.strange", n=len(strange), of=lines, file=file.path, line=strange[0])]

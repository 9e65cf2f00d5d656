"""What is told of the lists of `annotate` at its end: those that are empty, and lines that match nothing."""

from __future__ import annotations

from cleaning.annotate.stage import LISTS
from pipeline.model.dataset import File, Manifest
from pipeline.store.store import Store


def warnings(store: Store, signals: Manifest, name: str) -> list[str]:
    """A sentence for each file of a list that has no line, or some that are none of what a line may be."""
    lists = [m for r in signals.inputs.get(LISTS, []) if (m := store.manifest(r))]
    return [line for m in lists for file in m.files() for line in _warnings_of(store, file)]


def _warnings_of(store: Store, file: File) -> list[str]:
    from cleaning.signals.lists import unread

    lines, strange = unread(store.fetch(file))
    if not lines:
        return [f"the list {file.path} is empty"]
    if not strange:
        return []
    return [
        f"{len(strange):,} of the first {lines:,} lines of the list {file.path} match nothing, as {strange[0]!r}: "
        "a line is a host, an address without a question mark, or at most eight words"
    ]

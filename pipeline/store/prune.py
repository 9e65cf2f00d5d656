"""Frees what no dataset of a store names, and old copies of files elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.model.dataset import Manifest, Reference
from pipeline.store.backend import owner_of
from pipeline.store.copies import UNUSED, copies_here
from pipeline.store.remote import RemoteBackend
from pipeline.store.store import SCRATCH, Store
from pipeline.store.verify import KEY, REPAIRED, alone, awaited, shard_keys


@dataclass
class Pruned:
    """What is freed, or would be: datasets with the bytes of what they alone name, shards, bytes in all.

    Of the shards `unnamed` are those that no dataset names, by stage their number and bytes: slices, and what failed
    or stopped runs had computed. `unfinished` are the bytes of what a stopped step had saved, by stage, and under the
    empty name those of what processes that have ended left behind. `awaited` are the whole shards of datasets that a
    repair removed and no run has made again, by dataset: they are kept where every dataset is. `copies` are the bytes
    of files elsewhere that this machine keeps and no run has used for a week, or that are beyond the bound.
    """

    freed: dict[str, int] = field(default_factory=dict)
    shards: int = 0
    bytes: int = 0
    unnamed: dict[str, tuple[int, int]] = field(default_factory=dict)
    unfinished: dict[str, int] = field(default_factory=dict)
    awaited: dict[str, list[str]] = field(default_factory=dict)
    copies: int = 0

    @property
    def datasets(self) -> int:
        return len(self.freed)

    def to_json(self) -> dict[str, Any]:
        return {
            "datasets": self.datasets,
            "shards": self.shards,
            "bytes": self.bytes,
            "freed": list(self.freed),
        }


def prune(
    store: Store,
    keep: set[str] | None = None,
    agree: Callable[[Pruned], bool] = lambda pruned: True,
) -> Pruned:
    """Deletes shards that no kept dataset names, all unfinished work (a stopped training's too), and old copies.

    `keep` holds the names (`stage/fingerprint`) of the datasets to keep, with all that they were made
    from; None keeps every dataset. Nothing is deleted unless `agree` does to what would go. A TahonaError while a run
    uses the store, or where a manifest is damaged.
    """
    with alone(store, "prune"):
        manifests = {str(r): m for r in store.references() if (m := store.manifest(r))}
        kept = set(manifests) if keep is None else _closure(manifests, keep)
        pruned = Pruned(awaited={} if keep is not None else awaited(store, manifests))
        goes = [*_unneeded(store, manifests, kept, pruned), *_headless(store, manifests, pruned)]
        entries = list(_left_over(store, pruned))
        copies = copies_here()
        unneeded = dict(copies.unneeded(UNUSED))
        pruned.copies = sum(unneeded.values())
        pruned.bytes += pruned.copies
        if not agree(pruned):
            return pruned
        for path in goes:
            store.backend.remove(path)
        if store.read_json(REPAIRED) and not pruned.awaited:
            store.backend.remove(REPAIRED)
        for entry in entries:
            entry.unlink() if entry.is_file() else shutil.rmtree(entry)
        for copy in unneeded:
            copies.discard(copy)
        if isinstance(store.backend, RemoteBackend):
            for path, size in store.backend.files("locks/store.shared"):
                if not size:  # of a run that has ended: its lease is not needed again
                    store.backend.remove(path)
        return pruned


def _closure(manifests: dict[str, Manifest], keep: set[str]) -> set[str]:
    kept: set[str] = set()
    waiting = [name for name in keep if name in manifests]
    while waiting:
        name = waiting.pop()
        if name not in kept and name in manifests:
            kept.add(name)
            inputs: list[Reference] = [
                r for references in manifests[name].inputs.values() for r in references
            ]
            waiting.extend(str(r) for r in inputs)
    return kept


def _unneeded(
    store: Store, manifests: dict[str, Manifest], kept: set[str], pruned: Pruned
) -> Iterator[str]:
    """The folders of the datasets that are not kept, and of all shards that no kept one names; they are counted."""
    needed = {folder for name in kept for folder in manifests[name].shard_folders()}
    needed |= {folder for folders in pruned.awaited.values() for folder in folders}
    owners: dict[str, str] = {}
    for name in sorted(set(manifests) - kept):
        folder = f"datasets/{name}"
        pruned.freed[name] = _size(store, folder)
        pruned.bytes += pruned.freed[name]
        owners |= dict.fromkeys(manifests[name].shard_folders() - needed - owners.keys(), name)
        yield folder
    for stage in store.backend.folders("shards"):
        for key in shard_keys(store, stage):
            if (folder := f"shards/{stage}/{key}") not in needed:
                size = _size(store, folder)
                pruned.shards += 1
                pruned.bytes += size
                if owner := owners.get(folder):
                    pruned.freed[owner] += size
                else:
                    count, total = pruned.unnamed.get(stage, (0, 0))
                    pruned.unnamed[stage] = count + 1, total + size
                yield folder


def _headless(store: Store, manifests: dict[str, Manifest], pruned: Pruned) -> Iterator[str]:
    """The folders of partitions whose manifest was never written; they are counted."""
    for reference in store.references():
        if KEY.fullmatch(reference.fingerprint) and str(reference) not in manifests:
            pruned.bytes += _size(store, f"datasets/{reference}")
            yield f"datasets/{reference}"


def _size(store: Store, path: str) -> int:
    return sum(size for _, size in store.backend.files(path))


def _left_over(store: Store, pruned: Pruned) -> Iterator[Path]:
    """What is in a workspace and its own: unfinished work, and what processes left; it is counted."""
    workspace, done = store.backend.workspace, cache(lambda *shard: _is_done(store, *shard))
    for entry in workspace.iterdir() if workspace.is_dir() else ():
        if entry.name != SCRATCH and owner_of(entry.name) is None:
            continue  # somebody else's
        for file in [entry] if entry.is_file() else entry.rglob("*"):
            if file.is_file():
                inside = file.relative_to(workspace).parts
                unfinished = entry.name == SCRATCH and len(inside) > 3 and not done(*inside[1:3])
                stage = inside[1] if unfinished else ""
                size = file.stat().st_size
                pruned.unfinished[stage] = pruned.unfinished.get(stage, 0) + size
                pruned.bytes += size
        yield entry


def _is_done(store: Store, stage: str, key: str) -> bool:
    """Whether a shard is there, so that what its process left of the work on it is of no use."""
    return bool(store.records(stage, [key]))

"""Looks after a store: finds damaged files, and frees what no dataset names."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.dataset import Manifest, Reference
from pipeline.errors import TahonaError
from pipeline.lock import hold
from pipeline.store import SHARD_RECORD, Store, file_digest


@dataclass
class Verification:
    """Files and bytes read, and the paths of those that are missing, altered or unreadable."""

    files: int = 0
    bytes: int = 0
    damaged: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {"files": self.files, "bytes": self.bytes, "damaged": self.damaged}


def verify(store: Store, seen: Callable[[int], None] = lambda n: None) -> Verification:
    """Reads every committed file again and compares it with its digest; `seen` hears the bytes read."""
    found = Verification()
    expected: dict[str, tuple[int, str]] = {}
    for reference in store.references():
        path = f"datasets/{reference}/manifest.json"
        found.files += 1
        found.bytes += store.backend.size(path) or 0
        try:
            manifest = store.manifest(reference)
        except TahonaError:
            manifest = None
        if manifest is None:
            found.damaged.append(path)
            continue
        inside = [f for f in manifest.files() if f.shard is not None]
        expected |= {f.path: (f.bytes, f.sha256) for f in inside}
    for stage in store.backend.folders("shards"):
        for key in store.backend.folders(f"shards/{stage}"):
            path = f"shards/{stage}/{key}/{SHARD_RECORD}"
            try:
                record = json.loads(store.backend.read(path))
                files = {f["path"]: (f["bytes"], f["sha256"]) for f in record["files"]}
            except (OSError, ValueError, KeyError, TypeError):
                found.damaged.append(path)
                continue
            for name, claim in files.items():
                # A manifest is the older promise: a record that says otherwise is the damaged one.
                if expected.setdefault(name, claim) != claim:
                    found.damaged.append(path)
    for path, (size, sha256) in sorted(expected.items()):
        found.files += 1
        found.bytes += size
        if store.backend.size(path) != size or file_digest(store.backend.fetch(path)) != sha256:
            found.damaged.append(path)
        seen(size)
    found.damaged = sorted(set(found.damaged))
    return found


def repair(store: Store, damaged: list[str]) -> None:
    """Removes the damaged shards and manifests, so that the next run makes them again."""
    for path in damaged:
        store.backend.remove(path.rpartition("/")[0])


@dataclass
class Pruned:
    """What was freed (or, in a trial, would be)."""

    datasets: int = 0
    shards: int = 0
    bytes: int = 0

    def to_json(self) -> dict[str, Any]:
        return {"datasets": self.datasets, "shards": self.shards, "bytes": self.bytes}


def prune(store: Store, keep: set[str] | None = None, trial: bool = False) -> Pruned:
    """Deletes shards that no kept dataset names, and what dead runs left half-done.

    `keep` holds the names (`stage/fingerprint`) of the datasets to keep, with all that they were made
    from; None keeps every dataset. A TahonaError while a run uses the store.
    """
    with hold(store, "store", wait=False) as held:
        if not held:
            raise TahonaError(f"a run is using the store {store.url}: prune when it has ended")
        manifests = {str(r): m for r in store.references() if (m := store.manifest(r))}
        kept = set(manifests) if keep is None else _closure(manifests, keep)
        pruned = Pruned()
        for name in sorted(set(manifests) - kept):
            pruned.datasets += 1
            _remove(store, f"datasets/{name}", pruned, trial)
        named = {
            f"{m.stage}/{key}"
            for name in kept
            for m in [manifests[name]]
            for key in [s.key for s in m.shards] + [k for keys in m.steps.values() for k in keys]
        }
        for stage in store.backend.folders("shards"):
            for key in store.backend.folders(f"shards/{stage}"):
                if f"{stage}/{key}" not in named:
                    pruned.shards += 1
                    _remove(store, f"shards/{stage}/{key}", pruned, trial)
        _remove_workspace(store.backend.workspace, pruned, trial)
        return pruned


def _closure(manifests: dict[str, Manifest], keep: set[str]) -> set[str]:
    kept: set[str] = set()
    waiting = [name for name in keep if name in manifests]
    while waiting:
        name = waiting.pop()
        if name not in kept and name in manifests:
            kept.add(name)
            inputs: list[Reference] = [r for held in manifests[name].inputs.values() for r in held]
            waiting.extend(str(r) for r in inputs)
    return kept


def _remove(store: Store, path: str, pruned: Pruned, trial: bool) -> None:
    pruned.bytes += sum(size for _, size in store.backend.files(path))
    if not trial:
        store.backend.remove(path)


def _remove_workspace(workspace: Path, pruned: Pruned, trial: bool) -> None:
    import shutil

    if not workspace.is_dir():
        return
    for entry in workspace.iterdir():
        files = [entry] if entry.is_file() else [f for f in entry.rglob("*") if f.is_file()]
        pruned.bytes += sum(f.stat().st_size for f in files)
        if not trial:
            entry.unlink() if entry.is_file() else shutil.rmtree(entry)

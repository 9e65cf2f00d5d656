"""Looks after a store: finds damaged files, and frees what no dataset names."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest, Reference, Shard
from pipeline.store.backend import SHARD_RECORD, owner_of
from pipeline.store.copies import UNUSED, copies_here
from pipeline.store.erasures import versions
from pipeline.store.lock import hold
from pipeline.store.remote import RemoteBackend
from pipeline.store.seal import unsealed
from pipeline.store.store import MANIFEST, SCRATCH, Store

REPAIRED = "repaired.json"  # what a repair left whole of the datasets that it removed


@dataclass
class Verification:
    """Files and bytes read, and the paths of those that are missing, altered or unreadable.

    Of the damaged, `missing` are not there, and `unnoticed` have their size: a run would have read them. `erased` are
    whole, but for text that was erased from them.
    """

    files: int = 0
    bytes: int = 0
    damaged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unnoticed: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "files": self.files,
            "bytes": self.bytes,
            "damaged": self.damaged,
            "missing": self.missing,
            "erased": self.erased,
        }


def verify(store: Store, seen: Callable[[int], None] = lambda n: None) -> Verification:
    """Reads every committed file again and compares it with its digest; `seen` receives the bytes read.

    Manifests and shard records are checked by their seals. A shard that a dataset names and that is
    gone altogether counts as a damaged record.
    """
    verification = Verification()
    expected: dict[str, tuple[int, str]] = {}  # bytes and digest by path
    records = set(_records(store))
    for reference in store.references():
        if not _KEY.fullmatch(reference.fingerprint):
            continue  # somebody else's
        path = f"datasets/{reference}/{MANIFEST}"
        if _unfinished(store, path):
            continue
        try:
            manifest = store.opened(reference, _read(store, path, verification, seen))
        except _UNREADABLE:
            verification.damaged.append(path)
            continue
        for partition in manifest.summary.partitions if manifest.summary else ():
            expected[f"datasets/{reference}/{partition.name}"] = partition.bytes, partition.sha256
        with suppress(TahonaError):  # a damaged partition, which is named for itself
            expected |= {f.path: (f.bytes, f.sha256) for f in manifest.stored()}
            records |= {f"{folder}/{SHARD_RECORD}" for folder in manifest.shard_folders()}
    for path in sorted(records):
        try:
            shard = Shard.model_validate(unsealed(_read(store, path, verification, seen)))
        except _UNREADABLE:
            verification.damaged.append(path)
            continue
        for file in shard.files:
            expected.setdefault(file.path, (file.bytes, file.sha256))
    files = sorted(expected.items())
    sizes = store.backend.sizes([path for path, _ in files])
    anew = versions(store.backend)
    for (path, (wanted, sha256)), size in zip(files, sizes, strict=True):
        verification.files += 1
        verification.bytes += wanted
        since = [v for v in anew.get(path, ())[1:] if v.bytes == size]
        if any(_sound(store, path, *version) for version in since):
            verification.erased.append(path)
        elif size != wanted or not _sound(store, path, wanted, sha256):
            verification.damaged.append(path)
            if size == wanted:
                verification.unnoticed.append(path)
        seen(wanted)
    verification.damaged.sort()
    there = store.backend.sizes(verification.damaged)
    verification.missing = [
        path for path, size in zip(verification.damaged, there, strict=True) if size is None
    ]
    return verification


def _unfinished(store: Store, manifest: str) -> bool:
    """Whether a manifest is not there because its partitions, which an object store takes first, are all there is."""
    return isinstance(store.backend, RemoteBackend) and store.backend.sizes([manifest]) == [None]


def _records(store: Store) -> list[str]:
    """The records of all shards. On an object store a shard's files come before its record: one that
    was left without is unfinished, not damaged; in a folder it would have come whole.
    """
    paths = [
        f"shards/{stage}/{key}/{SHARD_RECORD}"
        for stage in store.backend.folders("shards")
        for key in _keys(store, stage)
    ]
    if not isinstance(store.backend, RemoteBackend):
        return paths
    sizes = store.backend.sizes(paths)
    return [path for path, size in zip(paths, sizes, strict=True) if size is not None]


def _keys(store: Store, stage: str) -> list[str]:
    """The shards of a stage, whole or not; files of others beside them have no such names."""
    return [name for name in store.backend.folders(f"shards/{stage}") if _KEY.fullmatch(name)]


_KEY = re.compile("[0-9a-f]{32}")
_UNREADABLE = (ValueError, LookupError, TypeError)


def _read(
    store: Store, path: str, verification: Verification, seen: Callable[[int], None]
) -> bytes:
    """A manifest or record, counted; nothing, which no seal fits, where it can't be read."""
    try:
        data = store.backend.read(path)
    except PermissionError as error:
        raise _unreadable(path, error) from error
    except OSError:
        data = b""
    verification.files += 1
    verification.bytes += len(data)
    seen(len(data))
    return data


def _sound(store: Store, path: str, size: int, sha256: str) -> bool:
    try:
        return store.backend.digest(path, size) == sha256
    except PermissionError as error:
        raise _unreadable(path, error) from error
    except OSError:
        return False  # the disk itself can't read it


def _unreadable(path: str, error: PermissionError) -> TahonaError:
    return TahonaError(f"{path} can't be read ({error.strerror}): verify as who owns the store")


@dataclass
class Repaired:
    """The folders that were removed, and the damaged paths that were left: those of editions.

    `shards`: of each dataset that went, how many of its shards did, and how many it had.
    """

    removed: list[str]
    left: list[str]
    shards: dict[str, tuple[int, int]] = field(default_factory=dict)


def incomplete(store: Store, damaged: Iterable[str]) -> list[Reference]:
    """The datasets that own some of these paths or name their shards; not those whose manifest can't be read."""
    folders = {path.rpartition("/")[0] for path in damaged}
    return [
        manifest.reference
        for reference in store.references()
        if folders and (manifest := _readable(store, reference))
        if not folders.isdisjoint({f"datasets/{reference}", *manifest.shard_folders()})
    ]


ReadersOf = Callable[[Manifest, Collection[str]], set[str]]


def _all_of_it(manifest: Manifest, paths: Collection[str]) -> set[str]:
    """What may have read a file, where nobody knows better."""
    return manifest.shard_folders()


def repair(store: Store, verification: Verification, readers: ReadersOf = _all_of_it) -> Repaired:
    """Removes the damaged shards and manifests, so that the next run makes them again.

    So it does with the shards that were made straight from a damaged file which kept its size, for they may hold what
    was read there: `readers` knows them, of a dataset and such paths. What was made of those is reused if they come
    out the same. The manifest of a
    dataset that misses a shard, or now does, goes as well: it can't be used, and no run may ever make it again, as
    that of a sample or of a recipe since changed. Its whole shards stay, are kept by a plain `prune`, and are taken
    over if one does. A repair
    leaves what an edition (a crawl) holds, which can't be made again, only restored from a copy. A
    TahonaError while a run uses the store.
    """
    with _alone(store, "repair"):
        manifests = [m for r in store.references() if (m := _readable(store, r))]
        folders = {path: path.rpartition("/")[0] for path in verification.damaged}
        unnoticed = {folders[path] for path in verification.unnoticed}
        doubtful = _readers(manifests, unnoticed) if unnoticed else []
        removed = set(folders.values())
        for manifest in doubtful:
            removed |= readers(manifest, set(verification.unnoticed))
        for manifest in manifests:
            if manifest.edition:
                removed -= {f"datasets/{manifest.reference}", *manifest.shard_folders()}
        for manifest in manifests:
            if not (manifest.edition or removed.isdisjoint(manifest.shard_folders())):
                removed.add(f"datasets/{manifest.reference}")
        left = [path for path, folder in folders.items() if folder not in removed]
        removed = {folder for folder in removed if any(store.backend.files(folder))}
        gone = [m for m in manifests if f"datasets/{m.reference}" in removed]
        whole = {str(m.reference): sorted(m.shard_folders() - removed) for m in gone}
        every = {str(m.reference): len(m.shard_folders()) for m in gone}
        if whole:
            store.write_json(
                REPAIRED, {**_awaited(store, [str(m.reference) for m in manifests]), **whole}
            )
        # A manifest goes before what it names: a repair that is killed leaves no dataset that misses something.
        for folder in sorted(removed):
            store.backend.remove(folder)
        shards = {name: (every[name] - len(stay), every[name]) for name, stay in whole.items()}
        return Repaired(sorted(removed), left, shards)


def _awaited(store: Store, committed: Collection[str]) -> dict[str, list[str]]:
    """The whole shards of datasets that a repair removed and that are not committed again, by dataset."""
    left: dict[str, list[str]] = store.read_json(REPAIRED) or {}
    return {name: folders for name, folders in left.items() if folders and name not in committed}


def _readers(manifests: list[Manifest], shards: set[str]) -> list[Manifest]:
    """The datasets of which a step may have read files of these shards: one of its stage, or one below."""
    holding = [m for m in manifests if not shards.isdisjoint(m.shard_folders())]
    sources = {str(m.reference) for m in holding}
    below = [
        m
        for m in manifests
        if any(str(r) in sources for references in m.inputs.values() for r in references)
    ]
    return [m for m in holding if len(m.steps) > 1] + below


def _readable(store: Store, reference: Reference) -> Manifest | None:
    try:
        if manifest := store.manifest(reference):
            manifest.shard_folders()  # of very many shards, in partitions of their own
        return manifest
    except TahonaError:
        return None


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
    with _alone(store, "prune"):
        manifests = {str(r): m for r in store.references() if (m := store.manifest(r))}
        kept = set(manifests) if keep is None else _closure(manifests, keep)
        pruned = Pruned(awaited={} if keep is not None else _awaited(store, manifests))
        goes = [*_unneeded(store, manifests, kept, pruned), *_headless(store, manifests, pruned)]
        entries = list(_left_over(store.backend.workspace, pruned))
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


@contextmanager
def _alone(store: Store, doing: str) -> Iterator[None]:
    with hold(store, "store", wait=False) as acquired:
        if not acquired:
            raise TahonaError(f"a run is using the store {store.url}: {doing} when it has ended")
        yield


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
        for key in _keys(store, stage):
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
        if _KEY.fullmatch(reference.fingerprint) and str(reference) not in manifests:
            pruned.bytes += _size(store, f"datasets/{reference}")
            yield f"datasets/{reference}"


def _size(store: Store, path: str) -> int:
    return sum(size for _, size in store.backend.files(path))


def _left_over(workspace: Path, pruned: Pruned) -> Iterator[Path]:
    """What is in a workspace and its own: unfinished work, and what processes left; it is counted."""
    for entry in workspace.iterdir() if workspace.is_dir() else ():
        if entry.name != SCRATCH and owner_of(entry.name) is None:
            continue  # somebody else's
        for file in [entry] if entry.is_file() else entry.rglob("*"):
            if file.is_file():
                inside = file.relative_to(workspace).parts
                stage = inside[1] if entry.name == SCRATCH and len(inside) > 2 else ""
                size = file.stat().st_size
                pruned.unfinished[stage] = pruned.unfinished.get(stage, 0) + size
                pruned.bytes += size
        yield entry

"""Finds damaged files of a store, and removes them and what may come of them, so that a run makes them again."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest, Reference, Shard
from pipeline.store.backend import SHARD_RECORD
from pipeline.store.erasures import versions
from pipeline.store.lock import hold
from pipeline.store.remote import RemoteBackend
from pipeline.store.seal import unsealed
from pipeline.store.store import MANIFEST, Store

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
        if not KEY.fullmatch(reference.fingerprint):
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
        for key in shard_keys(store, stage)
    ]
    if not isinstance(store.backend, RemoteBackend):
        return paths
    sizes = store.backend.sizes(paths)
    return [path for path, size in zip(paths, sizes, strict=True) if size is not None]


def shard_keys(store: Store, stage: str) -> list[str]:
    """The shards of a stage, whole or not; files of others beside them have no such names."""
    return [name for name in store.backend.folders(f"shards/{stage}") if KEY.fullmatch(name)]


KEY = re.compile("[0-9a-f]{32}")
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
    with alone(store, "repair"):
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
                REPAIRED, {**awaited(store, [str(m.reference) for m in manifests]), **whole}
            )
        # A manifest goes before what it names: a repair that is killed leaves no dataset that misses something.
        for folder in sorted(removed):
            store.backend.remove(folder)
        shards = {name: (every[name] - len(stay), every[name]) for name, stay in whole.items()}
        return Repaired(sorted(removed), left, shards)


def awaited(store: Store, committed: Collection[str]) -> dict[str, list[str]]:
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


@contextmanager
def alone(store: Store, doing: str) -> Iterator[None]:
    """Inside the block no run uses the store; a TahonaError that says so where one does."""
    with hold(store, "store", wait=False) as acquired:
        if not acquired:
            raise TahonaError(f"a run is using the store {store.url}: {doing} when it has ended")
        yield

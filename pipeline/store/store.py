"""The store: shards, datasets, runs and lineage under one URL, each committed whole and under its seal."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import TahonaError, UsageError
from pipeline.model import partitions
from pipeline.model.dataset import File, Manifest, Partition, Reference, Shard
from pipeline.model.partitions import Partitioned
from pipeline.store import mark
from pipeline.store.backend import (
    SHARD_RECORD,
    Backend,
    LocalBackend,
    alive,
    machine,
    owned_name,
    owner_of,
)
from pipeline.store.backend import file_digest as file_digest
from pipeline.store.copies import cache_folder
from pipeline.store.erasures import Version, versions
from pipeline.store.lookup import LOOKUP, hashes_of, sealed_hashes
from pipeline.store.remote import RemoteBackend, State
from pipeline.store.remote_errors import INPUT
from pipeline.store.seal import sealed, unsealed

MANIFEST = "manifest.json"
SCRATCH = "scratch"  # in the workspace, for unfinished work that outlives its process


class Store:
    """Shards, datasets, runs, lineage and reports under one URL (a folder, or any fsspec URL)."""

    def __init__(self, url: str | Path) -> None:
        text = str(url)
        scheme, separator, rest = text.partition("://")
        self.backend: Backend
        if not separator or scheme == "file":
            self.backend = LocalBackend(Path(rest if separator else text))
        else:
            self.backend = RemoteBackend(text)
        self.url = self.backend.url
        self._versions: dict[str, list[Version]] | None = None

    def path(self, relative: str) -> Path | None:
        """The path of a file on this machine, or None on an object store."""
        return Path(self.url, relative) if isinstance(self.backend, LocalBackend) else None

    def shard(self, stage: str, key: str) -> Shard | None:
        """A committed shard all of whose files are there with their sizes, or None."""
        return self.shards(stage, [key]).get(key)

    def shards(self, stage: str, keys: Sequence[str], among: int = 0) -> dict[str, Shard]:
        """By key, those shards of a stage that `shard` would find; `among` how many of them these are, if known."""
        shards = self.records(stage, keys, among)
        files = [file for shard in shards.values() for file in shard.files]
        lost = {file.shard for file in self._missing(files, among)}
        return {key: shard for key, shard in shards.items() if key not in lost}

    def records(self, stage: str, keys: Sequence[str], among: int = 0) -> dict[str, Shard]:
        """By key, the shards of a stage as their records tell of them, whatever has become of their files."""
        records = [f"shards/{stage}/{key}/{SHARD_RECORD}" for key in keys]
        sizes = zip(records, self.backend.sizes(records, among), strict=True)
        there = [path for path, size in sizes if size is not None]
        shards = [shard for data in self.backend.read_all(there) if (shard := _shard(data))]
        return {shard.key: shard for shard in shards}

    def commit(self, shard: Shard, folder: Path) -> Shard:
        """Moves the files of a shard in and gives what is then committed: this, or one that was there."""
        (folder / SHARD_RECORD).write_bytes(sealed(shard.to_json()))
        target = f"shards/{shard.stage}/{shard.key}"
        digests = {file.name: file.sha256 for file in shard.files}
        if tables := [folder / name for name in digests if name.endswith(".parquet")]:
            (folder / LOOKUP).write_bytes(sealed_hashes(hashes_of(tables)))
            digests[LOOKUP] = file_digest(folder / LOOKUP)
        while not self.backend.publish(folder, target, digests, SHARD_RECORD):
            committed = self.shard(shard.stage, shard.key)
            if committed is None:
                self.backend.remove(target)  # what is there is damaged or incomplete
            elif committed.files == shard.files:
                return committed  # another run was faster
            else:
                raise TahonaError(
                    f"{target} was computed twice and came out different: report this"
                )
        return shard

    def lost(self, manifest: Manifest) -> str | None:
        """The path of the first thing that a dataset names and that is not there, or None."""
        records = [f"{folder}/{SHARD_RECORD}" for folder in sorted(manifest.shard_folders())]
        inside = list(manifest.stored())
        sizes = self.backend.sizes([*(f.path for f in inside), *records])
        wanted = [*((f.path, f.bytes) for f in inside), *((path, None) for path in records)]
        for (path, expected), size in zip(wanted, sizes, strict=True):
            if size is None or (expected not in {None, size} and not self.erased(path, size)):
                return path
        return None

    def missing(self, files: list[File]) -> str | None:
        """The path of the first file that is not there with its size, or None."""
        lost = self._missing(files)
        return lost[0].path if lost else None

    def _missing(self, files: list[File], among: int = 0) -> list[File]:
        sizes = self.backend.sizes([f.path for f in files], among)
        return [
            f
            for f, size in zip(files, sizes, strict=True)
            if size != f.bytes and not (size is not None and self.erased(f.path, size))
        ]

    def erased(self, path: str, size: int) -> bool:
        """Whether text was erased from a file, which has that size since then."""
        return size in {version.bytes for version in self._written_anew().get(path, ())[1:]}

    def _written_anew(self) -> dict[str, list[Version]]:
        """What was erased, looked up once: nothing is erased while a run holds the store.

        Copies on this machine of what those files were go, too.
        """
        if self._versions is None:
            self._versions = versions(self.backend)
            last = {was[-1].sha256 for was in self._versions.values()}
            every = {version.sha256 for was in self._versions.values() for version in was}
            self.backend.forget(every - last)
        return self._versions

    def look_again(self) -> None:
        """Reads the erasures again, since something was erased just now."""
        self._versions = None

    def manifest(self, reference: Reference) -> Manifest | None:
        """A committed dataset, or None; a TahonaError where its manifest can't be read."""
        path = f"datasets/{reference}/{MANIFEST}"
        try:
            return self.opened(reference, self.backend.read(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (ValueError, LookupError, TypeError) as error:
            raise TahonaError(
                f"{path} is damaged: run `tahona verify --repair` and run again"
            ) from error

    def opened(self, reference: Reference, data: bytes) -> Manifest:
        """The dataset of that name from the bytes of its manifest; its partitions are read when they are used.

        A ValueError, LookupError or TypeError where these are no manifest.
        """
        folder = f"datasets/{reference}"

        def path(partition: Partition) -> Path:
            file = self.backend.fetch(f"{folder}/{partition.name}", partition.sha256)
            if file is None:
                raise ValueError(f"{folder}/{partition.name} is not what was written")
            return file

        return Manifest.from_json(unsealed(data), lambda partitions: Partitioned(partitions, path))

    def create_manifest(self, manifest: Manifest) -> bool:
        """Commits a dataset; False where it was there already."""
        target = f"datasets/{manifest.reference}"
        if len(manifest.shards) <= partitions.SIZE:
            return self.backend.create(f"{target}/{MANIFEST}", sealed(manifest.to_json()))
        folder = self.work_folder()
        try:
            summary = partitions.write(manifest.shards, folder)
            head = manifest.model_copy(update={"summary": summary})
            (folder / MANIFEST).write_bytes(sealed(head.to_json()))
            digests = {p.name: p.sha256 for p in summary.partitions}
            return self.backend.publish(folder, target, digests, MANIFEST)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def replace_manifest(self, manifest: Manifest) -> None:
        """Replaces the manifest of a dataset of few shards, after a file was lost whose bits can't be made again."""
        target = f"datasets/{manifest.reference}/{MANIFEST}"
        self.backend.write(target, sealed(manifest.to_json()))

    def references(self, stage: str | None = None) -> list[Reference]:
        """The names of all datasets, or of those of one stage."""
        stages = [stage] if stage else self.backend.folders("datasets")
        return [
            Reference(stage=s, fingerprint=f)
            for s in stages
            for f in self.backend.folders(f"datasets/{s}")
        ]

    def exists(self) -> bool:
        """Whether anything was ever run on it; a UsageError where another version made it."""
        return mark.known(self.backend)

    def fetch(self, file: File, folder: Path | None = None) -> Path:
        """A file of a dataset on this machine; a file outside the store is fetched from its own place.

        A copy that was fetched may be cleared away some minutes later, unless it is kept in `folder`.
        """
        if file.shard is not None:
            remote = isinstance(self.backend, RemoteBackend)
            was = self._written_anew().get(file.path) if remote else None  # a copy may be older
            local = self.backend.fetch(file.path, was[-1].sha256 if was else file.sha256, folder)
        elif "://" in file.path:
            above, _, name = file.path.rpartition("/")
            place = RemoteBackend(above, INPUT)
            if file.tag is None:
                local = place.fetch(name, file.sha256, folder)
            else:
                local = place.fetch_as(name, State(file.bytes, file.tag), file.identity, folder)
        else:
            local = Path(file.path)
        if local is None:
            raise altered(file)
        return local

    def read_json(self, path: str) -> Any | None:
        """A JSON file of the store, or None where there is none."""
        try:
            return json.loads(self.backend.read(path))
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write_json(self, path: str, value: Any, lasting: bool = True) -> None:
        """Writes a JSON file that may change (a run's record), whole; `lasting`: it must outlive a power cut."""
        data = json.dumps(value, indent=1, ensure_ascii=False).encode()
        self.backend.write(path, data, lasting)

    def work_folder(self) -> Path:
        """A new folder for a shard that is being computed, named by who computes it."""
        folder = self.backend.workspace / owned_name()
        folder.mkdir(parents=True)
        return folder

    def scratch(self, stage: str, key: str) -> Path:
        """The folder for unfinished work of one shard; it outlives the process."""
        return self.backend.workspace / SCRATCH / stage / key

    def clean(self) -> None:
        """Removes what dead processes of this machine left half-written, here or of files elsewhere."""
        elsewhere = (cache_folder() / "work").glob("*/*")
        for folder in [*self.backend.workspace.glob("*"), *elsewhere]:
            if _abandoned(folder.name):
                shutil.rmtree(folder, ignore_errors=True)
        for name in self.backend.folders("tmp"):  # on an object store: orders to a cluster
            if _abandoned(name):
                self.backend.remove(f"tmp/{name}")

    def check_writable(self) -> None:
        """One clear error, before any work, where nothing can be written or the location holds something else."""
        try:
            if not mark.known(self.backend) and self._foreign(set(self.backend.names(""))):
                raise UsageError(
                    f"{self.url} holds other files and is no store: "
                    "give an empty or a new place with --store"
                )
            self.backend.workspace.mkdir(parents=True, exist_ok=True)
            mark.write(self.backend)
        except (FileExistsError, NotADirectoryError) as error:
            raise mark.in_the_way(self.url) from error
        except OSError as error:
            raise storage_error(self.url, error) from error

    def _foreign(self, names: set[str]) -> bool:
        """Whether the location holds other files, and no dataset shows that it is a store that lost its mark."""
        names = {n for n in names if not n.startswith(".")} - {"lost+found"}
        if names <= {"tmp", "locks", "observed.json"}:  # no more than a kill leaves before the mark
            return any(owner_of(name) is None for name in self.backend.names("tmp"))
        manifests = [f"datasets/{reference}/{MANIFEST}" for reference in self.references()]
        return all(size is None for size in self.backend.sizes(manifests))


def _shard(record: bytes | None) -> Shard | None:
    """None for what is damaged, or was removed just now: such a shard is computed again."""
    try:
        return Shard.model_validate(unsealed(record)) if record is not None else None
    except ValueError:
        return None


def altered(file: File) -> TahonaError:
    """The clear sentence for a file whose bytes are not those that were committed or observed."""
    remedy = "run `tahona verify --repair`, then run again" if file.shard else "run again"
    return TahonaError(f"the input {file.path} was altered since it was read first: {remedy}")


def _abandoned(name: str) -> bool:
    """Whether a name in a workspace belongs to a dead process of this machine."""
    owner = owner_of(name)
    return owner is not None and owner[0] == machine() and not alive(owner[1])


def storage_error(url: str, error: OSError) -> TahonaError:
    """The clear sentence for an error of the disk or the object store."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return TahonaError(f"the disk of {url} is full: free some space and run again")
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        place = str(error.filename or url)
        inside = "://" not in url and Path(place).is_relative_to(url)  # what nobody named
        return TahonaError(
            f"{f'the store {url}' if inside else place} can't be written ({os.strerror(error.errno)}): "
            "choose another store with --store or change its permissions"
        )
    if error.errno == errno.EFBIG:
        return TahonaError(f"a file in {url} would be larger than this system allows")
    is_missing = "://" not in url and not os.path.isdir(url)
    if error.errno in {errno.ENOENT, errno.ENOTDIR} and is_missing:
        return TahonaError(
            f"the store {url} can't be made there ({os.strerror(error.errno)}): choose another with --store"
        )
    return TahonaError(f"the store {url} failed: {error}")

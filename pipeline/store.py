"""Where everything lies: a folder or an object store, written so that a file appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import socket
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from pipeline.dataset import File, Manifest, Reference, Shard
from pipeline.errors import TahonaError, UsageError

SHARD_RECORD = "shard.json"


class Backend(Protocol):
    """The few things that a place must be able to do; paths are relative, with `/`."""

    url: str
    workspace: Path  # a folder on this machine for what is not yet committed

    def size(self, path: str) -> int | None: ...
    def read(self, path: str) -> bytes: ...
    def create(self, path: str, data: bytes) -> bool: ...
    def write(self, path: str, data: bytes) -> None: ...
    def publish(self, folder: Path, path: str) -> None: ...
    def fetch(self, path: str) -> Path: ...
    def files(self, prefix: str) -> Iterator[tuple[str, int]]: ...
    def folders(self, prefix: str) -> list[str]: ...
    def remove(self, path: str) -> None: ...


class LocalBackend:
    """A folder. Files are written aside, synced, and renamed; names are taken by link, so once only."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.url = str(self.root)
        self.workspace = self.root / "tmp"

    def size(self, path: str) -> int | None:
        try:
            return (self.root / path).stat().st_size
        except (FileNotFoundError, NotADirectoryError):
            return None

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def create(self, path: str, data: bytes) -> bool:
        aside = self._aside(data)
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(aside, target)
        except FileExistsError:
            return False
        finally:
            aside.unlink()
        _sync_folder(target.parent)
        return True

    def write(self, path: str, data: bytes) -> None:
        aside = self._aside(data)
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(aside, target)

    def publish(self, folder: Path, path: str) -> None:
        for file in folder.iterdir():
            with file.open("rb") as handle:
                os.fsync(handle.fileno())
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.rename(folder, target)
        except OSError as error:
            if error.errno not in {errno.EEXIST, errno.ENOTEMPTY}:
                raise
            shutil.rmtree(folder)  # somebody else computed the same shard meanwhile
        _sync_folder(target.parent)

    def fetch(self, path: str) -> Path:
        return self.root / path

    def files(self, prefix: str) -> Iterator[tuple[str, int]]:
        top = self.root / prefix
        for folder, _, names in os.walk(top):
            for name in sorted(names):
                file = Path(folder, name)
                yield file.relative_to(self.root).as_posix(), file.stat().st_size

    def folders(self, prefix: str) -> list[str]:
        top = self.root / prefix
        return sorted(p.name for p in top.iterdir() if p.is_dir()) if top.is_dir() else []

    def remove(self, path: str) -> None:
        target = self.root / path
        if target.is_dir():
            # Out of sight first, so that a half-deleted shard is never seen as one.
            self.workspace.mkdir(parents=True, exist_ok=True)
            aside = self.workspace / f"removed-{uuid.uuid4().hex}"
            with contextlib.suppress(FileNotFoundError):
                os.rename(target, aside)
                shutil.rmtree(aside)
        else:
            target.unlink(missing_ok=True)

    def _aside(self, data: bytes) -> Path:
        self.workspace.mkdir(parents=True, exist_ok=True)
        aside = self.workspace / f"file-{uuid.uuid4().hex}"
        with aside.open("xb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        return aside


class RemoteBackend:
    """An object store through fsspec. Nothing is renamed: a shard is there once its record is."""

    def __init__(self, url: str) -> None:
        import fsspec

        self.url = url.rstrip("/")
        self.fs, self.root = fsspec.core.url_to_fs(self.url)
        name = hashlib.sha256(self.url.encode()).hexdigest()[:16]
        self.workspace = Path(tempfile.gettempdir()) / f"tahona-{os.getuid()}-{name}"

    def _full(self, path: str) -> str:
        return f"{self.root}/{path}"

    def size(self, path: str) -> int | None:
        try:
            return int(self.fs.info(self._full(path))["size"])
        except FileNotFoundError:
            return None

    def read(self, path: str) -> bytes:
        return bytes(self.fs.cat_file(self._full(path)))

    def create(self, path: str, data: bytes) -> bool:
        try:
            with self.fs.open(self._full(path), "xb") as handle:
                handle.write(data)
        except FileExistsError:
            return False
        return True

    def write(self, path: str, data: bytes) -> None:
        self.fs.pipe_file(self._full(path), data)

    def publish(self, folder: Path, path: str) -> None:
        for file in sorted(folder.iterdir(), key=lambda f: (f.name == SHARD_RECORD, f.name)):
            self.fs.put_file(str(file), self._full(f"{path}/{file.name}"))
        shutil.rmtree(folder)

    def fetch(self, path: str) -> Path:
        target = self.workspace / "fetched" / path
        if not target.exists() or target.stat().st_size != self.size(path):
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = target.with_name(f"{target.name}.{uuid.uuid4().hex}")
            self.fs.get_file(self._full(path), str(aside))
            os.replace(aside, target)
        return target

    def files(self, prefix: str) -> Iterator[tuple[str, int]]:
        self.fs.invalidate_cache()
        for full, info in sorted(self.fs.find(self._full(prefix), detail=True).items()):
            yield full[len(self.root) + 1 :], int(info["size"])

    def folders(self, prefix: str) -> list[str]:
        self.fs.invalidate_cache()
        try:
            found = self.fs.ls(self._full(prefix), detail=True)
        except FileNotFoundError:
            return []
        return sorted(i["name"].rstrip("/").rsplit("/", 1)[-1] for i in found)

    def remove(self, path: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self.fs.rm(self._full(path), recursive=True)


class Store:
    """Shards, datasets, runs, lineage and reports under one URL (a folder, or any fsspec URL)."""

    def __init__(self, url: str | Path) -> None:
        text = str(url)
        scheme, separator, rest = text.partition("://")
        self.backend: Backend
        if not separator or scheme == "file":
            self.backend = LocalBackend(Path(rest if separator else text))
        else:
            try:
                self.backend = RemoteBackend(text)
            except (ImportError, ValueError) as error:
                raise UsageError(f"the store {text} can't be opened: {error}") from error
        self.url = self.backend.url

    def path(self, relative: str) -> Path | None:
        """The path of a file on this machine, or None on an object store."""
        return Path(self.url, relative) if isinstance(self.backend, LocalBackend) else None

    def shard(self, stage: str, key: str) -> Shard | None:
        """A committed shard all of whose files are there with their sizes, or None."""
        folder = f"shards/{stage}/{key}"
        try:
            shard = Shard.model_validate(json.loads(self.backend.read(f"{folder}/{SHARD_RECORD}")))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except ValueError:
            return None  # a damaged record: the shard is computed again
        return shard if self.missing(shard.files) is None else None

    def missing(self, files: list[File]) -> str | None:
        """The path of the first file that is not there with its size, or None."""
        for file in files:
            if self.backend.size(file.path) != file.bytes:
                return file.path
        return None

    def manifest(self, reference: Reference) -> Manifest | None:
        """A committed dataset, or None; a TahonaError where its manifest can't be read."""
        path = f"datasets/{reference.stage}/{reference.fingerprint}/manifest.json"
        try:
            return Manifest.from_json(json.loads(self.backend.read(path)))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (ValueError, KeyError) as error:
            raise TahonaError(
                f"{path} is damaged: run `tahona verify --repair` and run again"
            ) from error

    def create_manifest(self, manifest: Manifest) -> bool:
        """Commits a dataset; False where it was there already."""
        data = json.dumps(manifest.to_json(), indent=1, ensure_ascii=False).encode()
        path = f"datasets/{manifest.stage}/{manifest.fingerprint}/manifest.json"
        return self.backend.create(path, data)

    def references(self, stage: str | None = None) -> list[Reference]:
        """The names of all datasets, or of those of one stage."""
        stages = [stage] if stage else self.backend.folders("datasets")
        return [
            Reference(stage=s, fingerprint=f)
            for s in stages
            for f in self.backend.folders(f"datasets/{s}")
        ]

    def fetch(self, file: File) -> Path:
        """A file of a dataset on this machine; a file outside the store is fetched from its own place."""
        if file.shard is not None:
            return self.backend.fetch(file.path)
        if "://" not in file.path:
            return Path(file.path)
        folder, _, name = file.path.rpartition("/")
        return RemoteBackend(folder).fetch(name)

    def read_json(self, path: str) -> Any | None:
        """A JSON file of the store, or None where there is none."""
        try:
            return json.loads(self.backend.read(path))
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write_json(self, path: str, value: Any) -> None:
        """Writes a JSON file that may change (a run's record), whole."""
        self.backend.write(path, json.dumps(value, indent=1, ensure_ascii=False).encode())

    def work_folder(self) -> Path:
        """A new folder for a shard that is being computed, named by who computes it."""
        name = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex}"
        folder = self.backend.workspace / name
        folder.mkdir(parents=True)
        return folder

    def scratch(self, stage: str, key: str) -> Path:
        """The folder for unfinished work of one shard; it outlives the process."""
        return self.backend.workspace / "scratch" / stage / key

    def clean(self) -> None:
        """Removes what dead processes of this machine left half-written."""
        mine = socket.gethostname()
        if not self.backend.workspace.is_dir():
            return
        for folder in self.backend.workspace.iterdir():
            host, _, rest = folder.name.rpartition("-")[0].rpartition("-")
            if host == mine and rest.isdigit() and not Path("/proc", rest).exists():
                shutil.rmtree(folder, ignore_errors=True)

    def check_writable(self) -> None:
        """One clear error, before any work, where nothing can be written."""
        try:
            self.backend.workspace.mkdir(parents=True, exist_ok=True)
            self.backend.write("tahona.json", b'{"format": 1}\n')
        except OSError as error:
            raise storage_error(self.url, error) from error


def storage_error(url: str, error: OSError) -> TahonaError:
    """The clear sentence for an error of the disk or the object store."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return TahonaError(f"the disk of {url} is full: free some space and run again")
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return TahonaError(
            f"{error.filename or url} can't be written ({os.strerror(error.errno)}): "
            "choose another store with --store or change its permissions"
        )
    if error.errno == errno.EFBIG:
        return TahonaError(f"a file in {url} would be larger than this system allows")
    return TahonaError(f"the store {url} failed: {error}")


def file_digest(path: Path) -> str:
    """Hex sha256 of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

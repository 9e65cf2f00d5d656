"""The places a store can lie in: a folder, or an object store; a file appears there whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import functools
import hashlib
import os
import shutil
import socket
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

SHARD_RECORD = "shard.json"


class Backend(Protocol):
    """The few things that a place must be able to do; paths are relative, with `/`.

    `create` and `publish` (which moves the folder of a shard in) are false where the name was
    taken; `fetch` gives a file's path on this machine; `digest` always reads the place itself.
    """

    url: str
    workspace: Path  # a folder on this machine for what is not yet committed

    def size(self, path: str) -> int | None: ...
    def read(self, path: str) -> bytes: ...
    def create(self, path: str, data: bytes) -> bool: ...
    def write(self, path: str, data: bytes) -> None: ...
    def publish(self, folder: Path, path: str) -> bool: ...
    def fetch(self, path: str) -> Path: ...
    def digest(self, path: str) -> str: ...
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
        target = self.root / path
        with self._aside(data, target.name) as file:
            # The first file of a folder comes with it, so that a kill never leaves an empty one.
            if self._take_name(file.parent, target.parent):
                return True
            try:
                os.link(file, target)
            except FileExistsError:
                return False
        _sync(target.parent)
        return True

    def write(self, path: str, data: bytes) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._aside(data, target.name) as file:
            os.replace(file, target)

    def publish(self, folder: Path, path: str) -> bool:
        for file in folder.iterdir():
            _sync(file)
        _sync(folder)
        return self._take_name(folder, self.root / path)

    def _take_name(self, folder: Path, target: Path) -> bool:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.rename(folder, target)
        except OSError as error:
            if error.errno not in {errno.EEXIST, errno.ENOTEMPTY}:
                raise
            return False
        _sync(target.parent)
        return True

    def fetch(self, path: str) -> Path:
        return self.root / path

    def digest(self, path: str) -> str:
        return file_digest(self.root / path)

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
            aside = self.workspace / owned_name()
            with contextlib.suppress(FileNotFoundError):
                os.rename(target, aside)
                shutil.rmtree(aside)
        else:
            target.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _aside(self, data: bytes, name: str) -> Iterator[Path]:
        """A synced file of that name in a folder of its own, removed afterwards if it is still there."""
        folder = self.workspace / owned_name()
        folder.mkdir(parents=True)
        try:
            with (folder / name).open("xb") as handle:
                handle.write(data)
                handle.flush()
                os.fsync(handle.fileno())
            yield folder / name
        finally:
            shutil.rmtree(folder, ignore_errors=True)


class RemoteBackend:
    """An object store through fsspec. Nothing is renamed: a shard is there once its record is."""

    def __init__(self, url: str) -> None:
        import fsspec

        self.url = url.rstrip("/")
        # Listings are never remembered: other machines write here too.
        self.fs, self.root = fsspec.core.url_to_fs(self.url, use_listings_cache=False)
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
            self.fs.pipe_file(self._full(path), data, mode="create")
        except FileExistsError:
            return False
        return True

    def write(self, path: str, data: bytes) -> None:
        self.fs.pipe_file(self._full(path), data)

    def publish(self, folder: Path, path: str) -> bool:
        # A shard that is there is written over: it holds the same bytes, or is damaged.
        for file in sorted(folder.iterdir(), key=lambda f: (f.name == SHARD_RECORD, f.name)):
            self.fs.put_file(str(file), self._full(f"{path}/{file.name}"))
        return True

    def fetch(self, path: str) -> Path:
        # A copy is good for one state of the file (its size, date, tag): a new state, a new copy.
        state = str(self.fs.ukey(self._full(path)))[:16]
        target = self.workspace / "fetched" / state / path
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = target.with_name(f"{target.name}.{uuid.uuid4().hex}")
            self.fs.get_file(self._full(path), str(aside))
            os.replace(aside, target)
        return target

    def digest(self, path: str) -> str:
        with self.fs.open(self._full(path), "rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()

    def files(self, prefix: str) -> Iterator[tuple[str, int]]:
        for full, info in sorted(self.fs.find(self._full(prefix), detail=True).items()):
            yield full[len(self.root) + 1 :], int(info["size"])

    def folders(self, prefix: str) -> list[str]:
        try:
            found = self.fs.ls(self._full(prefix), detail=True)
        except FileNotFoundError:
            return []
        names = [i["name"].rstrip("/") for i in found if i["type"] == "directory"]
        return sorted(name.rsplit("/", 1)[-1] for name in names)

    def remove(self, path: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self.fs.rm(self._full(path), recursive=True)


def file_digest(path: Path) -> str:
    """Hex sha256 of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def owned_name() -> str:
    """A new name in a workspace that says which process it belongs to, so that a dead one's can go."""
    return f"{machine()}-{os.getpid()}-{uuid.uuid4().hex}"


@functools.cache
def machine() -> str:
    """Where a process number means something: a host, and the PID namespace of a container on it."""
    try:
        space = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        space = "0"
    return f"{socket.gethostname()}.{space}"


def alive(process: int) -> bool:
    """Whether a process of this machine runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""The operations that a store needs of its location, and the local one: a folder, where files appear whole."""

from __future__ import annotations

import contextlib
import errno
import functools
import hashlib
import os
import re
import shutil
import socket
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

SHARD_RECORD = "shard.json"


class Backend(Protocol):
    """The operations of a location; paths are relative, with `/`.

    What is not there is a FileNotFoundError, where nothing else is said.
    """

    url: str
    workspace: Path  # a folder on this machine for what is not yet committed

    def sizes(self, paths: Sequence[str], among: int = 0) -> list[int | None]:
        """The bytes of each file, None where there is none; `among` how many shards those are, at least."""

    def read(self, path: str) -> bytes:
        """The content of a file."""

    def read_all(self, paths: Sequence[str]) -> Iterator[bytes | None]:
        """The content of each file, None where there is none."""

    def create(self, path: str, data: bytes) -> bool:
        """Writes a new file; false where the name was taken."""

    def write(self, path: str, data: bytes, lasting: bool = True) -> None:
        """Writes a file, new or not, whole; `lasting`: it must outlive a power cut."""

    def publish(self, folder: Path, path: str, digests: Mapping[str, str], record: str) -> bool:
        """Moves a folder of this machine in; false where the name was taken. `digests` are the sha256 of its files, but
        for the one named `record`, with which the folder is there.
        """

    def fetch(self, path: str, sha256: str, folder: Path | None = None) -> Path | None:
        """Where a file is on this machine; None where its bytes are not those of `sha256`. A place elsewhere keeps its
        copy in `folder` too, if one is given, so that it stays as long as that does.
        """

    def forget(self, digests: Iterable[str]) -> None:
        """Removes the copies of such content from this machine."""

    def digest(self, path: str, size: int) -> str:
        """The sha256 of the `size` bytes of a file, read in the place itself."""

    def files(self, prefix: str) -> Iterator[tuple[str, int]]:
        """The files below a folder, or the file itself, with their bytes; none where nothing is."""

    def folders(self, prefix: str) -> list[str]:
        """The names of the folders in a folder, sorted; none where it is not there."""

    def names(self, prefix: str) -> list[str]:
        """The names of all that is in a folder, sorted; none where it is not there."""

    def remove(self, path: str) -> None:
        """Removes a file or a folder with all in it, where it is there."""


class LocalBackend:
    """A folder. Files are written aside, synced, and renamed; names are taken by link, so once only."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.url = str(self.root)
        self.workspace = self.root / "tmp"

    def sizes(self, paths: Sequence[str], among: int = 0) -> list[int | None]:
        return [self._size(f"{self.root}/{path}") for path in paths]

    def _size(self, path: str) -> int | None:
        try:
            return os.stat(path).st_size
        except (FileNotFoundError, NotADirectoryError):
            return None

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def read_all(self, paths: Sequence[str]) -> Iterator[bytes | None]:
        for path in paths:
            try:
                # `Path` takes as long again.
                with open(f"{self.root}/{path}", "rb", buffering=0) as file:
                    yield file.read()
            except (FileNotFoundError, NotADirectoryError):
                yield None

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
        sync(target.parent)
        return True

    def write(self, path: str, data: bytes, lasting: bool = True) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._aside(data, target.name, lasting) as file:
            os.replace(file, target)

    def publish(self, folder: Path, path: str, digests: Mapping[str, str], record: str) -> bool:
        for file in folder.iterdir():
            sync(file)
        sync(folder)
        return self._take_name(folder, self.root / path)

    def _take_name(self, folder: Path, target: Path) -> bool:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.rename(folder, target)
        except OSError as error:
            if error.errno not in {errno.EEXIST, errno.ENOTEMPTY}:
                raise
            return False
        sync(target.parent)
        return True

    def fetch(self, path: str, sha256: str, folder: Path | None = None) -> Path | None:
        return self.root / path

    def forget(self, digests: Iterable[str]) -> None:
        """Removes copies on this machine of contents that are to be nowhere: here are none."""

    def digest(self, path: str, size: int) -> str:
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

    def names(self, prefix: str) -> list[str]:
        top = self.root / prefix
        return sorted(p.name for p in top.iterdir()) if top.is_dir() else []

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
    def _aside(self, data: bytes, name: str, lasting: bool = True) -> Iterator[Path]:
        """A file of that name in a folder of its own, synced if it must last, removed afterwards if still there."""
        folder = self.workspace / owned_name()
        folder.mkdir(parents=True)
        try:
            with (folder / name).open("xb") as handle:
                handle.write(data)
                if lasting:
                    handle.flush()
                    os.fsync(handle.fileno())
            yield folder / name
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def file_digest(path: Path) -> str:
    """Hex sha256 of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def owned_name() -> str:
    """A new name in a workspace that says which process it belongs to, so that a dead one's can go."""
    return f"{machine()}-{os.getpid()}-{uuid.uuid4().hex}"


def owner_of(name: str) -> tuple[str, int] | None:
    """The machine and process in a name that `owned_name` made; None where it made none."""
    match = _OWNED.fullmatch(name)
    return (match[1], int(match[2])) if match else None


_OWNED = re.compile(r"(.+)-(\d+)-[0-9a-f]{32}")


@functools.cache
def machine() -> str:
    """Where a process number means something: a host, and the PID namespace of a container on it."""
    try:
        space = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        space = "0"
    return f"{socket.gethostname()}.{space}"


def alive(process: int) -> bool:
    """Whether a process of this machine runs; a dead one that nobody has buried yet does not."""
    import psutil  # here, for the command line answers without it

    try:
        return psutil.Process(process).status() not in {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD}
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True  # somebody else's, on a system that does not tell more


def sync(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Copies on this machine of files that lie elsewhere, by their content; bounded, and never taken from who uses them."""

from __future__ import annotations

import math
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pipeline.errors import UsageError

# Seconds for which a copy stays that was fetched without a folder of the caller: time to open it.
JUST_USED = 600.0
# Seconds after its last use from which `prune` takes a copy: what a schedule fetched stays for its next run.
UNUSED = 7 * 86400.0


def cache_folder() -> Path:
    """Where unfinished work and copies of object stores lie: TAHONA_CACHE, else the user's cache."""
    if chosen := os.environ.get("TAHONA_CACHE"):
        return Path(chosen).absolute()
    above = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(above, "tahona").absolute()


def copies_here() -> Copies:
    """The copies of this machine, which all stores share."""
    return Copies(cache_folder() / "copies")


class Copies:
    """Files by digest and name below `folder`, together about TAHONA_CACHE_GB, else a tenth of the disk.

    A copy that is in use has a second name in its user's folder (a hard link), so it outlives being
    trimmed here; the oldest used go first.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._unchecked: int | None = None  # bytes added since the last look; None before the first
        self._lock = threading.Lock()

    def get(self, sha256: str, name: str, user: Path | None) -> Path | None:
        """A copy, under a second name in the folder `user` if there is one; None where there is none."""
        path = self._path(sha256, name)
        try:
            os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))
            return path if user is None else self._link(path, user / sha256 / name)
        except FileNotFoundError:
            return None

    def add(self, file: Path, sha256: str, user: Path | None) -> Path:
        """Moves a file in and gives it back as `get` does."""
        path = self._path(sha256, file.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        copy = path if user is None else self._link(file, user / sha256 / file.name)
        size = file.stat().st_size
        os.replace(file, path)
        with self._lock:
            self._unchecked = None if self._unchecked is None else self._unchecked + size
            if self._unchecked is None or self._unchecked > self._limit() / 10:
                for unneeded, _ in self.unneeded():
                    self.discard(unneeded)
                self._unchecked = 0
        return copy

    def remove(self, sha256: str) -> None:
        """Removes the copies of a content, whoever uses them: it was erased."""
        shutil.rmtree(self.folder / sha256[:2] / sha256, ignore_errors=True)

    def _path(self, sha256: str, name: str) -> Path:
        return self.folder / sha256[:2] / sha256 / name

    def _link(self, path: Path, second: Path) -> Path:
        second.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.link(path, second)
        return second

    def _limit(self) -> float:
        text = os.environ.get("TAHONA_CACHE_GB")
        if not text:
            return shutil.disk_usage(self.folder).total / 10
        try:
            return float(text) * 1e9
        except ValueError as error:
            raise UsageError(f"TAHONA_CACHE_GB is {text!r}: give a number of gigabytes") from error

    def unneeded(self, age: float = math.inf) -> Iterator[tuple[Path, int]]:
        """The copies that may go, with their bytes, the oldest used first: those beyond the bound, and those that
        nothing used for `age` seconds. None of them is in use or was so just now.
        """
        copies = []
        for folder, _, names in os.walk(self.folder):
            for name in names:
                with suppress(FileNotFoundError):
                    copies.append(((path := Path(folder, name)).stat(), path))
        total, limit = sum(status.st_size for status, _ in copies), self._limit() if copies else 0.0
        now = time.time()
        for status, path in sorted(copies, key=lambda copy: copy[0].st_atime):
            idle = now - status.st_atime
            if idle < JUST_USED or (total <= limit and idle < age):
                return
            if status.st_nlink == 1:
                total -= status.st_size
                yield path, status.st_size

    def discard(self, path: Path) -> None:
        """Removes one of the copies that may go."""
        with suppress(OSError):  # another process was faster, or the folder has another name
            path.unlink()
            path.parent.rmdir()

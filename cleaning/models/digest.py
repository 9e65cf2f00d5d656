"""The digest of a model's file, which says what a stage asked."""

from __future__ import annotations

import hashlib
import os
from functools import cache


def digest(path: str | os.PathLike[str]) -> str:
    """Its sha256: read once a process, and again where the file is another; it is asked with every shard."""
    status = os.stat(path)
    return _read(
        os.fspath(path), (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    )


@cache
def _read(path: str, state: tuple[int, ...]) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

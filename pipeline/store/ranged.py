"""A large file elsewhere of which a task reads a range: its blocks are fetched when they are read."""

from __future__ import annotations

import functools
import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Literal

from pipeline.errors import TahonaError
from pipeline.model.dataset import File
from pipeline.store.remote import RemoteBackend, State
from pipeline.store.remote_errors import INPUT, store_errors
from pipeline.store.store import Store, altered

BLOCK = 8 * 2**20  # bytes asked for at once; the block that begins a file, all of its ranges read
_KEPT = 3  # blocks in memory: a reader goes back a little, or to the beginning


class RangedFile:
    """A file that was observed by its tag, of which `file.span` is to be read; opened like a path, any number of times.

    What changes while it is read is an error, before a byte of the block that was asked for last is seen.
    """

    def __init__(self, store: Store, file: File, span: tuple[int, int], folder: Path) -> None:
        above, _, self._name = file.path.rpartition("/")
        self._place = RemoteBackend(above, INPUT)
        self._file, self._span = file, span
        self._store, self._folder = store, folder
        self._block: Callable[[int], bytes] = functools.lru_cache(_KEPT)(self._read_block)
        self._sha256 = hashlib.sha256()
        self._hashed = span[0] // BLOCK  # the block that the digest takes next

    def open(self, mode: Literal["rb"] = "rb") -> BinaryIO:
        """A new stream at the beginning of the file."""
        return io.BufferedReader(_Stream(self, self._file.bytes), 1 << 18)

    def digest(self) -> str:
        """The sha256 of the range, of which is fetched what nobody has read."""
        while self._hashed * BLOCK < self._span[1]:
            self._hash(self._hashed, self._block(self._hashed))
        return self._sha256.hexdigest()

    def read(self, start: int, size: int) -> bytes:
        """Some bytes from `start` on, at most to the end of their block."""
        number, inside = divmod(start, BLOCK)
        return self._block(number)[inside : inside + size] if start < self._file.bytes else b""

    @functools.cached_property
    def _stream(self) -> BinaryIO:
        return self._place.open(self._name)

    def _read_block(self, number: int) -> bytes:
        start, end = number * BLOCK, min((number + 1) * BLOCK, self._file.bytes)
        if (data := self._asked(start, end)) is None:
            self._stream = self._store.fetch(self._file, self._folder).open("rb")
            data = self._asked(start, end) or b""
        if len(data) < end - start:
            raise TahonaError(
                f"of {self._file.path} {end - start:,} bytes were asked for and {len(data):,} came: run again later"
            )
        self._hash(number, data)
        return data

    def _asked(self, start: int, end: int) -> bytes | None:
        """A stretch of the file; None where its server gives no ranges."""
        with store_errors(self._file.path, INPUT):
            try:
                self._stream.seek(start)
                return self._stream.read(end - start)
            except ValueError:  # as fsspec says it
                return None
            finally:
                state = State(self._file.bytes, str(self._file.tag))
                if self._place.states([self._name]).get(self._name) != state:
                    raise altered(self._file)

    def _hash(self, number: int, data: bytes) -> None:
        start = number * BLOCK
        if number == self._hashed and start < self._span[1]:
            self._sha256.update(data[max(self._span[0] - start, 0) : self._span[1] - start])
            self._hashed += 1


class _Stream(io.RawIOBase):
    def __init__(self, file: RangedFile, size: int) -> None:
        self._file, self._size, self._at = file, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(self._at, len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

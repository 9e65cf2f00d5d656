"""Reads WACZ files, web archives as Webrecorder's tools make them: a ZIP of WARC files."""

from __future__ import annotations

import errno
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from cleaning.readers.records import Record, SourceSpec, unreadable
from cleaning.readers.web.warc import records_of
from cleaning.readers.zipped import outside

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def read_wacz(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The records of all WARC files in `archive/`; `file` is the WARC file, `offset` the place in it."""
    try:
        with zipfile.ZipFile(path) as archive, open(path, "rb") as file:
            has_archive = False
            for member in archive.filelist:
                name = member.filename
                if not name.startswith("archive/") or ".warc" not in name or outside(name):
                    continue
                has_archive = True
                for record in _member(archive, member, file, limit):
                    record.file = name
                    yield record
            if not has_archive:
                yield Record(0, unreadable=unreadable("no document", "no WARC file is in it"))
    except (*_BROKEN, OSError) as error:
        if isinstance(error, OSError) and error.errno not in {None, errno.EINVAL}:
            raise  # the disk, not the data
        yield Record(0, unreadable=unreadable("damaged", f"no WACZ file: {error}"))


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: BinaryIO, limit: int
) -> Iterator[Record]:
    if member.compress_type == zipfile.ZIP_STORED:
        # As the format asks, so that its index can be used.
        archive.open(
            member
        ).close()  # compares the head of the member with what the archive says of it
        yield from records_of(cast(BinaryIO, io.BufferedReader(_Stored(file, member))), limit)
        return
    try:
        with archive.open(member) as stream:
            yield from records_of(cast(BinaryIO, stream), limit)
    except _BROKEN as error:
        yield Record(0, unreadable=unreadable("damaged", str(error)))


class _Stored(io.RawIOBase):
    """A member that is stored as it is: a window on the file."""

    def __init__(self, file: BinaryIO, member: zipfile.ZipInfo) -> None:
        file.seek(member.header_offset)
        head = file.read(30)
        if len(head) < 30 or not head.startswith(b"PK\x03\x04"):
            raise zipfile.BadZipFile("no member begins where the archive says")
        name, extra = struct.unpack("<HH", head[26:])
        self._file, self._size = file, member.file_size
        self._start = member.header_offset + 30 + name + extra
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        size = max(0, min(len(buffer), self._size - self._at))
        self._file.seek(self._start + self._at)
        data = self._file.read(size)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

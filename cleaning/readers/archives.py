"""Reads archives of documents (ZIP, TAR): each member by the reader of its suffix, one at a time."""

from __future__ import annotations

import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

from cleaning.readers.compressed import BREAKS, opened
from cleaning.readers.records import Record, SourceSpec, unreadable
from cleaning.readers.zipped import MOST, outside
from pipeline.errors import TahonaError

_BROKEN = (
    *BREAKS,
    zipfile.BadZipFile,
    tarfile.TarError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


def read_archive(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The documents of all members, none larger than a record. One that no reader knows is removed by `media_type`.

    A member whose name leads out of the archive is refused, a link is no document. `file` of a record is its member.
    """
    from cleaning.readers.readers import READERS, reader_of

    inner = spec.model_copy(update={"reader": "auto"})
    for name, stream in _members(path):
        if isinstance(stream, Record):
            stream.file = name
            yield stream
            continue
        suffix = name.rpartition("/")[2].partition(".")[2].lower()
        try:
            reader = reader_of(name.rpartition("/")[2], inner)
        except TahonaError:
            yield Record(0, removed=("media_type", None, None), file=name)
            continue
        if reader == "archive":
            yield Record(0, unreadable=unreadable("refused", "an archive in an archive"), file=name)
            continue
        with tempfile.NamedTemporaryFile(suffix=f".{suffix}"[-40:].replace("/", "_")) as file:
            try:
                size = _copied(stream, file, limit)
            except _BROKEN as error:
                yield Record(0, unreadable=unreadable("damaged", str(error)[:200]), file=name)
                continue
            if size > limit:
                yield Record(0, removed=("too_large", None, float(limit)), file=name)
                continue
            for record in READERS[reader].read(Path(file.name), inner, limit):
                record.file = name
                yield record


def _copied(stream: IO[bytes], file: IO[bytes], limit: int) -> int:
    size = 0
    while size <= limit and (block := stream.read(1 << 20)):
        size += len(block)
        file.write(block)
    file.flush()
    return size


def _members(path: Path) -> Iterator[tuple[str, IO[bytes] | Record]]:
    try:
        if zipfile.is_zipfile(path):
            yield from _zip(path)
        else:
            yield from _tar(path)
    except (*_BROKEN, zlib.error) as error:
        yield "", Record(0, unreadable=unreadable("damaged", f"the archive: {str(error)[:200]}"))


def _zip(path: Path) -> Iterator[tuple[str, IO[bytes] | Record]]:
    with zipfile.ZipFile(path) as archive:
        if len(archive.filelist) > MOST:
            yield "", _refused(f"it has {len(archive.filelist):,} members")
            return
        for member in archive.filelist:
            name = member.filename
            if name.endswith("/"):
                continue
            if outside(name):
                yield name, _refused("its name leads out of the archive")
                continue
            try:
                if member.header_offset < 0:
                    raise zipfile.BadZipFile("it lies before the file")
                with archive.open(member) as stream:
                    yield name, stream
            except _BROKEN as error:
                yield name, Record(0, unreadable=unreadable("damaged", str(error)[:200]))


def _tar(path: Path) -> Iterator[tuple[str, IO[bytes] | Record]]:
    with opened(path) as content, closing(tarfile.open(fileobj=content, mode="r|")) as archive:
        for number, member in enumerate(archive):
            if number >= MOST:
                yield "", _refused(f"it has more than {MOST:,} members")
                return
            if member.isdir():
                continue
            if not member.isfile():
                yield member.name, Record(0, removed=("media_type", None, None))
            elif outside(member.name):
                yield member.name, _refused("its name leads out of the archive")
            elif (stream := archive.extractfile(member)) is not None:
                yield member.name, stream


def _refused(detail: str) -> Record:
    return Record(0, unreadable=unreadable("refused", detail))

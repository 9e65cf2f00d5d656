"""Reads ARC files, what the Internet Archive wrote before WARC, sound or damaged, record by record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cleaning.readers.compressed import BREAKS, opened
from cleaning.readers.records import Record, SourceSpec, unreadable
from cleaning.readers.web.response import respond
from cleaning.web import http

# "URL IP date type [result checksum location offset file] length" (versions 1 and 2 of the ARC format)
_HEADER = re.compile(
    rb"([a-z][a-z0-9+.-]*:.*?) (\S+) (\d{4,18}) (\S+) (?:.* )?(\S+)\r?\n", re.IGNORECASE
)
VERSION_BLOCK = 4096  # bytes behind a description that are taken for a part of it


def read_arc(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """Records of an ARC file (Internet Archive, versions 1 and 2), plain or gzip.

    `offset` is that of the record in the decompressed content. A stretch that holds no header is one
    unreadable record; reading goes on at the next line that is one. Behind the description of the file it is
    one if it is long, or the file ends in it: a version block may be longer than it says.
    """
    offset, lost, described = 0, False, False
    unread: Record | None = None  # the description, a stretch that may be of it
    with opened(path) as stream:
        try:
            while line := stream.readline(65536):
                start, offset = offset, offset + len(line)
                header = _HEADER.fullmatch(line)
                if header is None:
                    if line.strip() and not lost:
                        lost = True
                        stretch = Record(start, unreadable=unreadable("no header", repr(line[:80])))
                        if described:
                            unread = stretch
                        else:
                            yield stretch
                    continue
                if unread and start - unread.offset > VERSION_BLOCK:
                    yield unread
                unread = None
                url = header[1].decode("utf-8", "replace")
                described = url.startswith("filedesc:")
                lost = False
                when = http.timestamp(header[3].decode())
                if not header[5].isdigit():
                    if not described:
                        detail = f"a length of {header[5][:20].decode('latin-1')!r}"
                        yield Record(start, url, when, unreadable=unreadable("no header", detail))
                    continue
                length = int(header[5])
                block = stream.read(length) if length <= limit else b""
                offset += len(block) if length <= limit else _skip(stream, length)
                if described and len(block) < length:
                    detail = f"{len(block)} of {length} bytes of its description are there"
                    yield Record(start, unreadable=unreadable("cut off", detail))
                elif not described:
                    media_type = header[4].decode("latin-1")
                    yield _record(Record(start, url, when), block, media_type, length, limit)
            if unread:
                yield unread
        except BREAKS as error:
            yield Record(offset, unreadable=unreadable("damaged", str(error)))


def _skip(stream: BinaryIO, length: int) -> int:
    left = length
    while left and (block := stream.read(min(left, 1 << 20))):
        left -= len(block)
    return length - left


def _record(record: Record, block: bytes, media_type: str, length: int, limit: int) -> Record:
    if length > limit:
        record.removed = ("too_large", length, limit)
    elif len(block) < length:
        record.unreadable = unreadable("cut off", f"{len(block)} of {length} bytes are there")
    else:
        return respond(record, block, media_type, limit)
    return record

"""WARC and WET files whose heads end in LF alone, as tools write them that take text for text: read by their lengths.

The standard asks for CRLF, so no library reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from cleaning.readers.compressed import BREAKS, opened
from cleaning.readers.lines import BROKEN
from cleaning.readers.records import Record, unreadable
from cleaning.readers.web.response import respond, sniffed
from cleaning.web import http
from pipeline.model.stage import Openable

_VERSION = re.compile(rb"WARC/\d\.\d+\n")
_PAGES = frozenset({"response", "resource", "revisit", "conversion"})
_NUMBER = re.compile(r"[0-9]{1,18}")
_NO_PAGES = frozenset({"warcinfo", "request", "metadata", "continuation"})
LONGEST = 1 << 16  # bytes of a line of a head


def in_lines(path: Openable) -> bool:
    """Whether the first record of a file has a head of lines that end in LF alone."""
    try:
        with opened(path) as stream:
            return bool(_VERSION.fullmatch(stream.readline(LONGEST)))
    except BREAKS:
        return False


def read_lines(path: Openable, limit: int) -> Iterator[Record]:
    """The records of such a file; `offset` is that of the record in the decompressed content.

    Since a tool that changes the line ends of a head may have changed those of the text too, a length may
    be too large: a record then ends where the head of the next one begins.
    """
    with opened(path) as stream:
        at = 0
        try:
            line = stream.readline(LONGEST)
            while line:
                start, lost = at, 0
                while line and not _VERSION.fullmatch(line):
                    lost += len(line.strip())
                    at += len(line)
                    line = stream.readline(LONGEST)
                if lost:
                    yield Record(
                        start, unreadable=unreadable("damaged", f"{lost} bytes of no record")
                    )
                if line:
                    start, at = at, at + len(line)
                    head, size = _head(stream)
                    at += size
                    block, size, line = _block(stream, head, limit)
                    at += size
                    # Of each line of the block the tool may have taken a byte.
                    if not line and size + block.count(b"\n") < _length(head):
                        detail = f"{size} of {_length(head)} bytes are there"
                        yield Record(start, unreadable=unreadable("cut off", detail))
                    elif (record := _record(start, head, block, size, limit)) is not None:
                        yield record
        except BREAKS:
            yield Record(at, unreadable=BROKEN)


def _head(stream: BinaryIO) -> tuple[dict[str, str], int]:
    head: dict[str, str] = {}
    size = 0
    while line := stream.readline(LONGEST):
        size += len(line)
        if not line.strip():
            break
        name, colon, value = line.decode("utf-8", "replace").partition(":")
        if colon:
            head.setdefault(name.strip().lower(), value.strip())
    return head, size


def _length(head: dict[str, str]) -> int:
    header = head.get("content-length", "")
    return int(header) if _NUMBER.fullmatch(header) else 0


def _block(stream: BinaryIO, head: dict[str, str], limit: int) -> tuple[bytes, int, bytes]:
    """The block of a record (at most `limit` bytes of it), its size, and the line behind it."""
    length = _length(head)
    lines: list[bytes] = []
    size = 0
    while (line := stream.readline(LONGEST)) and not (_VERSION.fullmatch(line)):
        if size >= length and line.strip():
            break
        size += len(line)
        if size <= limit + LONGEST:
            lines.append(line)
    return b"".join(lines)[:length], size, line


def _record(start: int, head: dict[str, str], block: bytes, size: int, limit: int) -> Record | None:
    kind = head.get("warc-type", "")
    if kind in _NO_PAGES:
        return None
    record = Record(
        start,
        url=head.get("warc-target-uri", "").strip("<> ") or None,
        captured_at=http.timestamp(head.get("warc-date", "")),
        digest=head.get("warc-payload-digest"),
    )
    length = head.get("content-length", "")
    if kind == "revisit":
        record.removed = ("revisit", None, None)
    elif kind not in _PAGES:
        record.unreadable = unreadable("no header", f"a record of the type {kind[:40]!r}")
    elif not _NUMBER.fullmatch(length):
        record.unreadable = unreadable("no header", f"a length of {length[:20]!r}")
    elif size > limit + LONGEST or int(length) > limit:
        record.removed = ("too_large", float(max(size, int(length))), float(limit))
    elif kind == "response":
        return respond(record, block, head.get("content-type", ""), limit)
    else:
        return sniffed(record, block, head.get("content-type", ""))
    return record

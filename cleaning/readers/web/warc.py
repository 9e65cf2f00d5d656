"""Reads WARC and WET files, sound or damaged, record by record."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from cleaning.readers.records import Record, SourceSpec, Span, unreadable
from cleaning.readers.web.response import respond, sniffed
from cleaning.readers.web.warc_lines import in_lines, read_lines
from cleaning.web import http
from cleaning.web.gzip_member import Member
from pipeline.model.stage import Openable

_COMPRESSED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18")  # gzip, zstd, lz4
PAGE_RECORDS = {4: "response", 8: "resource", 64: "revisit", 128: "conversion"}
NO_PAGES = frozenset({2, 16, 32, 256})  # warcinfo, request, metadata, continuation


def read_warc(
    path: Openable, spec: SourceSpec, limit: int, span: Span | None = None
) -> Iterator[Record]:
    """Response, resource, conversion and revisit records of a WARC or WET file, plain, gzip, zstd or lz4.

    `offset` is that of the record (of its compressed member) in the file. A record whose block is
    longer than `limit` bytes is not read. Behind damage, reading goes on at the next record. Of a span
    of a file that is gzip by record these are the members that begin in it, with the damage behind
    each; any other file is read whole with the span that begins it.
    """
    if in_lines(path):
        yield from read_lines(path, limit) if not span or span[0] == 0 else ()
        return
    with path.open("rb") as file:
        yield from records_of(file, limit, span)


def records_of(file: BinaryIO, limit: int, span: Span | None = None) -> Iterator[Record]:
    """The records of an open WARC file, which must be able to seek; `read_warc` says what they are."""
    first, last = _members(file, span)
    file.seek(0)
    start: int | None = first if file.read(1) else None
    yield from _records(file, limit, start, last)


def _members(file: BinaryIO, span: Span | None) -> tuple[int | None, int | None]:
    """Where the first member of a span begins, None where none does, and from where on they are another span's."""
    if span is None:
        return 0, None
    file.seek(0)
    if file.read(2) != b"\x1f\x8b":
        return (0, None) if span[0] == 0 else (None, None)
    # Its own span first: of a file of one member not all of it is searched for each.
    first = _next_record(file, span[0], span[0], span[1]) if span[0] else 0
    if first is None or _next_record(file, 1, 1) is None:
        return (0, None) if span[0] == 0 else (None, None)
    return first, span[1]


def _records(file: BinaryIO, limit: int, start: int | None, last: int | None) -> Iterator[Record]:
    from fastwarc.warc import ArchiveIterator

    # Damage before `start`, unless what begins there is the damage.
    skipped: Record | None = None
    while start is not None and (last is None or start < last):
        file.seek(start)
        at, end, whole, broken, ended, seen = start, start, False, None, False, False
        page_record: Record | None = None
        untyped: Record | None = None  # told once it is sure that its head is whole
        try:
            for record in ArchiveIterator(cast(Any, file), parse_http=False):
                if last is not None and record.stream_pos >= last:
                    break
                if untyped:
                    yield untyped
                at, whole, page_record, seen = record.stream_pos, False, None, True
                untyped = None
                kind = PAGE_RECORDS.get(int(record.record_type))
                if kind is not None:
                    page_record = _warc_record(record, kind, limit)
                elif int(record.record_type) not in NO_PAGES and not _is_torn(file, at):
                    detail = "a record of no type of the standard"
                    untyped = Record(at, unreadable=unreadable("no header", detail))
                if skipped:
                    yield skipped
                    skipped = None
                if page_record:
                    yield page_record
                end, whole = (
                    at + record.content_length,
                    not untyped and (page_record is None or not page_record.unreadable),
                )
            else:
                ended = True
        except OSError as error:
            if error.errno is not None:
                raise  # the disk, not the data
            broken = str(error)
        if ended and not seen and _foreign(file, start):
            yield Record(start, unreadable=unreadable("no header", "no WARC record begins here"))
        start = None
        torn = _torn(file, at, end, page_record is None) if ended else None
        if untyped and torn != at:
            yield untyped
        if torn is not None:
            detail = "the file ends in a record"
            yield Record(torn, unreadable=unreadable("cut off", detail))
        if broken is not None:
            where = f"{broken}, behind the record here" if whole else broken
            damage = Record(at, unreadable=unreadable("damaged", where))
            start = _next_record(file, at + 1, end)
            if not whole:
                skipped = None
            if whole and start is not None:
                skipped = damage
            elif not untyped and not (page_record and page_record.unreadable):
                yield damage
    if skipped:
        yield skipped


def _foreign(file: BinaryIO, start: int) -> bool:
    """Whether what begins here is neither a record nor compressed, nor nothing."""
    file.seek(start)
    head = file.read(64).lstrip()
    return bool(head) and not head.startswith((b"WARC/", *_COMPRESSED))


def _warc_record(record: Any, kind: str, limit: int) -> Record:
    headers = {k.lower(): v for k, v in record.headers.items()}
    page_record = Record(
        record.stream_pos,
        url=headers.get("warc-target-uri", "").strip("<>: \t") or None,
        captured_at=http.timestamp(headers.get("warc-date", "")),
        digest=headers.get("warc-payload-digest"),
    )
    if kind == "revisit":
        page_record.removed = ("revisit", None, None)
        return page_record
    if record.content_length > limit:
        page_record.removed = ("too_large", record.content_length, limit)
        return page_record
    block = record.reader.read()
    if len(block) < record.content_length:
        detail = f"{len(block)} of {record.content_length} bytes are there"
        page_record.unreadable = unreadable("cut off", detail)
        return page_record
    declared = headers.get("content-type", "")
    if kind == "response" or declared.startswith("application/http"):
        return respond(page_record, block, declared, limit)
    return sniffed(page_record, block, declared)


def _is_torn(file: BinaryIO, at: int) -> bool:
    """Whether the file ends in the record at `at`; the place in the file is left as it is."""
    place = file.tell()
    torn = _torn(file, at, at, silent=True) == at
    file.seek(place)
    return torn


def _torn(file: BinaryIO, at: int, end: int, silent: bool) -> int | None:
    """Where the file ends in a record that is not whole, which fastwarc passes over in silence; None: nowhere.

    The last record that it gave begins at `at`, and its block is `end - at` bytes long; nothing was given for it where
    `silent`.
    """
    gzipped = _gzipped(file)
    file.seek(at)
    head = file.read(1 << 16)
    if not head.startswith(b"\x1f\x8b" if gzipped else b"WARC/"):
        return (
            None  # other compressions break off with an error; records of one member have no places
        )
    if not gzipped:
        blank = http.BLANK.search(head)
        size = file.seek(0, 2)
        # `end` lies the block's length behind `at`.
        if silent and (blank is None or size < blank.end() + end):
            return at
        return _next_record(file, max(at + 1, end), end)
    file.seek(at)
    member = Member(file)
    try:
        for _ in member:
            pass
    except zlib.error:
        return None
    if not member.whole:
        return at if silent else None
    return member.end if file.read(1) == b"\x1f" else None


def _next_record(file: BinaryIO, start: int, end: int, before: int | None = None) -> int | None:
    """The next place from `start` on, and `before` another, where a WARC record begins, None where there is none.

    In an uncompressed file the search begins at `end`, so as not to take a line of a page for a record.
    """
    gzipped = _gzipped(file)
    mark = b"\x1f\x8b\x08" if gzipped else b"WARC/"
    at = start if gzipped else max(start, end)
    file.seek(at)
    window, overlap = b"", 512  # the head of a member may lie across two blocks
    while block := file.read(1 << 20):
        window += block
        place = window.find(mark)
        while place >= 0:
            if before is not None and at + place >= before:
                return None
            if _opens_record(window, place, gzipped):
                return at + place
            place = window.find(mark, place + 1)
        at += max(0, len(window) - overlap)
        window = window[-overlap:]
        if before is not None and at >= before:
            break
    return None


def _gzipped(file: BinaryIO) -> bool:
    file.seek(0)
    return file.read(2) == b"\x1f\x8b"


def _opens_record(window: bytes, at: int, gzipped: bool) -> bool:
    if not gzipped:
        return at == 0 or window[at - 1 : at] == b"\n"
    try:
        start = zlib.decompressobj(wbits=31).decompress(window[at : at + 512], 16)
    except zlib.error:
        return False
    return start.startswith(b"WARC/")

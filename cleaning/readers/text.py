"""Reads plain text: a file, a run of lines or a line is a document."""

from __future__ import annotations

from collections.abc import Iterator

from cleaning.readers.lines import BROKEN, lines_of
from cleaning.readers.records import Record, SourceSpec, Span
from cleaning.readers.signatures import other_format, page
from cleaning.readers.whole import sound
from cleaning.web import http
from pipeline.model.stage import Openable


def read_text(
    path: Openable, spec: SourceSpec, limit: int, span: Span | None = None
) -> Iterator[Record]:
    """Documents of a plain text file, plain, gzip or zstd; `spec.unit` says what one document is.

    `offset` is that of the document's first line in the decompressed content.
    """
    lines: list[bytes] = []
    start = size = 0
    begins = not span or not span[0]  # before the first line of the file that is not blank
    for offset, line, length in lines_of(path, limit, span):
        if line is None and length == 0:
            yield from _unit(start, lines, size, limit)
            yield Record(offset, unreadable=BROKEN)
            return
        if offset == 0 and (other := other_format(line or b"")):
            yield Record(0, unreadable=other)
            return
        blank = line is not None and not line.strip()
        if begins and not blank:
            if html := page(line or b""):
                yield Record(0, unreadable=html)
                return
            begins = False
        if spec.unit == "line" or (spec.unit == "block" and blank):
            yield from _unit(start, lines, size, limit)
            lines, size = [], 0
        if size == 0 and blank:
            continue
        if size == 0:
            start = offset
        size += length
        if size <= limit and line is not None:
            lines.append(line)
        else:
            lines.clear()
    yield from _unit(start, lines, size, limit)


def _unit(start: int, lines: list[bytes], size: int, limit: int) -> Iterator[Record]:
    if size > limit:
        yield Record(start, removed=("too_large", size, limit))
    elif size:
        content = b"".join(lines)
        lines.clear()  # a text of 100 MB in lines takes 200
        for record in sound(content, _whole):
            record.offset += start
            yield record


def _whole(content: bytes) -> Record:
    digest = http.payload_digest(content)
    return Record(0, content=content, digest=digest, media_type="text/plain")

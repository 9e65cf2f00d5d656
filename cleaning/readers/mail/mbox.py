"""Reads archives of mailing lists (mbox, and what pipermail writes by the month): one document a message."""

from __future__ import annotations

import email
import email.errors
import re
from collections.abc import Iterator
from pathlib import Path

from cleaning.readers.lines import BROKEN, lines_of
from cleaning.readers.mail.mail import documents
from cleaning.readers.records import Record, SourceSpec, unreadable
from cleaning.readers.signatures import other_format
from cleaning.readers.xml.xml import with_digest

# The line that opens a message ends in a date as C's asctime writes it (RFC 4155, appendix A).
_OPENING = re.compile(
    rb"From \S.*\b((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+[A-Z][a-z]{2}\s+\d{1,2}\s+\d{1,2}:\d\d.*\d{4})"
)
# Below a line that is not empty it opens one where a head follows: not all programs set the empty line above it.
_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,60}:[ \t\r\n]")
HEAD = 500  # bytes of such a line that are looked at


def read_mbox(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The messages of an archive, plain or compressed; `offset` is that of a message's first line in the content.

    A message is at most `limit` bytes long with all that is attached to it. What stands before the first is unreadable.
    """
    lines: list[bytes] = []
    start = size = 0
    blank = True
    for (offset, line, length), following in _with_following(lines_of(path, limit)):
        if line is None and length == 0:
            yield from _message(start, lines, size, limit)
            yield Record(offset, unreadable=BROKEN)
            return
        if offset == 0 and (other := other_format(line or b"")):
            yield Record(0, unreadable=other)
            return
        if line is not None and _opens(line) and (blank or _FIELD.match(following)):
            yield from _message(start, lines, size, limit)
            lines, start, size = [], offset, 0
        blank = line is not None and not line.strip()
        size += length
        if line is not None and size <= limit:
            lines.append(line)
        else:
            lines.clear()
    yield from _message(start, lines, size, limit)


def _with_following(
    lines: Iterator[tuple[int, bytes | None, int]],
) -> Iterator[tuple[tuple[int, bytes | None, int], bytes]]:
    """The lines, each with the one below it."""
    before = next(lines, None)
    for line in lines:
        if before is not None:
            yield before, line[1] or b""
        before = line
    if before is not None:
        yield before, b""


def _opens(line: bytes) -> bool:
    return line.startswith(b"From ") and bool(_OPENING.match(line, 0, HEAD))


def _message(start: int, lines: list[bytes], size: int, limit: int) -> Iterator[Record]:
    if size > limit:
        yield Record(start, removed=("too_large", float(size), float(limit)))
        return
    if not any(line.strip() for line in lines):
        return
    opening = _OPENING.match(lines[0], 0, HEAD)
    if not opening:
        detail = f"{size:,} bytes that no line `From ... DATE` opens"
        yield Record(start, unreadable=unreadable("no header", detail))
        return
    try:
        records = list(
            documents(
                email.message_from_bytes(b"".join(lines[1:])), opening[1].decode("ascii", "replace")
            )
        )
    except (ValueError, LookupError, TypeError, email.errors.MessageError) as error:
        records = [Record(0, unreadable=unreadable("no document", f"no message: {error}"))]
    except RecursionError:
        records = [Record(0, unreadable=unreadable("refused", "its parts are nested too deeply"))]
    for record in records:
        record.offset = start
        yield with_digest(record) if record.unreadable is None else record

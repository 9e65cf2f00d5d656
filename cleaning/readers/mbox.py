"""Reads archives of mailing lists (mbox, and what pipermail writes by the month): one document a message."""

from __future__ import annotations

import email
import email.errors
import re
from collections.abc import Iterator
from pathlib import Path

from cleaning.readers.lines import BROKEN, lines_of
from cleaning.readers.mail import document
from cleaning.readers.records import Record, SourceSpec, unreadable
from cleaning.readers.signatures import other_format
from cleaning.readers.xml import with_digest

# The line that opens a message ends in a date as C's asctime writes it (RFC 4155, appendix A).
_OPENING = re.compile(
    rb"From \S.*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+[A-Z][a-z]{2}\s+\d{1,2}\s+\d{1,2}:\d\d.*\d{4}"
)
HEAD = 500  # bytes of such a line that are looked at


def read_mbox(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The messages of an archive, plain or compressed; `offset` is that of a message's first line in the content.

    A message is at most `limit` bytes long with all that is attached to it. What stands before the first is unreadable.
    """
    lines: list[bytes] = []
    start = size = 0
    blank = True
    for offset, line, length in lines_of(path, limit):
        if line is None and length == 0:
            yield from _message(start, lines, size, limit)
            yield Record(offset, unreadable=BROKEN)
            return
        if offset == 0 and (other := other_format(line or b"")):
            yield Record(0, unreadable=other)
            return
        if (
            blank
            and line is not None
            and line.startswith(b"From ")
            and _OPENING.match(line, 0, HEAD)
        ):
            yield from _message(start, lines, size, limit)
            lines, start, size = [], offset, 0
        blank = line is not None and not line.strip()
        size += length
        if line is not None and size <= limit:
            lines.append(line)
        else:
            lines.clear()
    yield from _message(start, lines, size, limit)


def _message(start: int, lines: list[bytes], size: int, limit: int) -> Iterator[Record]:
    if size > limit:
        yield Record(start, removed=("too_large", float(size), float(limit)))
        return
    if not any(line.strip() for line in lines):
        return
    if not _OPENING.match(lines[0], 0, HEAD):
        detail = f"{size:,} bytes that no line `From ... DATE` opens"
        yield Record(start, unreadable=unreadable("no header", detail))
        return
    try:
        record = document(email.message_from_bytes(b"".join(lines[1:])))
    except (ValueError, LookupError, TypeError, email.errors.MessageError) as error:
        record = Record(0, unreadable=unreadable("no document", f"no message: {error}"))
    except RecursionError:
        record = Record(0, unreadable=unreadable("refused", "its parts are nested too deeply"))
    record.offset = start
    yield with_digest(record) if record.unreadable is None else record

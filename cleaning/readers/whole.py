"""The content of a file that is one document, or of a member of an archive, of bounded size."""

from __future__ import annotations

from pathlib import Path

from cleaning.readers.compressed import BREAKS, opened
from cleaning.readers.lines import BROKEN
from cleaning.readers.records import Record


def whole(path: Path, limit: int) -> bytes | Record:
    """What a file holds, plain or compressed; where that is damaged or too large, the record that says so."""
    with opened(path) as stream:
        try:
            data = stream.read(limit + 1)
        except BREAKS:
            return Record(0, unreadable=BROKEN)
    if len(data) > limit:
        return Record(0, removed=("too_large", None, float(limit)))
    return data

"""The lines of a file that may be compressed, each with its place and of bounded length."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cleaning.readers.compressed import BREAKS, opened
from cleaning.readers.records import unreadable

BROKEN = unreadable("damaged", "the compressed data breaks or ends here")


def lines_of(path: Path, limit: int) -> Iterator[tuple[int, bytes | None, int]]:
    """(offset, line with its end, length) of each line; the line is None where it is longer than
    `limit` and, with length 0, where the compressed data breaks.
    """
    offset = 0
    with opened(path) as stream:
        try:
            while line := stream.readline(limit + 1):
                length = len(line)
                if length <= limit:
                    yield offset, line, length
                else:
                    while not line.endswith(b"\n") and (line := stream.readline(1 << 20)):
                        length += len(line)
                    yield offset, None, length
                offset += length
        except BREAKS:
            yield offset, None, 0

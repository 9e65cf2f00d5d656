"""The lines of a file that may be compressed, each with its place and of bounded length."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cleaning.readers.compressed import BREAKS, compressed, opened
from cleaning.readers.records import Span, unreadable

BROKEN = unreadable("damaged", "the compressed data breaks or ends here")


def lines_of(
    path: Path, limit: int, span: Span | None = None
) -> Iterator[tuple[int, bytes | None, int]]:
    """(offset, line with its end, length) of each line; the line is None where it is longer than
    `limit` and, with length 0, where the compressed data breaks.

    Of a span these are the lines that begin in it, the last of them to its end; all lines of a
    compressed file, which can't be entered in its middle, are in the span that begins it.
    """
    first, end = span or (0, None)
    if span and compressed(path):
        if first:
            return
        end = None
    with opened(path) as stream:
        offset = _line_from(stream, first) if first else 0
        try:
            while (end is None or offset < end) and (line := stream.readline(limit + 1)):
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


def _line_from(stream: BinaryIO, first: int) -> int:
    """Goes to the first line that begins at `first` or behind it, and says where that is."""
    stream.seek(first - 1)
    while (piece := stream.readline(1 << 20)) and not piece.endswith(b"\n"):
        pass
    return stream.tell()

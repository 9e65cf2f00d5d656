"""The lines of a file that may be compressed, each with its place and of bounded length."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from cleaning.readers.compressed import BREAKS, Frame, begins, compressed, frames, opened, opened_at
from cleaning.readers.records import Span, unreadable
from pipeline.model.stage import Openable

BROKEN = unreadable("damaged", "the compressed data breaks or ends here")


def lines_of(
    path: Openable, limit: int, span: Span | None = None
) -> Iterator[tuple[int, bytes | None, int]]:
    """(offset, line with its end, length) of each line; the line is None where it is longer than
    `limit` and, with length 0, where the compressed data breaks.

    Of a span these are the lines that begin in it, the last of them to its end. Of a zstd file of many
    frames they are those that begin in the frames that begin in it; all lines of any other compressed
    file, which can't be entered in its middle, are in the span that begins it.
    """
    first, end = span or (0, None)
    if span and compressed(path):
        if first and not begins(path, *span):
            return  # the heads of all frames are not read to find none
        members = frames(path)
        if members and len(members) > 1:
            yield from _of_frames(path, limit, members, span)
            return
        if first:
            return
        end = None
    with opened(path) as stream:
        offset = _line_from(stream, first) if first else 0
        yield from _lines(stream, limit, offset, end)


def _lines(
    stream: BinaryIO, limit: int, offset: int, end: int | None
) -> Iterator[tuple[int, bytes | None, int]]:
    try:
        while (end is None or offset < end) and (line := stream.readline(limit + 1)):
            length = len(line)
            if length <= limit:
                handed, line = [line], b""  # a very long one is not held while it is read
                yield offset, handed.pop(), length
            else:
                while not line.endswith(b"\n") and (line := stream.readline(1 << 20)):
                    length += len(line)
                yield offset, None, length
            offset += length
    except BREAKS:
        yield offset, None, 0


def _of_frames(
    path: Openable, limit: int, members: list[Frame], span: Span
) -> Iterator[tuple[int, bytes | None, int]]:
    """The lines that begin in the frames that begin in a span."""
    inside = [n for n, frame in enumerate(members) if span[0] <= frame.start < span[1]]
    if not inside:
        return
    first, after = inside[0], inside[-1] + 1
    end = members[after].content if after < len(members) else None
    start = members[first].content
    # Whether its first line begins there is in the last byte of the frame before, unless that is damaged.
    for before in (members[max(first - 1, 0)], members[first]):
        with opened_at(path, before) as stream:
            try:
                offset = _line_behind(stream, before.content, start)
            except BREAKS:
                continue
            yield from _lines(stream, limit, offset, end)
            return
    yield start, None, 0


def _line_behind(stream: BinaryIO, offset: int, start: int) -> int:
    """Goes from the content at `offset` to the first line from `start` on, and says where that is."""
    if start == 0:
        return 0
    while offset < start - 1 and (piece := stream.read(min(1 << 20, start - 1 - offset))):
        offset += len(piece)
    while piece := stream.readline(1 << 20):
        offset += len(piece)
        if piece.endswith(b"\n"):
            break
    return offset


def _line_from(stream: BinaryIO, first: int) -> int:
    """Goes to the first line that begins at `first` or behind it, and says where that is."""
    stream.seek(first - 1)
    while (piece := stream.readline(1 << 20)) and not piece.endswith(b"\n"):
        pass
    return stream.tell()

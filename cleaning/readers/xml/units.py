"""Dumps of one large file: its units (a page, an article) one after another, each parsed alone.

So memory holds a unit, damage costs the units that it touches, and a file is read by ranges: the units
that begin in one. What lies between units and is neither a tag of the frame nor space is damage too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from cleaning.readers.compressed import BREAKS, compressed, opened
from cleaning.readers.lines import BROKEN
from cleaning.readers.records import Record, Refusal, SourceSpec, Span, unreadable
from cleaning.readers.xml.xml import parse, with_digest
from pipeline.model.stage import Openable

BLOCK = 1 << 18
FRAME = re.compile(rb"\s*(?:</[\w:.-]+\s*>\s*)*")  # between and behind units


def read_units(
    path: Openable,
    spec: SourceSpec,
    limit: int,
    span: Span | None,
    names: tuple[bytes, ...],
    documents: Callable[[Any, SourceSpec], Iterator[Record]],
) -> Iterator[Record]:
    """The documents of the elements `names`, each the root of its own; `offset` is that of the element."""
    for offset, data, size in units_of(path, limit, span, names):
        if data is None and size == 0:
            yield Record(offset, unreadable=BROKEN)
        elif data is None:
            yield Record(offset, removed=("too_large", float(size), float(limit)))
        elif not data.startswith(tuple(b"<" + name for name in names)):
            detail = f"{size} bytes between two elements: {data[:60]!r}"
            yield Record(offset, unreadable=unreadable("damaged", detail))
        else:
            try:
                root = parse(data, limit)
            except Refusal as refusal:
                yield Record(offset, unreadable=refusal.reason)
                continue
            for record in documents(_parent(root), spec):
                record.offset = offset
                yield with_digest(record)


def _parent(root: Any) -> Any:
    from lxml import etree

    parent = etree.Element("units")
    parent.append(root)
    return parent


def units_of(
    path: Openable, limit: int, span: Span | None, names: tuple[bytes, ...]
) -> Iterator[tuple[int, bytes | None, int]]:
    """(offset, bytes, size) of each element that begins in the span, and of what is neither element nor frame.

    The bytes are None where the element is larger than `limit` and, with size 0, where compressed data breaks.
    """
    first, end = span or (0, None)
    if span and compressed(path):
        if first:
            return
        end = None
    opening = re.compile(b"<(?:" + b"|".join(names) + rb")(?=[\s>])")
    with opened(path) as stream:
        scan = _Scan(stream, limit, opening)
        try:
            yield from scan.units(first, end)
        except BREAKS:
            yield scan.at + len(scan.window), None, 0


class _Scan:
    """A window over a stream: `at` is the offset of its first byte."""

    def __init__(self, stream: BinaryIO, limit: int, opening: re.Pattern[bytes]) -> None:
        self.stream, self.limit, self.opening = stream, limit, opening
        self.window, self.at, self.ended = b"", 0, False

    def units(self, first: int, end: int | None) -> Iterator[tuple[int, bytes | None, int]]:
        if first:
            self.stream.seek(first)
            self.at = first
        head = first == 0  # before the first element of a file stands its frame
        # Of a range what comes before its first element belongs to the range before.
        apart = not head
        while (match := self._opening()) is not None or self.window:
            gap = self.window[: match.start()] if match else self.window
            over = end is not None and self.at + len(gap) >= end
            if (not head and not apart and not FRAME.fullmatch(gap)) or (head and match is None):
                yield self.at, gap, len(gap)
            if match is None or over:
                return
            head = apart = False
            self._forget(len(gap))
            yield from self._element(match[0][1:])

    def _opening(self) -> re.Match[bytes] | None:
        """The next opening tag in the window, which grows until it holds one; `limit` bytes before it are kept."""
        start = 0
        while (match := self.opening.search(self.window, start)) is None and self._more():
            start = max(0, len(self.window) - BLOCK - 64)
            if len(self.window) > self.limit + BLOCK:
                self._forget(BLOCK)
                start = 0
        return match

    def _element(self, name: bytes) -> Iterator[tuple[int, bytes | None, int]]:
        closing = b"</" + name + b">"
        offset, searched, dropped = self.at, 0, 0
        while True:
            end = self.window.find(closing, searched)
            again = self.opening.search(
                self.window, searched or 1, end if end >= 0 else len(self.window)
            )
            if again:  # it never ended
                end, cut = again.start(), again.start()
                break
            if end >= 0:
                cut = end = end + len(closing)
                break
            searched = max(1, len(self.window) - len(closing) - 64)
            if len(self.window) > self.limit:
                dropped += searched
                self._forget(searched)
                searched = 0
            if not self._more():
                cut = len(self.window)
                break
        size = dropped + cut
        yield offset, (self.window[:cut] if not dropped and cut <= self.limit else None), size
        self._forget(cut)

    def _more(self) -> bool:
        block = self.stream.read(BLOCK)
        self.window += block
        return bool(block)

    def _forget(self, size: int) -> None:
        self.window = self.window[size:]
        self.at += size

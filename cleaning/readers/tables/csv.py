"""Reads CSV and TSV with a head: one document a row, columns by `fields`."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from cleaning.readers.compressed import BREAKS, opened
from cleaning.readers.lines import BROKEN
from cleaning.readers.records import Record, SourceSpec, Unreadable, unreadable
from cleaning.readers.tables.entries import ambiguous, asked, entry, missing
from cleaning.readers.tables.stray import western
from cleaning.text.encoding import decode, of_utf8

_SEPARATORS = ",;\t|"
_ESCAPED = re.compile("[\udc80-\udcff]")  # what `surrogateescape` makes of a byte
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*")  # a line for Excel before the head
HEAD = 1 << 18  # bytes that tell the encoding of a file


class _TooLarge(ValueError):
    pass


class _Unix(io.RawIOBase):
    """A stream whose lines end as those of an old Macintosh, with the ends that are usual now."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer)).replace(b"\r", b"\n")
        buffer[: len(data)] = data
        return len(data)


class _Lines:
    """The lines of a stream as text, none longer than `limit` bytes, and how many bytes they came to."""

    def __init__(self, stream: BinaryIO, head: bytes, limit: int) -> None:
        self.stream, self.limit, self.at = stream, limit, 0
        head = head[: head.rfind(b"\n") + 1] or head
        whole, broken = of_utf8(head.splitlines())
        charset = "utf-8" if 0 < whole >= broken else decode(head, html=False)[1]
        # What is no UTF-8 behind a head that is stays as bytes until its row is whole.
        self.errors = {"utf-8": "surrogateescape", "cp1252": "tahona_cp1252"}.get(charset, "strict")
        self.wide = charset == "utf-16"  # a newline is two bytes, the first at an even place
        if self.wide:
            self.at = len(mark := stream.read(2))
            charset = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
        elif head.startswith(codecs.BOM_UTF8):
            self.at = len(stream.read(3))
        self.charset = charset

    def __iter__(self) -> Iterator[str]:
        while line := self._line(self.limit + 1):
            if len(line) > self.limit:
                while not self._ends(line) and (line := self._line(1 << 20)):
                    pass
                raise _TooLarge
            yield line.decode(self.charset, self.errors)

    def _line(self, most: int) -> bytes:
        line = self.stream.readline(most)
        while self.wide and line and len(line) < most and not self._ends(line):
            more = self.stream.read(1) if len(line) % 2 else self.stream.readline(most)
            if not more:
                break
            line += more
        self.at += len(line)
        return line

    def _ends(self, line: bytes) -> bool:
        if not self.wide:
            return line.endswith(b"\n")
        return len(line) % 2 == 0 and line.endswith("\n".encode(self.charset))


def read_csv(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """One document a row, plain or compressed; `offset` is that of the row in the decompressed content.

    The encoding is found as that of a page is, in the first HEAD bytes; a row that is not in it is unreadable, but one
    whose bytes are letters of cp1252. The sign between columns is the one of `, ; | tab` that is most frequent in the
    head. A row with more or fewer cells
    than the head is unreadable, and so is the whole file where two columns have the name of a field, or none that
    of the text. Quotes are those of CSV, or characters of the texts, as `_are_text` tells.
    """
    csv.field_size_limit(max(limit, 131_072))
    try:
        with opened(path) as stream:
            first = stream.read(HEAD)
            old = b"\r" in first and b"\n" not in first
    except BREAKS:
        yield Record(0, unreadable=BROKEN)
        return
    with opened(path) as stream:
        lines = _Lines(io.BufferedReader(_Unix(stream)) if old else stream, first, limit)
        rows = iter(lines)
        try:
            head = next(rows, None)
            separator_line = _SEPARATOR_LINE.fullmatch(head or "")
            if separator_line:
                head = next(rows, None)
            if head is None:
                return
            separator = separator_line[1] if separator_line else max(_SEPARATORS, key=head.count)
            names = [name.strip() for name in next(csv.reader([head], delimiter=separator))]
            wrong = _undivided(names, spec) or missing(names, spec.place("text"))
            if why := ambiguous(names, asked(spec)) or wrong:
                yield Record(0, unreadable=why)
                return
            sample = first.replace(b"\r", b"\n") if old else first
            plain = _are_text(sample.decode(lines.charset, "replace"), separator, len(names))
            form = {
                "delimiter": separator,
                "quoting": csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL,
            }
            yield from _rows(lines, rows, names, form, spec, limit)
        except _TooLarge:
            yield Record(0, removed=("too_large", None, float(limit)))
        except BREAKS:
            yield Record(lines.at, unreadable=BROKEN)
        except (csv.Error, UnicodeDecodeError) as error:
            yield Record(0, unreadable=unreadable("no document", f"no CSV: {error}"))


def _undivided(names: list[str], spec: SourceSpec) -> Unreadable | None:
    """Why a table whose head is one column can't be read: that isn't the text, so another sign ends its columns."""
    if len(names) != 1 or names[0] == spec.place("text"):
        return None
    separators = "a comma, ;, | or a tab, or by what a first line `sep=^` says"
    detail = f"the head {names[0][:40]!r} is one column: columns are separated by {separators}"
    return unreadable("no document", detail)


def _are_text(sample: str, separator: str, columns: int) -> bool:
    """Whether quotes are characters of the texts, as in a table that pandas wrote with QUOTE_NONE.

    Each line of the sample must have its cells without them; of the cells that begin with a quote most must not end
    with one, and one must go on behind its closing one, which CSV forbids (RFC 4180). A table separated by tabs needs
    no such cell, since its format knows no quotes (IANA's text/tab-separated-values), if none begins with one.
    """
    lines = [
        line for line in sample[: sample.rfind("\n") + 1].splitlines(keepends=True) if line.strip()
    ]
    if any(line.count(separator) != columns - 1 for line in lines):
        return False
    cells = [cell for line in lines for cell in line.rstrip().split(separator) if cell[:1] == '"']
    whole = sum(len(cell) > 1 and cell.endswith('"') for cell in cells)
    if not cells or len(cells) <= 2 * whole:
        return not cells and separator == "\t"
    try:
        for _ in csv.reader(lines, delimiter=separator, strict=True):
            pass
    except csv.Error as error:
        return "expected after" in str(error)
    return False


def _stray(cells: Sequence[str]) -> bool:
    """Whether a row has bytes that are no UTF-8: what is printed never is one."""
    return any(not cell.isprintable() and _ESCAPED.search(cell) for cell in cells)


def _rows(
    lines: _Lines,
    rows: Iterator[str],
    names: list[str],
    form: Mapping[str, Any],
    spec: SourceSpec,
    limit: int,
) -> Iterator[Record]:
    reader = csv.reader(rows, **form)
    while True:
        start = lines.at
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _TooLarge:
            yield Record(start, removed=("too_large", None, float(limit)))
            rows = iter(lines)
            reader = csv.reader(rows, **form)
            continue
        except csv.Error as error:
            yield Record(start, unreadable=unreadable("no document", f"no row of CSV: {error}"))
            continue
        except UnicodeDecodeError as error:
            detail = f"a row that is not in the {lines.charset} of the head: {error.reason}"
            yield Record(start, unreadable=unreadable("no document", detail))
            rows = iter(lines)
            reader = csv.reader(rows, **form)
            continue
        if not cells:
            continue
        if _stray(cells):
            read = [western(cell.encode("utf-8", "surrogateescape")) for cell in cells]
            if None in read:
                detail = "a row that is not in the utf-8 of the head"
                yield Record(start, unreadable=unreadable("no document", detail))
                continue
            cells = [cell for cell in read if cell is not None]
        if len(cells) != len(names):
            detail = f"{len(cells)} cell{'s' * (len(cells) != 1)} for {len(names)} column{'s' * (len(names) != 1)}"
            yield Record(start, unreadable=unreadable("no document", detail))
            continue
        yield entry(start, dict(zip(names, cells, strict=True)), spec)

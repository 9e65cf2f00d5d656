"""Reads CSV and TSV with a head: one document a row, columns by `fields`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from cleaning.readers.compressed import BREAKS, opened
from cleaning.readers.entries import entry
from cleaning.readers.lines import BROKEN
from cleaning.readers.records import Record, SourceSpec, unreadable

_SEPARATORS = ",;\t|"


class _TooLarge(ValueError):
    pass


class _Lines:
    """The lines of a stream as text, none longer than `limit`, and how many bytes they came to."""

    def __init__(self, stream: io.BufferedIOBase, limit: int) -> None:
        self.stream, self.limit, self.at = stream, limit, 0

    def __iter__(self) -> Iterator[str]:
        while line := self.stream.readline(self.limit + 1):
            self.at += len(line)
            if len(line) > self.limit:
                while not line.endswith(b"\n") and (line := self.stream.readline(1 << 20)):
                    self.at += len(line)
                raise _TooLarge
            yield (
                line.decode("utf-8", "replace").lstrip("\ufeff")
                if self.at == len(line)
                else line.decode("utf-8", "replace")
            )


def read_csv(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """One document a row, plain or compressed, UTF-8; `offset` is that of the row in the decompressed content.

    The sign between columns is the one of `, ; | tab` that is most frequent in the head. A row with more
    or fewer cells than the head is unreadable.
    """
    csv.field_size_limit(max(limit, 131_072))
    with opened(path) as stream:
        lines = _Lines(stream, limit)  # type: ignore[arg-type]
        rows = iter(lines)
        try:
            head = next(rows, None)
            if head is None:
                return
            separator = max(_SEPARATORS, key=head.count)
            names = next(csv.reader([head], delimiter=separator))
            yield from _rows(lines, rows, names, separator, spec, limit)
        except _TooLarge:
            yield Record(0, removed=("too_large", None, float(limit)))
        except BREAKS:
            yield Record(lines.at, unreadable=BROKEN)
        except csv.Error as error:
            yield Record(0, unreadable=unreadable("no document", f"no CSV: {error}"))


def _rows(
    lines: _Lines,
    rows: Iterator[str],
    names: list[str],
    separator: str,
    spec: SourceSpec,
    limit: int,
) -> Iterator[Record]:
    reader = csv.reader(rows, delimiter=separator)
    while True:
        start = lines.at
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _TooLarge:
            yield Record(start, removed=("too_large", None, float(limit)))
            rows = iter(lines)
            reader = csv.reader(rows, delimiter=separator)
            continue
        except csv.Error as error:
            yield Record(start, unreadable=unreadable("no document", f"no row of CSV: {error}"))
            continue
        if not cells:
            continue
        if len(cells) != len(names):
            detail = f"{len(cells)} cells, {len(names)} columns"
            yield Record(start, unreadable=unreadable("no document", detail))
            continue
        yield entry(start, dict(zip(names, cells, strict=True)), spec)

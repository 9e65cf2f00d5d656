"""Reads JSON lines: one document a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from cleaning.readers.compressed import BREAKS, opened
from cleaning.readers.entries import entry
from cleaning.readers.lines import BROKEN, lines_of
from cleaning.readers.records import Record, SourceSpec, Span, unreadable
from cleaning.readers.whole import whole

_LIST = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*(?:\{|\Z)")


def read_jsonl(
    path: Path, spec: SourceSpec, limit: int, span: Span | None = None
) -> Iterator[Record]:
    """One document a line of JSON, plain or compressed; fields by `spec.place`.

    `offset` is that of the line in the decompressed content. A file that is one list of objects is read as
    that, where it is no larger than a record; `offset` is then the number of the object.
    """
    if is_list(path):
        yield from _listed(path, spec, limit) if not span or span[0] == 0 else ()
        return
    for offset, line, size in lines_of(path, limit, span):
        if size > limit:
            yield Record(offset, removed=("too_large", size, limit))
        elif line is None:
            yield Record(offset, unreadable=BROKEN)
        elif line.strip():
            yield _line(offset, line, spec)


def is_list(path: Path) -> bool:
    """Whether a file begins as a list of objects does."""
    try:
        with opened(path) as stream:
            return bool(_LIST.match(stream.read(4096)))
    except BREAKS:
        return False


def _listed(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    data = whole(path, limit)
    if isinstance(data, Record):
        yield data
        return
    try:
        entries = json.loads(data)
    except (ValueError, RecursionError) as error:
        yield Record(0, unreadable=unreadable("no JSON", str(error)[:200] or "nested too deeply"))
        return
    for number, value in enumerate(entries):
        if isinstance(value, dict):
            yield entry(number, value, spec)
        else:
            yield Record(number, unreadable=unreadable("no JSON", "an entry that is no object"))


def _line(offset: int, line: bytes, spec: SourceSpec) -> Record:
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        where = f"{error.msg.removesuffix(' at')} at character {error.pos} of the line"
        return Record(offset, unreadable=unreadable("no JSON", where))
    except ValueError as error:  # not UTF-8
        return Record(offset, unreadable=unreadable("no JSON", str(error)))
    except RecursionError:
        return Record(offset, unreadable=unreadable("no JSON", "nested too deeply"))
    if not isinstance(data, dict):
        return Record(offset, unreadable=unreadable("no JSON", "a line that holds no object"))
    return entry(offset, data, spec)

"""Reads JSON lines: one document a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from cleaning.readers.entries import entry
from cleaning.readers.lines import BROKEN, lines_of
from cleaning.readers.records import Record, SourceSpec, Span, unreadable


def read_jsonl(
    path: Path, spec: SourceSpec, limit: int, span: Span | None = None
) -> Iterator[Record]:
    """One document a line of JSON, plain, gzip or zstd; fields by `spec.fields`.

    `offset` is that of the line in the decompressed content.
    """
    for offset, line, size in lines_of(path, limit, span):
        if size > limit:
            yield Record(offset, removed=("too_large", size, limit))
        elif line is None:
            yield Record(offset, unreadable=BROKEN)
        elif line.strip():
            yield _line(offset, line, spec)


def _line(offset: int, line: bytes, spec: SourceSpec) -> Record:
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        where = f"{error.msg} at character {error.pos} of the line"
        return Record(offset, unreadable=unreadable("no JSON", where))
    except ValueError as error:  # not UTF-8
        return Record(offset, unreadable=unreadable("no JSON", str(error)))
    except RecursionError:
        return Record(offset, unreadable=unreadable("no JSON", "nested too deeply"))
    if not isinstance(data, dict):
        return Record(offset, unreadable=unreadable("no JSON", "a line that holds no object"))
    return entry(offset, data, spec)

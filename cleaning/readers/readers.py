"""One reader a source format: each turns a file into records, and says what it could not read.

A reader is a function `(path, spec, limit) -> Iterator[Record]` in `READERS`; `limit` bounds one record,
in bytes. It never raises on bad data: a stretch that can't be read is one record with `unreadable` set,
and reading goes on behind it. Records that hold no page (WARC requests, metadata, warcinfo; the
description of an ARC file; empty lines) are not given at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cleaning import http
from cleaning.readers.compressed import BREAKS, opened
from cleaning.readers.records import FIELDS, Record, SourceSpec, unreadable
from cleaning.readers.warc import read_arc, read_warc
from pipeline.errors import TahonaError

Reader = Callable[[Path, SourceSpec, int], Iterator[Record]]

SUFFIXES = {
    "warc": "warc",
    "wet": "warc",
    "arc": "arc",
    "txt": "text",
    "text": "text",
    "md": "text",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "json": "jsonl",
}
COMPRESSIONS = frozenset({"gz", "zst", "lz4", "bad"})


def reader_of(name: str, spec: SourceSpec) -> str:
    """The name of the reader of a file: what its source says, else what its suffix says.

    Raises TahonaError for a suffix that no reader knows.
    """
    if spec.reader != "auto":
        return spec.reader
    suffixes = name.lower().split(".")[1:]
    while suffixes and suffixes[-1] in COMPRESSIONS:
        suffixes.pop()
    if suffixes and suffixes[-1] in SUFFIXES:
        return SUFFIXES[suffixes[-1]]
    readers = ", ".join(READERS)
    raise TahonaError(
        f"no reader knows the suffix of {name}: give its source a `reader` ({readers})"
    )


def read_jsonl(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """One document a line of JSON, plain, gzip or zstd; fields by `spec.fields`.

    `offset` is that of the line in the decompressed content.
    """
    for offset, line, size in _lines(path, limit):
        if size > limit:
            yield Record(offset, removed=("too_large", size, limit))
        elif line is None:
            yield Record(
                offset, unreadable=unreadable("damaged", "the compressed data breaks or ends here")
            )
        elif line.strip():
            yield _entry(offset, line, spec)


def _entry(offset: int, line: bytes, spec: SourceSpec) -> Record:
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
    values = {name: _value(data, spec.fields.get(name, name)) for name in FIELDS}
    text = values.pop("text")
    if not isinstance(text, str):
        name = spec.fields.get("text", "text")
        return Record(offset, unreadable=unreadable("no text", f"none in the field {name!r}"))
    told = {k: str(v) for k, v in values.items() if isinstance(v, (str, int, float)) and v != ""}
    return Record(
        offset,
        url=told.pop("url", None),
        captured_at=http.timestamp(told.pop("captured_at", "")),
        text=text,
        digest=http.payload_digest(text.encode("utf-8", "surrogatepass")),
        entry=told.pop("id", None),
        metadata=told,
    )


def _value(data: Mapping[str, Any], name: str) -> Any:
    if name in data:
        return data[name]
    value: Any = data
    for key in name.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def read_text(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """Documents of a plain text file, plain, gzip or zstd; `spec.unit` says what one document is.

    `offset` is that of the document's first line in the decompressed content.
    """
    lines: list[bytes] = []
    start = size = 0
    for offset, line, length in _lines(path, limit):
        if line is None and length == 0:
            yield from _unit(start, lines, size, limit)
            yield Record(
                offset, unreadable=unreadable("damaged", "the compressed data breaks or ends here")
            )
            return
        blank = line is not None and not line.strip()
        if spec.unit == "line" or (spec.unit == "block" and blank):
            yield from _unit(start, lines, size, limit)
            lines, size = [], 0
        if size == 0 and blank:
            continue
        if size == 0:
            start = offset
        size += length
        if size <= limit and line is not None:
            lines.append(line)
        else:
            lines.clear()
    yield from _unit(start, lines, size, limit)


def _unit(start: int, lines: list[bytes], size: int, limit: int) -> Iterator[Record]:
    if size > limit:
        yield Record(start, removed=("too_large", size, limit))
    elif size:
        content = b"".join(lines)
        digest = http.payload_digest(content)
        yield Record(start, content=content, digest=digest, media_type="text/plain")


def _lines(path: Path, limit: int) -> Iterator[tuple[int, bytes | None, int]]:
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


READERS: Mapping[str, Reader] = {
    "warc": read_warc,
    "arc": read_arc,
    "text": read_text,
    "jsonl": read_jsonl,
}

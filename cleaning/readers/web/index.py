"""Reads what an index names: records of WARC files elsewhere by their ranges, or whole files by a list of paths.

An index is the answer to a query of Common Crawl's (or another CDX) index: lines of JSON, of CDXJ, CSV with a head,
or a Parquet file, as the columnar index gives it. Only the bytes of the records are fetched, some at once, from any
place fsspec knows.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from cleaning.readers.lines import BROKEN, lines_of
from cleaning.readers.records import Record, SourceSpec, Span, unreadable
from cleaning.readers.tables.parquet import is_parquet, rows_of
from cleaning.readers.web.warc import records_of
from cleaning.readers.zipped import outside
from pipeline.errors import TahonaError

COMMON_CRAWL = "https://data.commoncrawl.org/"
AT_ONCE = 16  # ranges that are asked for together
TRIES = 3
LONGEST_NAME, LONGEST_PATH = 255, 1000  # bytes; S3 knows keys of 1,024, Linux names of 255
_NOT_THERE = (FileNotFoundError, NotADirectoryError, IsADirectoryError)
_NAMES: Mapping[
    str, tuple[str, ...]
] = {  # in the answers of the index server, and in the columnar index
    "file": ("filename", "warc_filename"),
    "offset": ("offset", "warc_record_offset"),
    "length": ("length", "warc_record_length"),
}
_CDXJ = re.compile(rb"\S+ \d{1,17} (\{.*\})\s*\Z", re.DOTALL)
_URL = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


class Range(NamedTuple):
    """A record in a file of the archive, in bytes."""

    file: str
    offset: int
    length: int


def read_index(
    path: Path, spec: SourceSpec, limit: int, span: Span | None = None
) -> Iterator[Record]:
    """The records that the lines or rows name, in their order. `file` and `offset` are those of the WARC file.

    Files stand below `spec.archive` (a URL or an absolute path; Common Crawl's own by default). Raises
    TahonaError where a place does not answer: that is no damage, and the work is done again later.
    """
    base = spec.archive or COMMON_CRAWL
    waiting: list[tuple[int, Range, Future[bytes | None]]] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for offset, named in _ranges(path, limit, span):
            if isinstance(named, Record):
                while waiting:
                    yield from _fetched(*waiting.pop(0), limit)
                yield named
                continue
            waiting.append((offset, named, pool.submit(_fetch, base, named)))
            if len(waiting) >= 2 * AT_ONCE:
                yield from _fetched(*waiting.pop(0), limit)
        while waiting:
            yield from _fetched(*waiting.pop(0), limit)


def _ranges(path: Path, limit: int, span: Span | None) -> Iterator[tuple[int, Range | Record]]:
    """Where each line or row begins, or which it is, and the range that it names."""
    entries = _rows(path, span) if is_parquet(path) else _entries(path, limit, span)
    for place, fields in entries:
        if isinstance(fields, Record):
            yield place, fields
            continue
        try:
            named = _range(fields)
        except (ValueError, TypeError) as error:
            detail = f"{error} in {str(dict(fields))[:80]}"
            yield place, Record(place, unreadable=unreadable("no header", detail))
            continue
        if _is_refused(named.file):
            detail = f"the path {named.file[:100]!r}"
            yield place, Record(place, unreadable=unreadable("refused", detail))
        elif named.length > limit:
            too_large = Record(named.offset, file=named.file)
            too_large.removed = ("too_large", float(named.length), float(limit))
            yield place, too_large
        else:
            yield place, named


def _entries(
    path: Path, limit: int, span: Span | None
) -> Iterator[tuple[int, Mapping[str, Any] | Record]]:
    """The fields of each line that is not empty."""
    columns = _columns(path)
    for offset, line, size in lines_of(path, limit, span):
        if line is None:
            wrong = BROKEN if size == 0 else unreadable("no header", "a line that is too long")
            yield offset, Record(offset, unreadable=wrong)
        elif line.strip() and not (columns and offset == 0):
            try:
                yield offset, _fields(line, columns)
            except (ValueError, csv.Error, RecursionError) as error:
                detail = f"{error} in {line[:80]!r}"
                yield offset, Record(offset, unreadable=unreadable("no header", detail))


def _rows(path: Path, span: Span | None) -> Iterator[tuple[int, Mapping[str, Any] | Record]]:
    """The fields of each row of a Parquet file; of a span the rows whose place among all lies as far in as it."""
    size = path.stat().st_size
    first, end = span or (0, size)
    for row, count, values in rows_of(path, [name for names in _NAMES.values() for name in names]):
        if isinstance(values, Record):
            if first == 0:
                yield row, values
        elif first <= row * size // count < end:
            yield row, values


def _columns(path: Path) -> list[str]:
    """The names of the columns where the file is CSV, whose head may lie in another range."""
    _, line, _ = next(iter(lines_of(path, 1 << 16)), (0, None, 0))
    head = (line or b"").decode("utf-8", "replace")
    try:
        columns = next(csv.reader([head]))
    except (csv.Error, StopIteration):
        return []
    return columns if set(_NAMES["file"]) & set(columns) else []


def _fields(line: bytes, columns: list[str]) -> Mapping[str, Any]:
    if columns:
        cells = next(csv.reader([line.decode()]))
        return dict(zip(columns, cells, strict=True))
    match = _CDXJ.match(line)
    fields = json.loads(match[1] if match else line)
    if not isinstance(fields, dict):
        raise ValueError("no object")
    return fields


def _range(fields: Mapping[str, Any]) -> Range:
    file, offset, length = (
        next(fields[name] for name in names if name in fields)
        if any(name in fields for name in names)
        else _missing(names)
        for names in _NAMES.values()
    )
    if int(offset) < 0 or int(length) <= 0:
        raise ValueError("no range")
    return Range(str(file), int(offset), int(length))


def _is_refused(name: str) -> bool:
    """Whether a path leads out of the archive, or is none that a store of files could know."""
    segments = [segment.encode("utf-8", "surrogatepass") for segment in name.split("/")]
    return (
        outside(name)
        or bool(_URL.match(name))
        or "\0" in name
        or max(map(len, segments)) > LONGEST_NAME
        or sum(map(len, segments)) > LONGEST_PATH
    )


def _missing(names: tuple[str, ...]) -> Any:
    raise ValueError(f"no field {names[0]!r}")


def _fetch(base: str, named: Range) -> bytes | None:
    """The bytes of a record, None where its file is not there."""
    import fsspec

    url = f"{base.rstrip('/')}/{named.file}"
    for attempt in range(TRIES):
        try:
            system, place = fsspec.core.url_to_fs(url)
            return cast(bytes, system.cat_file(place, named.offset, named.offset + named.length))
        except _NOT_THERE:
            return None
        except Exception as error:  # each kind of place has errors of its own
            if attempt == TRIES - 1:
                raise TahonaError(f"{url} can't be read: {error}; run again later") from error
    return None


def _fetched(line: int, named: Range, future: Future[bytes | None], limit: int) -> Iterator[Record]:
    data = future.result()
    if data is None:
        detail = f"{named.file[:200]} is not there"
        yield Record(named.offset, file=named.file, unreadable=unreadable("gave up", detail))
        return
    is_record = False
    for record in records_of(io.BytesIO(data), limit):
        is_record = True
        record.offset += named.offset
        record.file = named.file
        yield record
    if not is_record:
        detail = "no record that could be a page is at this place"
        yield Record(named.offset, file=named.file, unreadable=unreadable("no header", detail))


def read_paths(
    path: Path, spec: SourceSpec, limit: int, span: Span | None = None
) -> Iterator[Record]:
    """The records of the WARC or WET files whose paths the lines are, below `spec.archive`, read as they come."""
    import fsspec

    base = spec.archive or COMMON_CRAWL
    for offset, line, size in lines_of(path, 1 << 16, span):
        name = (line or b"").decode("utf-8", "replace").strip()
        if line is None:
            wrong = BROKEN if size == 0 else unreadable("no header", "a line that is too long")
            yield Record(offset, unreadable=wrong)
        elif _is_refused(name):
            yield Record(offset, unreadable=unreadable("refused", f"the path {name[:100]!r}"))
        elif name:
            try:
                with fsspec.open(f"{base.rstrip('/')}/{name}", "rb") as stream:
                    for record in records_of(cast(BinaryIO, stream), limit):
                        record.file = name
                        yield record
            except _NOT_THERE:
                yield Record(offset, unreadable=unreadable("gave up", f"{name[:200]} is not there"))
            except Exception as error:  # each kind of place has errors of its own
                url = f"{base.rstrip('/')}/{name}"
                raise TahonaError(f"{url} can't be read: {error}; run again later") from error

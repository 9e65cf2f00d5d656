"""Reads JSON: one document a line, an object of a list, or an object over several lines."""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterator
from typing import Any

from cleaning.readers.compressed import BREAKS, opened
from cleaning.readers.lines import BROKEN, lines_of
from cleaning.readers.records import Record, SourceSpec, Span, unreadable
from cleaning.readers.signatures import page
from cleaning.readers.tables.entries import entry
from cleaning.readers.tables.stray import western
from cleaning.readers.whole import whole
from cleaning.text.encoding import decode, of_utf8
from pipeline.model.stage import Openable

# A list of objects, or an object whose first line holds its beginning alone and the second a name.
_SPREAD = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*(?:\{|\Z)|\{[ \t]*\r?\n\s*\")")
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CR = re.compile(rb"[^\n]*\}\r[ \t]*\{")  # the lines of an old Macintosh
_HEAD = 1 << 16
_WHOLE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")  # characters of UTF-8 beyond ASCII
_FEW = 20  # lines for each that may be damaged; of Spanish every other short one has an accent
_GAP = re.compile(r"[\s,]*")


def read_jsonl(
    path: Openable, spec: SourceSpec, limit: int, span: Span | None = None
) -> Iterator[Record]:
    """One document a line of JSON, plain or compressed; fields by `spec.place`.

    `offset` is that of the line in the decompressed content. A line that is no UTF-8 is read as what the beginning of
    its file is, where most of that is none either, or as cp1252 where that makes words of it. A file that is one list
    of objects, or in which objects stand over several lines, is read whole, where it is no larger than a record;
    `offset` is then the number of the object, and that of the line in a file in UTF-16 or with CR at the ends of lines.
    """
    head = _head(path)
    if html := page(head):
        if not span or span[0] == 0:
            yield Record(0, unreadable=html)
        return
    charset = "utf-16" if head.startswith(_MARKS) else "utf-8-sig" if _CR.match(head) else None
    if charset or _SPREAD.match(head):
        if not span or span[0] == 0:
            yield from _lines(path, charset, spec, limit) if charset else _spread(path, spec, limit)
        return
    encoding = _charset_of_lines(head[: head.rfind(b"\n") + 1] or head)
    for offset, line, size in lines_of(path, limit, span):
        if size > limit:
            yield Record(offset, removed=("too_large", size, limit))
        elif line is None:
            yield Record(offset, unreadable=BROKEN)
        elif line := line.strip(b" \t\r\n\x1e"):  # the last begins a text of RFC 7464
            record = _line(offset, _text(line, encoding), spec)
            line = None  # a very long one is not held while its record is read
            yield record


def _text(data: bytes, charset: str) -> bytes | str:
    """A line in UTF-8 as it is, one in the charset of its file decoded, or in cp1252 where that is UTF-8; as it is,
    too, where it is in none.
    """
    try:
        data.decode()
    except UnicodeDecodeError:
        if charset == "utf-8":
            return western(data) or data
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            pass
    return data


def _head(path: Openable) -> bytes:
    try:
        with opened(path) as stream:
            return stream.read(_HEAD)
    except BREAKS:
        return b""


def _lines(path: Openable, charset: str, spec: SourceSpec, limit: int) -> Iterator[Record]:
    number = 0
    with opened(path) as stream, io.TextIOWrapper(stream, charset, "tahona_cp1252") as lines:
        try:
            while line := lines.readline(limit + 1):
                size = len(line)
                while size > limit and not line.endswith("\n"):
                    if not (line := lines.readline(1 << 20)):
                        break
                    size += len(line)
                if size > limit:
                    yield Record(number, removed=("too_large", size, limit))
                elif line := line.strip():
                    yield _line(number, line, spec)
                number += 1
        except BREAKS:
            yield Record(number, unreadable=BROKEN)


def _spread(path: Openable, spec: SourceSpec, limit: int) -> Iterator[Record]:
    data = whole(path, limit)
    if isinstance(data, Record):
        yield data
        return
    number = 0
    try:
        for value in _values(_decoded(data)):
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, dict):
                    yield entry(number, inner, spec)
                else:
                    detail = "an entry that is no object"
                    yield Record(number, unreadable=unreadable("no JSON", detail))
                number += 1
    except (ValueError, RecursionError) as error:
        detail = str(error)[:200] or "nested too deeply"
        yield Record(number, unreadable=unreadable("no JSON", detail))


def _decoded(data: bytes) -> str:
    """The text of a file in its charset; a ValueError where that is UTF-8 and damaged."""
    if (charset := _charset(data)) != "utf-8":
        return data.decode(charset)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if (text := western(data.removeprefix(codecs.BOM_UTF8))) is None:
            raise
        return text


def _charset_of_lines(data: bytes) -> str:
    """UTF-8 where as many lines beyond ASCII are that as are not, or nearly all are ASCII: the others are damaged.

    Else as that of a file that is read whole.
    """
    lines = data.splitlines()
    whole, broken = of_utf8(lines)
    if whole >= broken if whole else _FEW * broken <= len(lines):
        return "utf-8"
    return _charset(data)


def _charset(data: bytes) -> str:
    """UTF-8, too, where it is damaged: where more of its characters are whole than are not. Else as a page's."""
    if len(_WHOLE.findall(data)) > data.decode("utf-8", "replace").count("\ufffd"):
        return "utf-8"
    return decode(data, html=False)[1]


def _values(text: str) -> Iterator[Any]:
    """The values of a text of JSON one after another, with commas between them or none."""
    decoder = json.JSONDecoder()
    at = 0
    while gap := _GAP.match(text, at):
        if gap.end() == len(text):
            return
        value, at = decoder.raw_decode(text, gap.end())
        yield value


def _line(offset: int, line: bytes | str, spec: SourceSpec) -> Record:
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

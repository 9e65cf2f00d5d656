"""What HTTP says: the head of a message, the type and charset of a body, and the bytes inside its encoding."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

GZIP_MAGIC = b"\x1f\x8b"
BLANK = re.compile(rb"\r?\n\r?\n")  # the empty line behind a head, whatever its line ends
END = 1000  # bytes behind which nothing of a page stands but what a cache or a counter added
STEP = 1 << 20  # bytes that are unpacked at once
_GZIPS = frozenset({"gzip", "x-gzip"})
ENCODINGS = _GZIPS | {"deflate", "br", "zstd"}
_CHUNK = re.compile(rb"\s*0*([0-9a-fA-F]{1,8})[ \t\r]*(?:;[^\n]*)?\n")
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})-?(\d\d)?-?(\d\d)?[T ]?(\d\d)?:?(\d\d)?:?(\d\d)?(?:\.\d*)?Z?")


class TooLarge(Exception):
    """A body that unpacks to more than it may."""


class Damaged(ValueError):
    """A body that its encoding does not allow."""


def split_head(block: bytes) -> tuple[bytes, bytes]:
    """Head and body, split at the first empty line, whatever its line ends; it goes with the head.

    Without one, all is head.
    """
    match = BLANK.search(block)
    return (block[: match.end()], block[match.end() :]) if match else (block, b"")


def is_success(status: int, content_range: str = "") -> bool:
    """Whether a status comes with the page: 200, 203 by a proxy that changed something, 206 with all there is."""
    if status == 206:
        stated = _RANGE.fullmatch(content_range.strip())
        return stated is not None and stated[1] == "0" and int(stated[2]) + 1 == int(stated[3])
    return status in (200, 203)


def ends_as_page(body: bytes) -> bool:
    """Whether a body ends as a page does: whole, whatever its length was said to be."""
    return b"</html>" in body[-END:].lower()


def charset_in(content_type: str) -> str | None:
    """The charset that a Content-Type names first."""
    match = _CHARSET.search(content_type)
    return match[1] if match else None


def decompressed(data: bytes, encoding: str, limit: int, cut: bool = False) -> tuple[bytes, bool]:
    """What data in one of the ENCODINGS holds, and whether it ended.

    TooLarge above `limit` bytes (with `cut` the first so many), Damaged where it breaks; no more than `limit` bytes
    and one are made.
    """
    try:
        if encoding in {"br", "zstd"}:
            out, ended = (_brotli if encoding == "br" else _zstandard)(data, limit + 1)
        else:
            inflater = zlib.decompressobj(31 if encoding in _GZIPS else _deflate_bits(data))
            out = inflater.decompress(data, limit + 1)
            ended = inflater.eof
    except zlib.error as error:
        raise Damaged(str(error)) from error
    if len(out) > limit and not cut:
        raise TooLarge
    return out[:limit], ended


def _deflate_bits(data: bytes) -> int:
    """zlib's `wbits` for a body that is said to be deflated: as the standard says, or raw, as some servers do."""
    raw = data[:1] and (data[0] & 0x0F != 8 or int.from_bytes(data[:2], "big") % 31)
    return -15 if raw else 15


def _brotli(data: bytes, most: int) -> tuple[bytes, bool]:
    import brotli

    decompressor = brotli.Decompressor()
    try:
        out: bytes = decompressor.process(data, output_buffer_limit=most)
    except brotli.error as error:
        raise Damaged(str(error)) from error
    return out, decompressor.is_finished()


def _zstandard(data: bytes, most: int) -> tuple[bytes, bool]:
    import zstandard

    decompressor = zstandard.ZstdDecompressor()
    try:
        # The stream is bounded, and does not tell a frame that was cut off from one that ended.
        out: bytes = decompressor.stream_reader(data).read(most)
        if len(out) == most:
            return out, False
        frame = decompressor.decompressobj()
        frame.decompress(data)
    except zstandard.ZstdError as error:
        raise Damaged(str(error)) from error
    return out, frame.eof


def unpacked(body: bytes, content_encoding: str, limit: int, cut: bool = False) -> bytes | None:
    """The body without its Content-Encoding: gzip and deflate, for which we ask, br and zstd, which some send unasked.

    None for another encoding. A stream that was cut gives what it holds, a broken one nothing; TooLarge
    above `limit` bytes, with `cut` the first so many.
    """
    names = [n for n in (x.strip().lower() for x in content_encoding.split(",")) if n]
    for name in reversed(names):
        if name == "identity" or (name in _GZIPS and body[:2] != GZIP_MAGIC):
            continue  # some servers only say so
        if name not in ENCODINGS:
            return None
        try:
            body, _ = decompressed(body, name, limit, cut)
        except Damaged:
            body = b""
    return body


class Inflater:
    """Watches what a body unpacks to while it comes, so that a bomb is known before it lies in memory."""

    def __init__(self, content_encoding: str, limit: int) -> None:
        self._packed = content_encoding.strip().lower() in _GZIPS | {"deflate"}
        self._left = limit
        self._inflater: Any = None

    def is_over(self, data: bytes) -> bool:
        """Whether the body unpacks to more than the limit, with this piece of it."""
        if not self._packed or not data:
            return False
        try:
            if self._inflater is None:
                wbits = 31 if data[:2] == GZIP_MAGIC else _deflate_bits(data)
                self._inflater = zlib.decompressobj(wbits)
            while data and self._left >= 0:
                self._left -= len(self._inflater.decompress(data, STEP))
                data = self._inflater.unconsumed_tail
        except zlib.error:
            self._packed = False  # what it is shows itself later
        return self._left < 0


class Dechunked(NamedTuple):
    """What chunks hold, how they end (`whole`: with a chunk of size 0, else within one or behind one), and where."""

    body: bytes
    end: Literal["whole", "within", "behind"]
    at: int


def dechunked(body: bytes) -> Dechunked:
    """A body without its chunked transfer encoding (RFC 9112, 7.1), up to where that ends or breaks off.

    Read too are blanks around a size, an empty line more, bare LF, and a chunk without its end.
    """
    chunks, at = list[bytes](), 0
    while match := _CHUNK.match(body, at):
        size, at = int(match[1], 16), match.end()
        if not size:
            return Dechunked(b"".join(chunks), "whole", at)
        chunks.append(body[at : at + size])
        at += size
        if at > len(body):
            return Dechunked(b"".join(chunks), "within", len(body))
        at += 2 if body[at : at + 2] == b"\r\n" else body[at : at + 1] == b"\n"
    return Dechunked(b"".join(chunks), "behind", at)


def header(head: bytes, name: str) -> str:
    """The values of a header in a head, joined by commas; empty where it is absent."""
    return ", ".join(header_lines(head, name))


def header_lines(head: bytes, name: str) -> list[str]:
    """The value of each line of a header in a head: of some what one says holds for its own line alone."""
    return headers(head).get(name.lower(), [])


@lru_cache(maxsize=256)
def headers(head: bytes) -> dict[str, list[str]]:
    """The values of the headers of a head by their names in small letters, one for each line; not to be changed.

    A line in UTF-8 is read so, any other as ISO 8859-1.
    """
    values: dict[str, list[str]] = {}
    for line in head.split(b"\n")[1:]:
        name, colon, value = line.partition(b":")
        if colon and name[:1].strip():  # else it goes on with the line before
            values.setdefault(_text(name).strip().lower(), []).append(_text(value).strip())
    return values


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")


def timestamp(text: str) -> datetime | None:
    """A WARC-Date, an ARC date of 14 digits or an ISO 8601 date, as UTC; None where it is no date.

    Dates cut short (WARC 1.1 allows a year, a day, a minute) mean their first moment.
    """
    try:
        when = datetime.fromisoformat(text)
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        pass
    match = _DATE.fullmatch(text)
    if not match:
        return None
    fields = [
        int(digits) if digits else first
        for digits, first in zip(match.groups(), (0, 1, 1, 0, 0, 0), strict=True)
    ]
    try:
        return datetime(*fields, tzinfo=UTC)  # type: ignore[arg-type, misc]
    except ValueError:
        return None


def payload_digest(body: bytes) -> str:
    """The digest of a payload as WARC-Payload-Digest writes it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()

"""What HTTP says: the head of a message, the type and charset of a body, and the bytes inside its encoding."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

GZIP_MAGIC = b"\x1f\x8b"
BLANK = re.compile(rb"\r?\n\r?\n")  # the empty line behind a head, whatever its line ends
END = 1000  # bytes behind which nothing of a page stands but what a cache or a counter added
STEP = 1 << 20  # bytes that are unpacked at once
_CHUNK = re.compile(rb"\s*0*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})-?(\d\d)?-?(\d\d)?[T ]?(\d\d)?:?(\d\d)?:?(\d\d)?(?:\.\d*)?Z?")


class TooLarge(Exception):
    """A body that unpacks to more than it may."""


def split_head(block: bytes) -> tuple[bytes, bytes]:
    """Head and body, split at the first empty line, whatever its line ends; it goes with the head.

    Without one, all is head.
    """
    match = BLANK.search(block)
    return (block[: match.end()], block[match.end() :]) if match else (block, b"")


def is_success(status: int, content_range: str = "") -> bool:
    """Whether a status comes with the page: 200, 203 by a proxy that changed something, 206 with all there is."""
    if status == 206:
        part = _RANGE.fullmatch(content_range.strip())
        return part is not None and part[1] == "0" and int(part[2]) + 1 == int(part[3])
    return status in (200, 203)


def ends_as_page(body: bytes) -> bool:
    """Whether a body ends as a page does: whole, whatever its length was said to be."""
    return b"</html>" in body[-END:].lower()


def charset_in(text: str) -> str | None:
    """The charset that a Content-Type, or the beginning of a page, names first."""
    match = _CHARSET.search(text)
    return match[1] if match else None


def inflated(data: bytes, wbits: int, limit: int, cut: bool = False) -> tuple[bytes, bool]:
    """What zlib, raw deflate or gzip data (`wbits` 15, -15, 31) holds, and whether it ended.

    TooLarge above `limit` bytes (with `cut` the first so many), zlib.error where it is damaged.
    """
    inflater = zlib.decompressobj(wbits)
    out = inflater.decompress(data, limit + 1)
    if len(out) > limit and not cut:
        raise TooLarge
    return out[:limit], inflater.eof


def unpacked(body: bytes, content_encoding: str, limit: int, cut: bool = False) -> bytes | None:
    """The body without its Content-Encoding: gzip and deflate, for which we ask, br and zstd, which some send unasked.

    None for another encoding. A stream that was cut gives what it holds, a broken one nothing; TooLarge
    above `limit` bytes, with `cut` the first so many.
    """
    names = [n for n in (x.strip().lower() for x in content_encoding.split(",")) if n]
    for name in reversed(names):
        if name in {"gzip", "x-gzip"} and body[:2] == GZIP_MAGIC:  # some servers only say so
            body = _lenient(body, 31, limit, cut)
        elif name == "deflate":
            raw = body[:1] and (body[0] & 0x0F != 8 or int.from_bytes(body[:2], "big") % 31)
            body = _lenient(body, -15 if raw else 15, limit, cut)
        elif name in {"br", "zstd"}:
            body = _modern(body, name, limit)
            if len(body) > limit and not cut:
                raise TooLarge
            body = body[:limit]
        elif name not in {"gzip", "x-gzip", "identity"}:
            return None
    return body


class Inflater:
    """Watches what a body unpacks to while it comes, so that a bomb is known before it lies in memory."""

    def __init__(self, content_encoding: str, limit: int) -> None:
        self._packed = content_encoding.strip().lower() in {"gzip", "x-gzip", "deflate"}
        self._left = limit
        self._inflater: Any = None

    def is_over(self, data: bytes) -> bool:
        """Whether the body unpacks to more than the limit, with this piece of it."""
        if not self._packed or not data:
            return False
        try:
            if self._inflater is None:
                raw = data[0] & 0x0F != 8 or int.from_bytes(data[:2], "big") % 31
                wbits = 31 if data[:2] == GZIP_MAGIC else -15 if raw else 15
                self._inflater = zlib.decompressobj(wbits)
            while data and self._left >= 0:
                self._left -= len(self._inflater.decompress(data, STEP))
                data = self._inflater.unconsumed_tail
        except zlib.error:
            self._packed = False  # what it is shows itself later
        return self._left < 0


def dechunked(body: bytes) -> bytes:
    """A body without its chunked transfer encoding (RFC 9112, 7.1); of one that broke off, what is there."""
    chunks, at = [], 0
    while match := _CHUNK.match(body, at):
        size = int(match[1], 16)
        if not size:
            break
        chunks.append(body[match.end() : match.end() + size])
        at = match.end() + size
        at += 2 if body[at : at + 2] == b"\r\n" else body[at : at + 1] == b"\n"
    return b"".join(chunks)


def header(head: bytes, name: str) -> str:
    """The values of a header in a head, joined by commas; empty where it is absent."""
    return ", ".join(header_lines(head, name))


def header_lines(head: bytes, name: str) -> list[str]:
    """The value of each line of a header in a head: of some what one says holds for its own line alone."""
    return [v.decode("utf-8", errors="replace") for v in _header(name).findall(head)]


@lru_cache(maxsize=256)
def _header(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"^" + re.escape(name.encode()) + rb"[ \t]*:[ \t]*(.*?)\s*$", re.M | re.I)


def _lenient(data: bytes, wbits: int, limit: int, cut: bool) -> bytes:
    try:
        return inflated(data, wbits, limit, cut)[0]
    except zlib.error:
        return b""


def _modern(data: bytes, name: str, limit: int) -> bytes:
    """What br or zstd data holds, or the beginning of it above the limit; nothing where it is damaged."""
    import brotli
    import zstandard

    try:
        if name == "br":
            unpacked: bytes = brotli.Decompressor().process(data, output_buffer_limit=limit + 1)
            return unpacked
        return zstandard.ZstdDecompressor().stream_reader(data).read(limit + 1)
    except (brotli.error, zstandard.ZstdError):
        return b""


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

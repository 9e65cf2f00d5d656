"""What a crawl got for a URL: an exchange as it is stored, or a note of one that is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from cleaning.crawl.stage import Outcome
from cleaning.web.http import GZIP_MAGIC, dechunked, header, header_lines, is_success, unpacked
from cleaning.web.media import media_kind
from cleaning.web.urls import normalise

_HIGH = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True)
class Fetched:
    """One exchange: `head` is status line and headers as received, `body` the bytes behind it, as received
    (of crawls before 2026-12 without their transfer encoding); `request` the bytes sent; `date` ISO 8601;
    `truncated` why the body was cut, a word of WARC-Truncated; `name` that of the record, of one that was read.
    """

    url: str
    head: bytes
    body: bytes
    request: bytes = b""
    address: str | None = None
    date: str | None = None
    truncated: str | None = None
    name: str | None = None

    @property
    def status(self) -> int:
        match = re.match(rb"HTTP/\S+\s+(\d{3})", self.head, re.IGNORECASE)
        return int(match[1]) if match else 0

    def header(self, name: str) -> str:
        """The values of a header, joined by commas; empty where it is absent."""
        return header(self.head, name)

    def header_lines(self, name: str) -> list[str]:
        """The value of each line of a header."""
        return header_lines(self.head, name)

    @property
    def is_success(self) -> bool:
        """Whether it is what was asked for."""
        return is_success(self.status, self.header("content-range"))

    @property
    def entity(self) -> bytes:
        """The body without its transfer encoding."""
        chunked = "chunked" in self.header("transfer-encoding").lower()
        return dechunked(self.body).body if chunked else self.body

    def location(self) -> str | None:
        """Where a redirect leads to, normalised; None where the answer is none."""
        try:
            self.head.decode()
            head = self.head
        except UnicodeDecodeError:  # in the charset of the server, whose bytes it wants back
            head = _HIGH.sub(lambda byte: b"%%%02X" % ord(byte[0]), self.head)
        targets = header_lines(head, "location")  # the first of several, which browsers refuse
        return (
            normalise(targets[0], self.url)
            if 300 <= self.status < 400 and any(targets[:1])
            else None
        )

    def decoded(self, most: int, cut: bool = False) -> bytes | None:
        """The body without its encoding, and unpacked where it is itself a gzip file, as packed sitemaps are.

        None for an encoding that is not known; TooLarge above `most` bytes, but with `cut`, or of what was cut
        already, the first so many.
        """
        cut = cut or self.truncated is not None
        body = unpacked(self.entity, self.header("content-encoding"), most, cut)
        if body and body[:2] == GZIP_MAGIC:
            body = unpacked(body, "gzip", most, cut)
        return body[:most] if body and cut else body

    def is_page(self) -> bool:
        """Whether it counts as a page: a success, HTML or plain text, no robots.txt or ai.txt."""
        kind = media_kind(self.header("content-type"), self.entity)
        spoken = urlsplit(self.url).path in {"/robots.txt", "/ai.txt"}
        return self.is_success and kind in {"html", "plain"} and not spoken


@dataclass(frozen=True)
class Noted:
    """A URL that was fetched and not stored: why, in a word and where needed in more, and where it led to."""

    url: str
    outcome: Outcome
    status: int
    outlinks: Sequence[str] = ()
    reason: str | None = None

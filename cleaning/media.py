"""What a fetched body is: its kind by type and extension, and the bytes inside its encoding."""

from __future__ import annotations

import re
import zlib
from urllib.parse import urlsplit

from scrapy.linkextractors import IGNORED_EXTENSIONS

HTML = {"text/html", "application/xhtml+xml"}
XML = {
    "text/xml",
    "application/xml",
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/x-rss+xml",
}
GZIP_MAGIC = b"\x1f\x8b"
GZIP = {"application/gzip", "application/x-gzip", "application/octet-stream"}
_FEED_EXTENSIONS = {"rss", "atom", "xml", "rdf"}
_TEXT_AFTER_ALL = {"rss", "sh", "rb", "py", "bin"}  # also names of pages that programs make
_MORE_MEDIA = """
    avif bz2 csv deb dvi eot epub flac gz heic ics img json jsonld less map mjs mkv mobi oga ogv opus
    otf pkg psd rpm rtf scss sql srt sty tgz torrent ttf txz vcf wasm woff woff2 zst
"""
_NOT_TEXT = (set(IGNORED_EXTENSIONS) | set(_MORE_MEDIA.split())) - _TEXT_AFTER_ALL
_EXTENSION = re.compile(r"\.([a-z0-9]{1,8})$")


def media_kind(content_type: str, body: bytes = b"") -> str | None:
    """`html`, `plain` or `xml` by the Content-Type, `gzip` for what may be a packed sitemap, None for anything else.

    Without a type, the body decides: text that begins with a tag is HTML, other text without a zero
    byte plain, and an empty body, as of a redirect, plain.
    """
    media = re.split("[;,]", content_type)[0].strip().lower()
    if not media:
        start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
        if start.startswith(b"<?xml"):
            return "xml"
        if start.startswith(b"<"):
            return "html"
        return None if b"\0" in start else "plain"
    if media in HTML:
        return "html"
    if media in XML:
        return "xml"
    if media in GZIP:
        return "gzip"
    return "plain" if media == "text/plain" else None


def extension_kind(url: str) -> str | None:
    """`media` where the URL's extension says that it is no text, `feed` where it may be one, else None."""
    found = _EXTENSION.search(urlsplit(url).path.lower())
    if found and found[1] in _FEED_EXTENSIONS:
        return "feed"
    return "media" if found and found[1] in _NOT_TEXT else None


class TooLarge(Exception):
    """A body that unpacks to more than it may."""


def unpacked(body: bytes, content_encoding: str, limit: int) -> bytes | None:
    """The body without its Content-Encoding (gzip and deflate, which are all that we ask for).

    None for another encoding. A stream that was cut gives what it holds, a broken one nothing; TooLarge
    above `limit` bytes.
    """
    names = [n for n in (x.strip().lower() for x in content_encoding.split(",")) if n]
    for name in reversed(names):
        if name in {"gzip", "x-gzip"} and body[:2] == GZIP_MAGIC:  # some servers only say so
            body = _inflate(body, 31, limit)
        elif name == "deflate":
            raw = body[:1] and (body[0] & 0x0F != 8 or int.from_bytes(body[:2], "big") % 31)
            body = _inflate(body, -15 if raw else 15, limit)
        elif name not in {"gzip", "x-gzip", "identity"}:
            return None
    return body


def _inflate(data: bytes, wbits: int, limit: int) -> bytes:
    unpacker = zlib.decompressobj(wbits)
    try:
        out = unpacker.decompress(data, limit + 1)
    except zlib.error:
        return b""
    if len(out) > limit:
        raise TooLarge
    return out

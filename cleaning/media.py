"""What a body is: its kind by its media type, by its first bytes, or by the extension of its URL."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit

HTML = {"text/html", "application/xhtml+xml"}
XML = {
    "text/xml",
    "application/xml",
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/x-rss+xml",
}
GZIP = {"application/gzip", "application/x-gzip", "application/octet-stream"}
_FEED_EXTENSIONS = {"rss", "atom", "xml", "rdf"}
_TEXT_AFTER_ALL = {"rss", "sh", "rb", "py", "bin"}  # also names of pages that programs make
_MORE_MEDIA = """
    avif bz2 csv deb dvi eot epub flac gz heic ics img json jsonld less map mjs mkv mobi oga ogv opus
    otf pkg psd rpm rtf scss sql srt sty tgz torrent ttf txz vcf wasm woff woff2 zst
"""
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


@cache
def _not_text() -> frozenset[str]:
    from scrapy.linkextractors import IGNORED_EXTENSIONS  # heavy, and only a crawl asks

    return frozenset({*IGNORED_EXTENSIONS, *_MORE_MEDIA.split()} - _TEXT_AFTER_ALL)


def extension_kind(url: str) -> str | None:
    """`media` where the URL's extension says that it is no text, `feed` where it may be one, else None."""
    match = _EXTENSION.search(urlsplit(url).path.lower())
    if match and match[1] in _FEED_EXTENSIONS:
        return "feed"
    return "media" if match and match[1] in _not_text() else None

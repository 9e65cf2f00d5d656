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
# Scrapy's IGNORED_EXTENSIONS (2.19) without those that names of pages end in too, and more of their kind.
_MEDIA = """
    3gp 7z 7zip aac ai aiff apk asf asx au avi avif bat bmp bz2 cdr cpl css csv deb dmg doc docb
    docm docx dotm dotx drw dvi dxf eot eps epub exe flac flv gif gz heic hta ico ics img iso
    jar jpeg jpg js json jsonld less m4a m4v map mid mjs mkv mng mobi mov mp3 mp4 mpg msi msp
    odg odp ods odt oga ogg ogv opus otf pct pdf pkg png potm potx pps ppt pptm pptx ps psd psp
    pst qt ra rar rm rpm rtf scss sql srt sty svg swf tar tgz tif tiff torrent ttf txz vcf wasm
    wav webm webp wma wmv woff woff2 xls xlsm xlsx xltm xltx xz zip zst
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
def _media() -> frozenset[str]:
    return frozenset(_MEDIA.split())


def extension_kind(url: str) -> str | None:
    """`media` where the URL's extension says that it is no text, `feed` where it may be one, else None."""
    match = _EXTENSION.search(urlsplit(url).path.lower())
    if match and match[1] in _FEED_EXTENSIONS:
        return "feed"
    return "media" if match and match[1] in _media() else None

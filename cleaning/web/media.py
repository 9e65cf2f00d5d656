"""What a body is: its media type by what is stated and by its first bytes, and its kind by that or its URL."""

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
PAGES = HTML | {"text/plain"}
_VAGUE = {"", "application/octet-stream", "unknown", "no-type"}
GZIP = {"application/gzip", "application/x-gzip", "application/octet-stream"}
_SNIFFED = 2048  # bytes of a body that show its type
_HTML_TAG = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p)\b", re.IGNORECASE)
# An object of JSON or an array of them, and roots of XML that no one reads: what servers call HTML where a file has no
# name that tells (wp-json/wp/v2/posts/1/index.html, feed/index.html).
_JSON = re.compile(rb'[\[\s]*\{\s*"[^"\\<>]{1,200}"\s*:')
_FEED = re.compile(
    rb"(?:<[?!][^>]{0,500}>\s*){0,9}<(?:rss|feed|urlset|sitemapindex|oembed|opml|rdf:RDF)[\s>]"
)
_BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x00\x00",
    b"wOF",
    b"RIFF",
)
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


def media_type(content_type: str) -> str:
    """The media type that a Content-Type states, in small letters: the first of several, empty where there is none."""
    return re.split("[;,]", content_type, maxsplit=1)[0].strip().lower()


def sniffed_type(body: bytes) -> str:
    """The media type that the first bytes of a body show: `text/html` where it begins with a tag and has one of HTML,
    `application/octet-stream` as files of known formats begin, `application/xml` behind its declaration, else
    `text/plain`; empty where a zero byte leaves it open.
    """
    start = _start(body)
    if start.startswith(b"<") and has_html(start):
        return "text/html"
    if start.startswith(_BINARY):
        return "application/octet-stream"
    if b"\0" in start:
        return ""
    return "application/xml" if start.startswith(b"<?xml") else "text/plain"


def has_html(body: bytes) -> bool:
    """Whether a tag of HTML stands in the first bytes of a body."""
    return _HTML_TAG.search(body, 0, _SNIFFED) is not None


def _start(body: bytes) -> bytes:
    return body[:_SNIFFED].lstrip(b"\xef\xbb\xbf \t\r\n")


def media_kind(content_type: str, body: bytes = b"") -> str | None:
    """`html`, `plain` or `xml` by the Content-Type, `gzip` for what may be a packed sitemap, None for anything else.

    Without a type the body decides: any that begins with a tag may have links, and an empty one, as of a redirect, is
    plain.
    """
    media = media_type(content_type)
    if not media:
        media = sniffed_type(body)
        if media == "text/plain" and _start(body).startswith(b"<"):
            return "html"
        if media == "application/octet-stream":  # stated, it may be anything
            return None
    if media in HTML:
        return "html"
    if media in XML:
        return "xml"
    if media in GZIP:
        return "gzip"
    return "plain" if media == "text/plain" else None


def page_type(content_type: str, body: bytes) -> str:
    """The media type of a body in an archive: the stated one, but for text, for data that are called text, and where it
    says little what it shows.
    """
    stated = media_type(content_type)
    if stated not in PAGES | _VAGUE:
        return stated
    sniffed = sniffed_type(body)
    if stated in PAGES and sniffed == "application/octet-stream":
        return sniffed
    if data := _data_type(body):
        return data
    if stated in HTML:
        return stated
    if sniffed == "text/html":
        return sniffed
    return "text/plain" if not stated and sniffed in {"text/plain", "application/xml"} else stated


def _data_type(body: bytes) -> str:
    """The media type of data that begin as JSON or feeds do; empty for any other body."""
    start = _start(body)
    if _JSON.match(start) and not body.rstrip().endswith(b">"):
        return "application/json"
    return "application/xml" if _FEED.match(start) else ""


@cache
def _media() -> frozenset[str]:
    return frozenset(_MEDIA.split())


def extension_kind(url: str) -> str | None:
    """`media` where the URL's extension says that it is no text, `feed` where it may be one, else None."""
    match = _EXTENSION.search(urlsplit(url).path.lower())
    if match and match[1] in _FEED_EXTENSIONS:
        return "feed"
    return "media" if match and match[1] in _media() else None

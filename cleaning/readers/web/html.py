"""Reads pages that lie in files, one a file, as a mirror of a site leaves them: the folder of a site, say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from cleaning.readers.markup.templates import in_html
from cleaning.readers.records import NO_ENCODING, Record, SourceSpec, unreadable
from cleaning.readers.signatures import other_format
from cleaning.readers.whole import whole
from cleaning.text.encoding import is_text
from cleaning.web import http
from cleaning.web.media import page_type

# The page says its own address in the first kilobytes of its head.
_CANONICAL = re.compile(rb"""<link\s[^>]*?\brel\s*=\s*["']?canonical["']?[^>]*>""", re.IGNORECASE)
_HREF = re.compile(rb"""\bhref\s*=\s*["']?(https?://[^"'\s>]{3,2000})""", re.IGNORECASE)
HEAD = 1 << 16


def read_html(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The one page of a file, plain or compressed. Its address is the canonical one that it names itself."""
    data = whole(path, limit)
    yield data if isinstance(data, Record) else page(data)


def page(data: bytes) -> Record:
    """The record of a page without the head of an answer; tags of templates and front matter are no part of it."""
    if not data.strip():
        return Record(0, unreadable=unreadable("no text", "the file is empty"))
    if other := other_format(data):
        return Record(0, digest=http.payload_digest(data), unreadable=other)
    if page_type("text/html", data) != "text/html":
        return Record(0, digest=http.payload_digest(data), removed=("media_type", None, None))
    if not is_text(data):
        return Record(0, digest=http.payload_digest(data), unreadable=NO_ENCODING)
    link = _CANONICAL.search(data, 0, HEAD)
    address = _HREF.search(link[0]) if link else None
    return Record(
        0,
        url=address[1].decode("utf-8", "replace") if address else None,
        content=in_html(data),
        digest=http.payload_digest(data),
        media_type="text/html",
    )

"""What an answer in an archive says: status, media type, charset, and its body without encodings."""

from __future__ import annotations

import re

from cleaning.readers.markup.templates import served
from cleaning.readers.records import NO_ENCODING, Damage, Record, unreadable
from cleaning.web.http import (
    ENCODINGS,
    GZIP_MAGIC,
    Damaged,
    TooLarge,
    charset_in,
    dechunked,
    decompressed,
    ends_as_page,
    headers,
    is_success,
    payload_digest,
    split_head,
)
from cleaning.web.media import PAGES, has_html, page_type

SCHEMES = frozenset({"http", "https", "ftp", "file"})
_SCHEME = re.compile(r"([a-z][a-z0-9.+-]*):", re.IGNORECASE)
# What servers send as plain text and no one wrote to be read: what robots are told, style, scripts, playlists, feeds.
_FOR_MACHINES = re.compile(
    r"(?i)(?:/(?:robots|ads|app-ads|sellers|security|humans|llms|ai)\.(?:txt|json)"
    r"|\.(?:htc|xspf|css|m?js|map|json|xml|rss|atom|m3u8?|pls|asx|vcf|ics|csv|tsv|svg|ttl|rdf|srt|vtt|sql|log|pem|sig|asc|md5|sha\d*))\Z"
)


class _Broken(ValueError):
    """The body is not what its headers say."""

    def __init__(self, damage: Damage, detail: str) -> None:
        super().__init__(detail)
        self.unreadable = unreadable(damage, detail)


def respond(record: Record, block: bytes, content_type: str, limit: int) -> Record:
    """Fills a record from the block of a response: HTTP head and body, or a bare body without a head,
    of which the archive itself may state a type.
    """
    if block[:5].upper() != b"HTTP/":
        return sniffed(record, block, content_type)
    head, body = split_head(block)
    record.headers = headers(head)
    joined = {name: ", ".join(values) for name, values in record.headers.items()}
    status = head.partition(b"\n")[0].split(maxsplit=2)[1:2]
    code = float(status[0]) if status and status[0].isdigit() else None
    record.digest = payload_digest(body)
    # W3C TDM Reservation Protocol, HTTP header.
    if reservation := record.headers.get("tdm-reservation"):
        record.metadata["rights"] = f"tdm-reservation={reservation[0]}"
    if code is None or not is_success(
        int(code), ", ".join(record.headers.get("content-range", ()))
    ):
        record.removed = ("status", code, 200.0)
        return record
    try:
        body = _decoded(body, joined, limit)
    except TooLarge:
        record.removed = ("too_large", None, float(limit))
        return record
    except _Broken as error:
        record.unreadable = error.unreadable
        return record
    return _page(record, body, joined.get("content-type", ""))


def sniffed(record: Record, body: bytes, content_type: str) -> Record:
    """Fills a record from a body that has no HTTP head."""
    record.digest = payload_digest(body)
    if content_type.startswith("application/http"):
        content_type = ""
    return _page(record, body, content_type)


def _page(record: Record, body: bytes, content_type: str) -> Record:
    """Sets media type and content, or removes what is no page by its address or its type."""
    record.charset = charset_in(content_type)  # of two lines the second may have it
    record.media_type = page_type(content_type, body)
    scheme = _SCHEME.match(record.url or "")
    if scheme and scheme[1].lower() not in SCHEMES:
        record.removed = ("scheme", None, None)
    elif record.media_type not in PAGES or (
        record.media_type == "text/plain" and _FOR_MACHINES.search(_path(record.url or ""))
    ):
        record.removed = ("media_type", None, None)
    elif (record.charset or "").lower() == "utf-7":  # that no browser reads
        record.unreadable = NO_ENCODING
    else:
        record.content = served(body) if record.media_type != "text/plain" else body
    return record


def _path(url: str) -> str:
    """The path of an address, without its query."""
    return re.split(r"[?#;]", url, maxsplit=1)[0]


def _decoded(body: bytes, headers: dict[str, str], limit: int) -> bytes:
    """The body without transfer and content encodings; archives often keep the headers of encodings
    that they have already undone, so a body that does not begin like one is taken as it is.
    """
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _unchunked(body)
    for encoding in reversed(headers.get("content-encoding", "").lower().split(",")):
        body = _decompressed(body, encoding.strip(), limit)
    if len(body) > limit:
        raise TooLarge
    return body


def _unchunked(body: bytes) -> bytes:
    whole, end, at = dechunked(body)
    if end == "whole":
        return whole
    if end == "within":
        raise _Broken("cut off", f"the chunked body ends at byte {at}")
    if not whole:
        return body
    # Without the mark of its end.
    if not body[at:].strip() and (ends_as_page(whole) or whole[:2] == GZIP_MAGIC):
        return whole
    raise _Broken("broken body", f"its chunks break at byte {at}")


def _decompressed(body: bytes, encoding: str, limit: int) -> bytes:
    gzipped = body[:2] == GZIP_MAGIC
    name = "gzip" if gzipped else encoding
    if name not in ENCODINGS or (name in {"gzip", "x-gzip"} and not gzipped):
        return body
    try:
        return _whole(*decompressed(body, name, limit))
    except Damaged as error:
        if has_html(body):
            return body
        raise _Broken("broken body", f"{encoding or 'gzip'}: {error}") from error


def _whole(data: bytes, ended: bool) -> bytes:
    if not ended and not ends_as_page(data):
        raise _Broken("cut off", "the compressed body does not end")
    return data

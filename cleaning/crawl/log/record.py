"""WARC 1.1 records as bytes, each a gzip member of its own."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from cleaning.crawl.net.exchange import Fetched, Noted
from cleaning.web.http import payload_digest

LEVEL = 6  # of zlib; 9 takes half as long again for a two-hundredth of the bytes
HTTP = "application/http; msgtype="
# https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/#profile-identical-payload-digest
_SAME = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


def record(kind: str, media: str, block: bytes, fields: Mapping[str, str | None]) -> bytes:
    """A record; `fields` are its other headers, of which those without a value are left out."""
    named = {
        "WARC-Type": kind,
        "WARC-Record-ID": new_id(),
        "WARC-Date": now(),
        **{name: value for name, value in fields.items() if value},
        "WARC-Block-Digest": payload_digest(block),
        "Content-Type": media,
        "Content-Length": str(len(block)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    member = zlib.compressobj(LEVEL, wbits=31)
    pieces = (b"WARC/1.1\r\n", lines.encode(), b"\r\n", block, b"\r\n\r\n")
    return b"".join(map(member.compress, pieces)) + member.flush()


def new_id() -> str:
    """The name of a record."""
    return f"<urn:uuid:{uuid.uuid4()}>"


def now() -> str:
    """This moment, as WARC-Date writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def exchange(got: Fetched) -> bytes:
    """A response and its request. The digest of the payload is of its bytes as received, as warcio counts it."""
    name = new_id()
    response = {
        **_said(got),
        "WARC-Record-ID": name,
        "WARC-Payload-Digest": payload_digest(got.body),
        "WARC-Truncated": got.truncated,
    }
    request = {**_said(got), "WARC-Concurrent-To": name}
    return record("response", HTTP + "response", got.head + got.body, response) + record(
        "request", HTTP + "request", got.request, request
    )


def revisit(got: Fetched, old: Fetched) -> bytes:
    """Says that a URL is as it was: the head of the answer that says or shows it, and which record has the rest."""
    name = new_id()
    fields = {
        **_said(got),
        "WARC-Record-ID": name,
        "WARC-Profile": _NOT_MODIFIED if got.status == 304 else _SAME,
        "WARC-Payload-Digest": payload_digest(old.body),
        "WARC-Refers-To": old.name,
        "WARC-Refers-To-Target-URI": old.url,
        "WARC-Refers-To-Date": old.date,
    }
    request = {**_said(got), "WARC-Concurrent-To": name}
    return record("revisit", HTTP + "response", got.head, fields) + record(
        "request", HTTP + "request", got.request, request
    )


def note(noted: Noted) -> bytes:
    """A metadata record that says of a URL that it was fetched and not stored, why, and where it led to."""
    lines = [("outcome", noted.outcome), ("status", str(noted.status))]
    lines += [("reason", noted.reason)] if noted.reason else []
    lines += [("outlink", link) for link in noted.outlinks]
    text = "".join(f"{name}: {value}\r\n" for name, value in lines).encode()
    return record("metadata", "application/warc-fields", text, {"WARC-Target-URI": noted.url})


def warcinfo(file: str, fields: Sequence[tuple[str, str]]) -> bytes:
    """The first record of a file."""
    text = "".join(f"{name}: {value}\r\n" for name, value in fields).encode()
    return record("warcinfo", "application/warc-fields", text, {"WARC-Filename": file})


def _said(got: Fetched) -> dict[str, str | None]:
    return {
        "WARC-Target-URI": got.url,
        "WARC-IP-Address": got.address,
        "WARC-Date": got.date or now(),
    }

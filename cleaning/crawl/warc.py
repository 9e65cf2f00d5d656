"""The WARC files of a crawl, which are also its log: what was fetched before a kill is read from them."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import cast

from fastwarc.warc import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser
from warcio.warcwriter import WARCWriter

from cleaning.crawl.exchange import Fetched, Noted
from cleaning.crawl.stage import Outcome
from cleaning.http import BLANK, split_head
from cleaning.urls import key

HEAD = 65_536  # bytes of a record that are looked at when the log is read
# Headers that describe the way of the bytes, not the bytes as stored.
_TRANSFER = re.compile(rb"^(transfer-encoding|content-length)[ \t]*:(.*)$", re.M | re.I)


@dataclass
class _File:
    path: Path
    responses: int = 0


@dataclass
class WarcLog:
    """Writes `<name>-00000.warc.gz` and so on in `folder`, and finds again what is written there.

    Opening it cuts a torn end off. Each URL is held once, by its key, but for a robots.txt that was read
    anew. `pages`, `bytes` (of bodies) and `statuses` count the stored responses.
    """

    folder: Path
    name: str
    max_bytes: int
    info: dict[str, str]
    files: list[_File] = field(default_factory=list)
    pages: int = 0
    bytes: int = 0
    statuses: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._at: dict[str, tuple[int, int]] = {}  # key of a URL -> file, offset
        self._urls: list[tuple[str, int]] = []  # stored URL, status
        for path in sorted(self.folder.glob(f"{self.name}-[0-9][0-9][0-9][0-9][0-9].warc.gz")):
            self._recover(path)
        if not self.files:
            self._begin()
        self._open()

    def __contains__(self, url: str) -> bool:
        return key(url) in self._at

    def stored(self) -> list[tuple[str, int]]:
        """(URL, status) of each response, in the order in which they were stored."""
        return list(self._urls)

    def get(self, url: str) -> Fetched | Noted | None:
        """What the log knows of a URL, read from the file."""
        where = self._at.get(key(url))
        if where is None:
            return None
        number, offset = where
        with self.files[number].path.open("rb") as stream:
            stream.seek(offset)
            record = next(iter(ArchiveIterator(stream, parse_http=False)))
            target = record.headers["WARC-Target-URI"]
            block = record.reader.read()
            if record.headers["WARC-Type"] == "metadata":
                return _read_note(target, block)
            head, body = split_head(block)
            return Fetched(
                target,
                head,
                body,
                address=record.headers.get("WARC-IP-Address"),
                date=record.headers.get("WARC-Date"),
            )

    def write(self, got: Fetched) -> None:
        """Stores a response and its request; a URL that is stored already is an error."""
        if got.url in self:
            raise ValueError(f"{got.url} is in the log already")
        self.renew(got)

    def renew(self, got: Fetched) -> None:
        """Stores a response and its request; of a URL that is stored already, the log knows the new one now."""
        response = self._writer.create_warc_record(
            got.url,
            "response",
            payload=BytesIO(got.body),
            length=len(got.body),
            http_headers=_honest_head(got),
            warc_headers_dict=_described(got),
        )
        request = self._writer.create_warc_record(
            got.url,
            "request",
            payload=BytesIO(got.request),
            length=len(got.request),
            warc_headers_dict=_described(got),
        )
        offset = self._next_place()
        self._writer.write_request_response_pair(request, response)
        self._stream.flush()
        self._add(got, offset, len(got.body))

    def note(self, noted: Noted) -> None:
        """Records that a URL was fetched and not stored, so that it is not fetched again."""
        lines = [("outcome", noted.outcome), ("status", str(noted.status))]
        lines += [("reason", noted.reason)] if noted.reason else []
        lines += [("outlink", link) for link in noted.outlinks]
        text = "".join(f"{name}: {value}\r\n" for name, value in lines).encode()
        record = self._writer.create_warc_record(
            noted.url, "metadata", payload=BytesIO(text), length=len(text)
        )
        offset = self._next_place()
        self._writer.write_record(record)
        self._stream.flush()
        self._at[key(noted.url)] = (len(self.files) - 1, offset)

    def close(self) -> None:
        """Closes the file that is being written."""
        self._stream.close()

    def remove(self) -> None:
        """Deletes all files: for a crawl that found no page and shall begin anew."""
        self.close()
        for file in self.files:
            file.path.unlink(missing_ok=True)

    def _begin(self) -> None:
        name = f"{self.name}-{len(self.files):05d}.warc.gz"
        self.files.append(_File(self.folder / name))

    def _open(self) -> None:
        path = self.files[-1].path
        self._stream = path.open("ab")
        self._writer = WARCWriter(self._stream, gzip=True, warc_version="1.1")
        if path.stat().st_size == 0:
            self._writer.write_record(self._writer.create_warcinfo_record(path.name, self.info))

    def _next_place(self) -> int:
        """The offset of the next record, in a new file where this one is full."""
        if self._stream.tell() >= self.max_bytes:
            self.close()
            self._begin()
            self._open()
        return self._stream.tell()

    def _add(self, got: Fetched, offset: int, size: int) -> None:
        if got.url not in self:
            self._urls.append((got.url, got.status))
            self.pages += got.is_page()
        self._at[key(got.url)] = (len(self.files) - 1, offset)
        self.files[-1].responses += 1
        self.bytes += size
        self.statuses[got.status] += 1

    def _recover(self, path: Path) -> None:
        """Reads what a file holds and cuts it after its last whole exchange."""
        self.files.append(_File(path))
        whole = 0
        waiting: tuple[Fetched, int, int] | None = None
        for offset, end, start in _members(path):
            headers, block = split_head(start)
            kind, target = _warc(headers, "WARC-Type"), _warc(headers, "WARC-Target-URI")
            if kind == "response":
                head, body = split_head(block)
                size = int(_warc(headers, "Content-Length")) - len(head)
                waiting = (Fetched(target, head, body), offset, size)
                continue
            if kind == "request" and waiting:
                self._add(*waiting)
                waiting = None
            elif kind == "metadata":
                self._at[key(target)] = (len(self.files) - 1, offset)
            whole = end
        if whole < path.stat().st_size:
            with path.open("r+b") as stream:
                stream.truncate(whole)


def _members(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """(offset, end, start) of each whole gzip member; stops at the first torn one.

    The start holds both heads of a response, whatever their length, and at least HEAD bytes where there are
    so many.
    """
    with path.open("rb") as stream:
        offset, data = 0, b""
        while True:
            member = zlib.decompressobj(31)
            start = bytearray()
            looked = blanks = 0  # how far heads were looked for, and how many ended
            while not member.eof:
                data = data or stream.read(HEAD)
                if not data:
                    return
                try:
                    out = member.decompress(data)
                except zlib.error:
                    return
                if len(start) < HEAD or blanks < 2:
                    start += out
                    for blank in BLANK.finditer(start, looked):
                        blanks, looked = blanks + 1, blank.end()
                    looked = max(looked, len(start) - 3)
                    if blanks >= 2:
                        del start[max(looked, HEAD) :]
                data = member.unused_data
            end = stream.tell() - len(data)
            yield offset, end, bytes(start)
            offset = end


def _warc(headers: bytes, name: str) -> str:
    match = re.search(rb"^" + name.encode() + rb": (.*?)\r$", headers, re.M)
    return match[1].decode() if match else ""


def _described(got: Fetched) -> dict[str, str]:
    known = {"WARC-IP-Address": got.address, "WARC-Date": got.date}
    return {name: value for name, value in known.items() if value}


class _Head(StatusAndHeaders):
    """A head that warcio writes byte for byte; its own way would escape what is not ASCII."""

    def __init__(self, raw: bytes) -> None:
        parsed = StatusAndHeadersParser(["HTTP/"], verify=False).parse(BytesIO(raw))
        super().__init__(parsed.statusline, parsed.headers, parsed.protocol)
        self.raw = raw

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self.raw


def _honest_head(got: Fetched) -> _Head:
    """The head as received; a transfer encoding, which is undone, and a length that is none are renamed.

    The old values stay under `X-Crawler-...`, the way the field marks them.
    """
    length = str(len(got.body)).encode()

    def renamed(line: re.Match[bytes]) -> bytes:
        return line[0] if line[2].strip() == length else b"X-Crawler-" + line[0]

    head, changed = _TRANSFER.subn(renamed, got.head)
    if changed and not re.search(rb"^content-length[ \t]*:", head, re.M | re.I):
        head = re.sub(rb"\r?\n\r?\n$", b"\r\nContent-Length: " + length + b"\r\n\r\n", head)
    return _Head(head)


def _read_note(url: str, block: bytes) -> Noted:
    lines = [line.partition(": ") for line in block.decode().split("\r\n") if line]
    outcome = cast(Outcome, next(value for name, _, value in lines if name == "outcome"))
    status = next(value for name, _, value in lines if name == "status")
    links = [v for name, _, v in lines if name == "outlink"]
    reason = next((v for name, _, v in lines if name == "reason"), None)
    return Noted(url, outcome, int(status), links, reason)

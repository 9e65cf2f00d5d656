"""The WARC files of a crawl: a row of them that grows, is cut after its last whole exchange, and read at a place."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, cast

from fastwarc.warc import ArchiveIterator

from cleaning.crawl.log.record import warcinfo
from cleaning.crawl.net.exchange import Fetched, Noted
from cleaning.crawl.stage import Outcome
from cleaning.web.gzip_member import Member
from cleaning.web.http import BLANK, split_head

SAME = b"outcome: unchanged\r\nstatus: 200\r\nreason: page\r\n"  # how such a note begins
HEAD = 65_536  # bytes of a record that are looked at when the files are read again


class Place(NamedTuple):
    """Where a record lies: the number of its file, and the offset of its gzip member there."""

    file: int
    offset: int


@dataclass(frozen=True)
class Seen:
    """What the files hold of a URL, as far as it is looked at when they are read again.

    `size` is that of the body; `got` has its beginning; None for a note. `same`: the note says that a page is
    as it was in an earlier edition.
    """

    url: str
    place: Place
    got: Fetched | None = None
    size: int = 0
    same: bool = False


@dataclass
class WarcFiles:
    """Writes `<name>-00000.warc.gz` and so on in `folder`; a new file begins where one has `max_bytes`."""

    folder: Path
    name: str
    max_bytes: int
    info: dict[str, str]
    first: int = 0  # the number of the first file
    paths: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.paths = sorted(self.folder.glob(f"{self.name}-[0-9][0-9][0-9][0-9][0-9].warc.gz"))

    @property
    def end(self) -> Place:
        """Behind the last record."""
        if not self.paths:
            return Place(0, 0)
        return Place(len(self.paths) - 1, self.paths[-1].stat().st_size)

    def open(self) -> None:
        """Opens the last file, or the first, to be written on."""
        if not self.paths:
            self._begin()
        self._stream = self.paths[-1].open("ab")
        if not self._stream.tell():
            self._stream.write(warcinfo(self.paths[-1].name, list(self.info.items())))
            self._stream.flush()

    def append(self, records: bytes) -> Place:
        """Writes records that belong together, through to the system; the place of the first."""
        if self._stream.tell() >= self.max_bytes:
            self.close()
            self._begin()
            self.open()
        place = Place(len(self.paths) - 1, self._stream.tell())
        self._stream.write(records)
        self._stream.flush()
        return place

    def close(self) -> None:
        """Closes the file that is being written."""
        self._stream.close()

    def remove(self) -> None:
        """Deletes all files."""
        self.close()
        for path in self.paths:
            path.unlink(missing_ok=True)

    def read(self, place: Place) -> Fetched | Noted:
        """The exchange or the note at a place."""
        with self.paths[place.file].open("rb") as stream:
            stream.seek(place.offset)
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
                truncated=record.headers.get("WARC-Truncated"),
            )

    def recover(self, since: Place) -> Iterator[Seen]:
        """What the files hold from a place on; each is cut after its last whole exchange."""
        for number in range(since.file, len(self.paths)):
            begin = since.offset if number == since.file else 0
            yield from self._recover(number, begin)

    def _begin(self) -> None:
        self.paths.append(self.folder / f"{self.name}-{self.first + len(self.paths):05d}.warc.gz")

    def _recover(self, number: int, begin: int) -> Iterator[Seen]:
        path, whole = self.paths[number], begin
        waiting: Seen | None = None
        for offset, end, start in members(path, begin):
            headers, block = split_head(start)
            kind, target = _warc(headers, "WARC-Type"), _warc(headers, "WARC-Target-URI")
            if kind in {"response", "revisit"}:
                head, body = split_head(block)
                size = int(_warc(headers, "Content-Length")) - len(head)
                cut = _warc(headers, "WARC-Truncated") or None
                got = Fetched(target, head, body, truncated=cut)
                waiting = Seen(target, Place(number, offset), got, size)
                continue
            if kind == "request" and waiting:
                yield waiting
                waiting = None
            elif kind == "metadata":
                yield Seen(target, Place(number, offset), same=block.startswith(SAME))
            whole = end
        if whole < path.stat().st_size:
            with path.open("r+b") as stream:
                stream.truncate(whole)


def members(path: Path, begin: int) -> Iterator[tuple[int, int, bytes]]:
    """(offset, end, start) of each whole gzip member from an offset on; stops at the first torn one.

    The start holds both heads of a response, whatever their length, and at least HEAD bytes where there are
    so many.
    """
    with path.open("rb") as stream:
        stream.seek(begin)
        while True:
            member = Member(stream)
            start = bytearray()
            looked = blanks = 0  # how far heads were looked for, and how many ended
            try:
                for block in member:
                    if len(start) < HEAD or blanks < 2:
                        start += block
                        for blank in BLANK.finditer(start, looked):
                            blanks, looked = blanks + 1, blank.end()
                        looked = max(looked, len(start) - 3)
                        if blanks >= 2:
                            del start[max(looked, HEAD) :]
            except zlib.error:
                return
            if not member.whole:
                return
            yield member.begin, member.end, bytes(start)


def _warc(headers: bytes, name: str) -> str:
    match = re.search(rb"^" + name.encode() + rb": (.*?)\r$", headers, re.M)
    return match[1].decode() if match else ""


def _read_note(url: str, block: bytes) -> Noted:
    lines = [line.partition(": ") for line in block.decode().split("\r\n") if line]
    outcome = cast(Outcome, next(value for name, _, value in lines if name == "outcome"))
    status = next(value for name, _, value in lines if name == "status")
    links = [v for name, _, v in lines if name == "outlink"]
    reason = next((v for name, _, v in lines if name == "reason"), None)
    return Noted(url, outcome, int(status), links, reason)

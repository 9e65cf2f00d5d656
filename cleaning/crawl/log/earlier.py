"""What an earlier edition of a crawl holds of a source: asked for conditionally, taken over where it is so still."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import xxhash
from fastwarc.warc import ArchiveIterator, WarcRecordType

from cleaning.crawl.log.state import State, url_key
from cleaning.crawl.log.warc import members
from cleaning.crawl.net.exchange import Fetched
from cleaning.web.http import split_head

LARGEST = 1 << 28  # bytes of a body that is unpacked to be compared
_OPEN, _SAME, _REPLACED = range(3)
_STAYS = {"failed", "limit", "depth"}  # outcomes that tell nothing of the page itself


class Earlier:
    """The exchanges of an earlier edition, by URL. `files` are (name, path) of its WARC files of this source.

    `counts`: `unchanged`, `changed`, `new` and `gone` pages, that is answers of status 200.
    """

    def __init__(self, files: Sequence[tuple[str, str]], state: State) -> None:
        self.files = [(name, Path(path)) for name, path in files]
        self.state = state
        self.counts: Counter[str] = Counter(state.get("recrawl", {}))
        if files and state.get("earlier") != len(files):
            state.execute("DELETE FROM earlier")
            for number, (_, path) in enumerate(self.files):
                state.many(
                    "REPLACE INTO earlier VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)", _rows(number, path)
                )
            state.put("earlier", len(files))
            state.commit()

    def conditions(self, url: str) -> dict[str, str]:
        """The headers that ask for a URL only if it changed (RFC 9110, 13.1)."""
        row = self._row(url, "etag, modified")
        etag, modified = row or (None, None)
        headers = {"If-None-Match": etag, "If-Modified-Since": modified}
        return {name: value for name, value in headers.items() if value}

    def unchanged(self, got: Fetched) -> Fetched | None:
        """What the earlier edition holds of a URL, where an answer says or shows that it is still so."""
        row = self._row(got.url, "file, place, status, digest")
        if row is None or not (got.status == 304 or (got.status, digest(got)) == row[2:]):
            return None
        return self.read(got.url)

    def read(self, url: str) -> Fetched | None:
        """The exchange that the earlier edition holds."""
        row = self._row(url, "file, place")
        if row is None:
            return None
        with self.files[row[0]][1].open("rb") as stream:
            stream.seek(row[1])
            record = next(iter(ArchiveIterator(stream, parse_http=False)))
            return _fetched(record)

    def decided(self, url: str, outcome: str, status: int | None) -> None:
        """What became of a URL in this edition; what is neither unchanged nor unknown is replaced."""
        row = self._row(url, "status")
        was_page = row is not None and row[0] == 200
        if outcome == "unchanged":
            self.counts["unchanged"] += was_page
        elif outcome == "kept":
            self.counts["changed" if was_page else "new"] += status == 200
        elif outcome not in _STAYS:
            self.counts["gone"] += was_page
        if row is not None and outcome not in _STAYS:
            mark = _SAME if outcome == "unchanged" else _REPLACED
            self.state.execute("UPDATE earlier SET mark = ? WHERE key = ?", (mark, url_key(url)))

    def left(self) -> list[str]:
        """The pages that this edition has not come to, first to be asked for again by their addresses."""
        query = "SELECT url FROM earlier WHERE mark = ? AND status = 200 ORDER BY file, place"
        return [url for (url,) in self.state.rows(query, (_OPEN,))]

    def save(self) -> None:
        """Puts what is counted into the state."""
        self.state.put("recrawl", self.counts)

    def carried(self, folder: Path) -> Iterator[tuple[str, int]]:
        """(name, responses) of the files that this edition takes over.

        One in which nothing was replaced is taken as it is; of another, a copy without what was is
        written into `folder`, each record byte for byte.
        """
        for number, (name, path) in enumerate(self.files):
            query = "SELECT place FROM earlier WHERE file = ? AND mark = ?"
            gone = {place for (place,) in self.state.rows(query, (number, _REPLACED))}
            responses = _without(path, gone, folder / name if gone else None)
            if responses:
                yield name, responses
            elif gone:
                (folder / name).unlink()

    def _row(self, url: str, columns: str) -> tuple[Any, ...] | None:
        if not self.files:
            return None
        query = f"SELECT {columns} FROM earlier WHERE key = ?"
        row: tuple[Any, ...] | None = self.state.execute(query, (url_key(url),)).fetchone()
        return row


def next_number(files: Sequence[tuple[str, str]]) -> int:
    """The number of the first file behind these (name, path)."""
    return max((int(name.removesuffix(".warc.gz")[-5:]) + 1 for name, _ in files), default=0)


def digest(got: Fetched) -> int:
    """Stands for a body without its encodings, and for the place that a redirect leads to."""
    body = got.decoded(LARGEST, cut=True) or b""
    place = (got.location() or "").encode()
    return xxhash.xxh3_64_intdigest(place + b"\0" + body) - (1 << 63)


def _rows(number: int, path: Path) -> Iterator[tuple[Any, ...]]:
    with path.open("rb") as stream:
        records = ArchiveIterator(stream, parse_http=False, record_types=WarcRecordType.response)
        for record in records:
            place = record.stream_pos
            got = _fetched(record)
            etag, modified = got.header("etag") or None, got.header("last-modified") or None
            key = url_key(got.url)
            yield key, number, place, got.status, etag, modified, digest(got), got.url


def _fetched(record: Any) -> Fetched:
    headers = record.headers
    head, body = split_head(record.reader.read())
    return Fetched(
        headers["WARC-Target-URI"],
        head,
        body,
        address=headers.get("WARC-IP-Address"),
        date=headers.get("WARC-Date"),
        name=headers.get("WARC-Record-ID"),
    )


def _without(path: Path, gone: set[int], copy: Path | None) -> int:
    """Copies a file without the exchanges at some places, where a copy is asked for; the responses that stay."""
    responses, dropping = 0, False
    with path.open("rb") as source, (copy or Path(os.devnull)).open("wb") as target:
        for offset, end, start in members(path, 0):
            if b"\r\nWARC-Type: request\r\n" not in start[:2000]:
                dropping = offset in gone
            responses += not dropping and b"\r\nWARC-Type: response\r\n" in start[:2000]
            if copy and not dropping:
                source.seek(offset)
                target.write(source.read(end - offset))
    return responses

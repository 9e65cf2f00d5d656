"""What a crawl has fetched: WARC files that hold each exchange, and the index that finds it there again."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from cleaning.crawl.log import record
from cleaning.crawl.log.state import State, url_key
from cleaning.crawl.log.warc import Place, Seen, WarcFiles
from cleaning.crawl.net.exchange import Fetched, Noted
from cleaning.web.urls import host_of

ASIDE = "truncated"  # what is added to the name of the files that hold what was cut
REVISITS = "revisits"  # and of those that say what is as it was


class Log:
    """The exchanges of a crawl by URL. Each URL is held once, but for a robots.txt that was read anew.

    What was cut (`truncated`) lies in files of its own, `aside`: it is no page to go on with, and is kept as
    it came. `pages`, `bytes` (of bodies) and `statuses` count the stored responses, `responses` those of each
    file. `late` are the URLs that the files hold and the state does not know to be done with.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        max_bytes: int,
        info: dict[str, str],
        state: State,
        first: int = 0,
    ) -> None:
        self.state = state
        self.files = WarcFiles(folder, name, max_bytes, info, first)
        self.aside = Side(WarcFiles(folder, f"{name}-{ASIDE}", max_bytes, info))
        self.revisits = Side(WarcFiles(folder, f"{name}-{REVISITS}", max_bytes, info))
        since = Place(*state.get("end", (0, 0)))
        if not state.fresh and (since > self.files.end or not _is_boundary(self.files, since)):
            state.renew()
            since = Place(0, 0)
        counted = state.get("log", {"pages": 0, "bytes": 0, "statuses": {}, "responses": []})
        self.pages: int = counted["pages"]
        self.bytes: int = counted["bytes"]
        self.statuses = Counter({int(code): n for code, n in counted["statuses"].items()})
        self.responses: list[int] = counted["responses"]
        # Of each host: pages, bytes, and after how many seconds of crawling the first came.
        self.by_host: dict[str, list[float]] = {
            host: counts for host, *counts in state.rows("SELECT * FROM hosts")
        }
        self.clock: Callable[[], float] = lambda: 0.0
        self._touched: set[str] = set()
        self.late: set[int] = set()
        for seen in self.files.recover(since):
            self._known(seen)
            if not state.fresh:
                self.late.add(url_key(seen.url))
        self.files.open()
        self.responses += [0] * (len(self.files.paths) - len(self.responses))

    def __contains__(self, url: str) -> bool:
        return self._place(url) is not None

    def get(self, url: str) -> Fetched | Noted | None:
        """What the log knows of a URL, read from the file."""
        place = self._place(url)
        return None if place is None else self.files.read(place)

    def undecided(self) -> Iterator[Fetched | Noted]:
        """What is stored of URLs that the crawl came to no decision on."""
        rows = self.state.rows(
            "SELECT file, place FROM urls WHERE decided = 0 AND file IS NOT NULL"
        )
        for file, offset in list(rows):
            yield self.files.read(Place(file, offset))

    def write(self, got: Fetched) -> None:
        """Stores a response and its request; a URL that is stored already is an error."""
        if got.url in self:
            raise ValueError(f"{got.url} is in the log already")
        self.renew(got)

    def renew(self, got: Fetched) -> None:
        """Stores a response and its request; of a URL that is stored already, the log knows the new one now."""
        place = self.files.append(record.exchange(got))
        self._known(Seen(got.url, place, got, len(got.body)))

    def note(self, noted: Noted) -> None:
        """Records that a URL was fetched and is no page, so that it is not fetched again."""
        self._known(Seen(noted.url, self.files.append(record.note(noted))))

    def set_aside(self, got: Fetched) -> None:
        """Keeps an exchange that was cut, of which a note is to follow."""
        self.aside.append(record.exchange(got))

    def revisit(self, got: Fetched, old: Fetched) -> None:
        """Stores that a URL is as it was in an earlier edition."""
        self.revisits.append(record.revisit(got, old))
        page = "page" if old.is_page() else None
        noted = Noted(got.url, "unchanged", old.status, reason=page)
        place = self.files.append(record.note(noted))
        self._known(Seen(got.url, place, same=page is not None))

    def save(self) -> None:
        """Puts what is counted into the state, with the place up to which the files are known."""
        self.state.put("end", self.files.end)
        counts = {"pages": self.pages, "bytes": self.bytes, "statuses": dict(self.statuses)}
        self.state.put("log", {**counts, "responses": self.responses})
        rows = [(host, *self.by_host[host]) for host in self._touched]
        self.state.many("REPLACE INTO hosts VALUES (?, ?, ?, ?)", rows)
        self._touched.clear()

    def close(self) -> None:
        """Closes the files."""
        for files in (self.files, self.aside, self.revisits):
            files.close()

    def remove(self) -> None:
        """Deletes all files: for a crawl that found no page and shall begin anew."""
        self.close()
        for path in (*self.files.paths, *self.aside.paths, *self.revisits.paths):
            path.unlink(missing_ok=True)

    def _place(self, url: str) -> Place | None:
        query = "SELECT file, place FROM urls WHERE key = ? AND file IS NOT NULL"
        row = self.state.execute(query, (url_key(url),)).fetchone()
        return Place(*row) if row else None

    def _known(self, seen: Seen) -> None:
        got, new = seen.got, seen.url not in self
        self.state.execute(
            "INSERT INTO urls VALUES (?, 0, 0, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET file = excluded.file, place = excluded.place",
            (url_key(seen.url), *seen.place),
        )
        self.responses += [0] * (seen.place.file + 1 - len(self.responses))
        self.pages += new and seen.same
        if got is None:
            return
        self.responses[seen.place.file] += 1
        is_page = new and got.is_page()
        self.pages += is_page
        self.bytes += seen.size
        self.statuses[got.status] += 1
        counts = self.by_host.setdefault(host_of(got.url), [0, 0, self.clock()])
        counts[0] += is_page
        counts[1] += seen.size
        self._touched.add(host_of(got.url))


class Side:
    """Files beside those of the pages, begun when there is something for them; `counts` are their exchanges."""

    def __init__(self, files: WarcFiles) -> None:
        self._files = files
        self.counts = [0] * len(files.paths)
        for seen in files.recover(Place(0, 0)):
            self.counts[seen.place.file] += 1
        if self.counts:
            files.open()

    @property
    def paths(self) -> list[Path]:
        return self._files.paths

    def append(self, records: bytes) -> None:
        """Writes an exchange."""
        if not self.counts:
            self._files.open()
        place = self._files.append(records)
        self.counts += [0] * (place.file + 1 - len(self.counts))
        self.counts[place.file] += 1

    def close(self) -> None:
        """Closes the file that is being written."""
        if self.counts:
            self._files.close()


def _is_boundary(files: WarcFiles, place: Place) -> bool:
    """Whether a member begins or the file ends at a place: after a loss of power it may not."""
    if place == files.end or not files.paths:
        return True
    with files.paths[place.file].open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(place.offset)  # also behind the end: of an earlier file that was cut
        return stream.read(3) == b"\x1f\x8b\x08" or place.offset == size

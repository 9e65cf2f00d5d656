"""What each origin allows: its robots.txt and what else speaks for all of it, asked for once a day.

While one can't be had, its last copy is used.
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cleaning.crawl.frontier.account import Account
from cleaning.crawl.frontier.entry import Entry
from cleaning.crawl.log.earlier import Earlier
from cleaning.crawl.log.log import Log
from cleaning.crawl.net.addresses import Refused
from cleaning.crawl.net.download import Aborted, Downloader, Failed
from cleaning.crawl.net.exchange import Fetched, Noted
from cleaning.crawl.robots import MAX_AGE, MAX_BYTES, Robots, read_robots
from cleaning.crawl.stage import CrawlSource

HOPS = 5  # redirects of a robots.txt that are followed (RFC 9309, 2.3.1.2)


class Permissions:
    """The rules of the origins that a crawl visits. `listener` is called with an origin whenever its rules are read.

    What the log holds is used until it is MAX_AGE old, also by a crawl that goes on days later. A file that
    fails then, or whose server does, leaves the last copy in force (RFC 9309, 2.4).
    """

    def __init__(
        self,
        source: CrawlSource,
        agent: str,
        log: Log,
        account: Account,
        web: Downloader,
        earlier: Earlier,
        listener: Callable[[str, Robots], None],
    ) -> None:
        self.obey = source.obey_robots
        self.agent = agent
        self.log = log
        self.account = account
        self.web = web
        self.earlier = earlier
        self.listener = listener
        self._asked: dict[str, tuple[float, asyncio.Task[Robots]]] = {}
        self._files: dict[str, tuple[float, asyncio.Task[Fetched | None]]] = {}

    def of(self, site: str) -> asyncio.Task[Robots]:
        """The rules of an origin; awaiting raises Failed or Refused where its file can't be had at all."""
        when, rules = self._asked.get(site, (0.0, None))
        if rules is None or time.monotonic() - when > MAX_AGE:
            rules = asyncio.create_task(self._read(site))
            self._asked[site] = time.monotonic(), rules
        return rules

    async def _read(self, site: str) -> Robots:
        robots = await self._robots(site) if self.obey else Robots()
        self.listener(site, robots)
        return robots

    def close(self) -> None:
        """Gives up what is still being asked for."""
        for _, task in (*self._asked.values(), *self._files.values()):
            task.cancel()

    def file(self, site: str, path: str) -> asyncio.Task[Fetched | None]:
        """What an origin answers at a well-known path; None where it has no such file."""
        when, got = self._files.get(site + path, (0.0, None))
        if got is None or time.monotonic() - when > MAX_AGE:
            got = asyncio.create_task(self._file(site, path))
            self._files[site + path] = time.monotonic(), got
        return got

    async def _file(self, site: str, path: str) -> Fetched | None:
        try:
            got = await self._follow(site, path)
        except (Failed, Refused):
            return None
        return got if isinstance(got, Fetched) and got.status == 200 else None

    async def _robots(self, site: str) -> Robots:
        got = await self._follow(site, "/robots.txt")
        if isinstance(got, Noted):
            return Robots(forbidden=f"robots.txt is {got.outcome}")
        if got is None:  # more redirects than that: as if it were not there
            return Robots()
        body = got.decoded(MAX_BYTES, cut=True) or b""
        return read_robots(got.status, body, self.agent, got.date or "")

    async def _follow(self, site: str, path: str) -> Fetched | Noted | None:
        """The answer at the end of at most HOPS redirects; None where they go on."""
        url = site + path
        for _ in range(HOPS + 1):
            got = await self._ask(url)
            entry = Entry(url, via=site)
            if isinstance(got, Noted):
                self.account.decide(entry, got.outcome, got.status)
                return got
            if isinstance(self.log.get(url), Noted):
                self.account.decide(entry, "unchanged", got.status)
            else:
                self.account.stored(entry, got.status)
            target = got.location()
            if not target:
                self.log.state.execute(
                    "REPLACE INTO origins VALUES (?, ?, ?)", (site, path, got.url)
                )
                return got
            url = target
        return None

    async def _ask(self, url: str) -> Fetched | Noted:
        last = self.log.get(url)
        if isinstance(last, Noted) and last.outcome == "unchanged":
            last = self.earlier.read(url)
        if last is not None and not _is_old(last):
            return last
        try:
            got = await self.web.fetch(url, MAX_BYTES, None)
        except Aborted as error:
            noted = Noted(url, error.outcome, error.status)
            self.log.note(noted)
            return noted
        except Failed:
            if last is None:
                raise
            return last
        if got.truncated in ("time", "disconnect"):
            raise Failed(f"{url} did not come to its end")
        if last is not None and (got.status == 429 or got.status >= 500):
            return last
        if old := self.earlier.unchanged(got):
            self.log.revisit(got, old)
            return replace(old, date=got.date)
        self.log.renew(got)
        return got


def write_origins(path: Path, log: Log, earlier: Earlier) -> int:
    """A line of JSON for each file that speaks for an origin: site, path, status, date, its body; how many."""
    lines = 0
    with path.open("w", encoding="utf-8") as stream:
        query = "SELECT site, path, url FROM origins ORDER BY site, path"
        for site, name, url in list(log.state.rows(query)):
            got = log.get(url)
            got = earlier.read(url) if isinstance(got, Noted) else got
            if got is None:
                continue
            body = base64.b64encode(got.decoded(MAX_BYTES, cut=True) or b"").decode()
            line = {"site": site, "path": name, "status": got.status, "date": got.date or ""}
            stream.write(json.dumps({**line, "body": body}) + "\n")
            lines += 1
    return lines


def _is_old(got: Fetched | Noted) -> bool:
    if isinstance(got, Noted) or not got.date:
        return False
    age = datetime.now(UTC) - datetime.fromisoformat(got.date)
    return age.total_seconds() > MAX_AGE

"""What a crawl still has to visit, in breadth-first order by host, and what ends it."""

from __future__ import annotations

import heapq
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cleaning.crawl.frontier.account import Account
from cleaning.crawl.frontier.entry import Entry
from cleaning.crawl.frontier.traps import (
    Traps,
    domain_of,
    is_function,
    is_trap,
    may_be_of,
    size_of_sample,
)
from cleaning.crawl.log.log import Log
from cleaning.crawl.log.state import State, hashed, url_key
from cleaning.crawl.stage import CrawlSource, Outcome
from cleaning.web.media import extension_kind
from cleaning.web.urls import Scope, host_of, with_scheme

MAX_HOPS = 10  # redirects in a row
MAX_FEEDS = 20  # of a source: they repeat what its pages link
MAX_SITEMAPS = 100  # of a source
REQUESTS_A_PAGE = 4  # bounds redirects, errors and the like: requests for each page of max_pages
SPARE_REQUESTS = 100
AT_ONCE = 1000  # URLs that are decided in one go where all that wait came to their end
FIRST = -1  # before the rank of any page: a sample of a suspect


class Frontier:
    """The URLs that wait, by host: the lowest rank first, and no host more than its share at once.

    What the log holds was let in once, so nothing but its being seen keeps it out again. `schemes`
    gives for a host the one scheme that is spoken with it. `lost` counts by trap what it kept out.
    Queue and known URLs lie in the state; in memory are the hosts, each of which is ready, rests until
    a moment, or has nothing to do.
    """

    def __init__(
        self,
        source: CrawlSource,
        scope: Scope,
        log: Log,
        account: Account,
        state: State,
        schemes: Mapping[str, str],
    ) -> None:
        self.source = source
        self.scope = scope
        self.log = log
        self.account = account
        self.state = state
        self.schemes = schemes
        saved = state.get(
            "frontier", {"added": 0, "taken": 0, "kinds": {}, "lost": {}, "seconds": 0}
        )
        self.lost: Counter[str] = Counter(saved["lost"])
        self._kinds: Counter[str] = Counter(saved["kinds"])
        self._added: int = saved["added"]
        self._taken: int = saved["taken"]
        self._seconds: float = saved["seconds"]
        self._begun = time.monotonic()
        log.clock = lambda: self.seconds
        self._traps = Traps(source.max_per_pattern, state)
        self._in_flight: Counter[str] = Counter()
        self._ready: deque[str] = deque()
        self._resting: list[tuple[float, str]] = []
        self._placed: set[str] = set()  # hosts that are ready or rest
        self._take_back()
        self.waiting = Counter(dict(state.rows("SELECT host, count(*) FROM queue GROUP BY host")))
        self._total = self.waiting.total()
        for host in self.waiting:
            self._place(host)

    def _take_back(self) -> None:
        """What was in flight when the last process died, and what failed, waits again."""
        columns = (
            "n, rank, host, url, depth, kind, via, hops, seed, listed, shape, directory, section"
        )
        for table in ("flight", "again"):
            for (url,) in list(self.state.rows(f"SELECT url FROM {table}")):
                self.state.execute("UPDATE urls SET decided = 0 WHERE key = ?", (url_key(url),))
            self.state.execute(f"INSERT OR IGNORE INTO queue SELECT {columns} FROM {table}")
            self.state.execute(f"DELETE FROM {table}")

    def add(self, entry: Entry) -> bool:
        """Queues a normalised URL, or decides at once what keeps it out; out of scope is not counted.

        Whether it waits now.
        """
        return bool(self.add_all([entry]))

    def add_all(self, entries: Iterable[Entry]) -> list[str]:
        """Queues what is new of these, in their order; the URLs that wait now."""
        rows: list[tuple[Any, ...]] = []
        queued: list[str] = []
        for entry in entries:
            scheme = self.schemes.get(host_of(entry.url)) if self.schemes else None
            if scheme and not entry.url.startswith(f"{scheme}:"):
                url = with_scheme(entry.url, scheme)
                if not (entry.hops and url == entry.via):  # which leads to the other scheme itself
                    entry = replace(entry, url=url)
            logged = self._see(entry.url)
            if logged is None:
                continue
            if entry.kind == "page" and extension_kind(entry.url) == "feed":
                entry = replace(entry, kind="feed")
            if not logged and (reason := self._refusal(entry) or self._end(entry)):
                self.account.decide(entry, reason)
                continue
            self._kinds[entry.kind] += 1
            self._added += 1
            entry = replace(entry, n=self._added, rank=self._rank(entry))
            rows.append(entry.row())
            queued.append(entry.url)
            self.waiting[host_of(entry.url)] += 1
        self.state.many(f"INSERT INTO queue VALUES ({Entry.marks()})", rows)
        self._total += len(rows)
        for url in queued:
            self._place(host_of(url))
        return queued

    def _see(self, url: str) -> bool | None:
        """Whether the log holds a URL that comes up for the first time; None where it was seen or is out of scope."""
        key = url_key(url)
        seen, file = self.state.execute(
            "SELECT seen, file FROM urls WHERE key = ?", (key,)
        ).fetchone() or (0, None)
        if seen or (file is None and not self.scope.holds(url)):
            return None
        self.state.execute(
            "INSERT INTO urls VALUES (?, 1, 0, NULL, NULL) ON CONFLICT (key) DO UPDATE SET seen = 1",
            (key,),
        )
        return file is not None

    def _rank(self, entry: Entry) -> int:
        """Breadth first, but of a focused crawl as the page that named it was scored."""
        return entry.rank if self.source.focus else entry.depth

    def _refusal(self, entry: Entry) -> Outcome | None:
        if entry.kind != "sitemap" and extension_kind(entry.url) == "media":
            return "media_type"
        if entry.depth > self.source.max_depth:
            return "depth"
        if entry.hops > MAX_HOPS or is_trap(entry.url):
            return "trap"
        most = {"feed": MAX_FEEDS, "sitemap": MAX_SITEMAPS}.get(entry.kind)
        if most is not None and self._kinds[entry.kind] >= most:
            return "limit"
        return None

    def _end(self, entry: Entry) -> Outcome | None:
        """What keeps a URL out that was let in to wait: its trap closed, or the crawl came to its end."""
        if not entry.listed and (trap := self._traps.closed(entry.url)):
            self.lost[trap] += 1
            return "trap"
        return "limit" if self.is_over() or self._is_spent(host_of(entry.url)) else None

    def is_over(self) -> bool:
        """Whether the crawl may ask for nothing more."""
        requests = REQUESTS_A_PAGE * self.source.max_pages + SPARE_REQUESTS
        if self.log.pages >= self.source.max_pages or self._taken >= requests:
            return True
        budget = self.source.budget
        return bool(budget and budget.is_spent(self.log.pages, self.log.bytes, self.seconds))

    def _is_spent(self, host: str) -> bool:
        """Whether a host has given all that it may."""
        budget = self.source.host_budget
        if not budget or host not in self.log.by_host:
            return False
        pages, size, since = self.log.by_host[host]
        return budget.is_spent(pages, size, self.seconds - since)

    def visited(
        self, entry: Entry, new: bool, queued: Sequence[str], noindex: bool = False
    ) -> None:
        """A page was read: whether its text is new, the URLs that wait because of it, whether it is `noindex`."""
        self._suspect(entry, self._traps.visited(entry.url, new, queued, noindex))

    def led(self, entry: Entry, queued: Sequence[str]) -> None:
        """An address led to others, of which these wait because of it, or to none."""
        self._suspect(entry, self._traps.answered(entry.url, False, queued))

    def _suspect(self, entry: Entry, groups: Sequence[str]) -> None:
        for group in groups:
            self._traps.sample(group, self._draw(group, host_of(entry.url)))

    def _draw(self, group: str, host: str) -> int:
        """Puts waiting pages of a group, met on this host, first, drawn by a hash of their URLs; how many."""
        query = "SELECT url, host, rank, n FROM queue WHERE NOT listed AND "
        if domain := domain_of(group):
            where = "(host = ? OR substr(host, -length(?)) = ?)"
            candidates = self.state.rows(query + where, (domain, f".{domain}", f".{domain}"))
        elif is_function(group):
            rows = self.state.rows(f"{query}host = ?", (host,))
            candidates = (row for row in rows if may_be_of(row[0], group))
        else:
            where = "(shape = ? OR directory = ? OR section = ?)"
            candidates = self.state.rows(query + where, 3 * (hashed(group),))
        drawn = heapq.nsmallest(size_of_sample(group), candidates, key=lambda row: hashed(row[0]))
        for _, host, rank, n in drawn:
            self.state.execute(
                "UPDATE queue SET rank = ? WHERE host = ? AND rank = ? AND n = ?",
                (FIRST, host, rank, n),
            )
        return len(drawn)

    def take(
        self, may_start: Callable[[Entry], bool], rest: Callable[[str], float]
    ) -> Entry | None:
        """The next URL of a host that has room, the hosts in turn; None where none may start now.

        `rest` says for how many seconds a host is to be left alone.
        """
        now = time.monotonic()
        while self._resting and self._resting[0][0] <= now:
            self._ready.append(heapq.heappop(self._resting)[1])
        for _ in range(len(self._ready)):
            host = self._ready.popleft()
            if self._in_flight[host] >= self.source.concurrency:
                self._placed.discard(host)  # comes again when one is done
                continue
            entry, logged = self._next(host)
            if entry is None:
                self._placed.discard(host)
                self._place(host)
                continue
            if not logged and (seconds := rest(host)) > 0:
                heapq.heappush(self._resting, (now + seconds, host))
                continue
            self._ready.append(host)
            if not may_start(entry):
                continue
            self._remove(entry)
            self.state.execute(f"INSERT INTO flight VALUES ({Entry.marks()})", entry.row())
            self._in_flight[host] += 1
            self._taken += 1
            return entry
        return None

    def next_turn(self) -> float | None:
        """Seconds until a host that rests may be asked again; None where none does."""
        return max(0.0, self._resting[0][0] - time.monotonic()) if self._resting else None

    def resting(self) -> int:
        """How many hosts are left alone for now."""
        return len(self._resting)

    def _next(self, host: str) -> tuple[Entry | None, bool]:
        """The first URL of a host that has not come to its end while it waited, and whether the log holds it.

        None where there is none among AT_ONCE, which are decided.
        """
        for _ in range(AT_ONCE):
            row = self.state.execute(
                "SELECT * FROM queue WHERE host = ? ORDER BY rank, n LIMIT 1", (host,)
            ).fetchone()
            if row is None:
                break
            entry = Entry.of(row)
            logged = entry.url in self.log
            reason = None if logged else self._end(entry)
            if reason is None:
                return entry, logged
            self._remove(entry)
            self.account.decide(entry, reason)
        return None, False

    def _remove(self, entry: Entry) -> None:
        host = host_of(entry.url)
        self.state.execute(
            "DELETE FROM queue WHERE host = ? AND rank = ? AND n = ?", (host, entry.rank, entry.n)
        )
        self._total -= 1
        self.waiting[host] -= 1
        if not self.waiting[host]:
            del self.waiting[host]

    def done(self, entry: Entry) -> None:
        """A URL that was taken is through."""
        host = host_of(entry.url)
        self._in_flight[host] -= 1
        if not self._in_flight[host]:
            del self._in_flight[host]
        self.state.execute("DELETE FROM flight WHERE n = ?", (entry.n,))
        self._place(host)

    def _place(self, host: str) -> None:
        if host not in self._placed and self.waiting[host]:
            self._placed.add(host)
            self._ready.append(host)

    def save(self) -> None:
        """Puts what is counted into the state."""
        self._traps.save()
        figures = {
            "added": self._added,
            "taken": self._taken,
            "kinds": self._kinds,
            "lost": self.lost,
        }
        self.state.put("frontier", {**figures, "seconds": self.seconds})

    @property
    def seconds(self) -> float:
        """For how long this crawl went, in all its runs."""
        return self._seconds + time.monotonic() - self._begun

    def __len__(self) -> int:
        return self._total

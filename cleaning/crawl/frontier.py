"""What a crawl still has to visit, in breadth-first order, and what became of each URL."""

from __future__ import annotations

import hashlib
import heapq
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from cleaning.crawl.stage import CrawlSource, Outcome
from cleaning.crawl.traps import LAST, Traps, groups, is_trap
from cleaning.crawl.warc import WarcLog
from cleaning.media import extension_kind
from cleaning.rights.statement import Statement
from cleaning.urls import Scope, host_of, key, with_scheme

MAX_HOPS = 10  # redirects in a row
MAX_FEEDS = 20  # of a source: they repeat what its pages link
MAX_SITEMAPS = 100  # of a source
REQUESTS_A_PAGE = 4  # bounds redirects, errors and the like: requests for each page of max_pages
SPARE_REQUESTS = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A URL to visit. `seed` is the seed that it is or was redirected from, `via` where it was found.

    `listed`: a sitemap or the recipe names it, so it belongs to no trap.
    """

    url: str
    depth: int = 0
    kind: str = "page"  # or feed, sitemap
    via: str | None = None
    hops: int = 0
    seed: str | None = None
    listed: bool = False


class Account:
    """Where each URL went: one line a URL in `crawl.jsonl`, and the counts of the ledger."""

    def __init__(self, path: Path) -> None:
        self.counts: Counter[str] = Counter()
        self.lines = 0
        self.seeds: dict[str, str] = {}  # seed -> what became of it, in words
        self._decided: set[str] = set()
        self._stream = path.open("w", encoding="utf-8")

    def decide(
        self,
        entry: Entry,
        outcome: Outcome,
        status: int | None = None,
        reason: str | None = None,
        said: Sequence[Statement] = (),
    ) -> None:
        """`kept`, `failed`, or the rule that removed it; once for each URL. `said` are its statements of rights."""
        if key(entry.url) in self._decided:
            return
        self._decided.add(key(entry.url))
        self.counts[outcome] += 1
        self.lines += 1
        line: dict[str, Any] = {"url": entry.url, "outcome": outcome}
        known = {"status": status, "reason": reason, "depth": entry.depth, "via": entry.via}
        line |= {name: value for name, value in known.items() if value is not None}
        if said:
            line["rights"] = [asdict(statement) for statement in said]
        self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        if entry.seed:
            answered = f"answered {status}" if status else outcome
            self.seeds[entry.seed] = reason or answered

    def stored(self, entry: Entry, status: int, said: Sequence[Statement] = ()) -> None:
        """A response of this status is in the files."""
        self.decide(entry, "kept" if 200 <= status < 300 else "status", status, said=said)

    def documents(self) -> dict[str, Any]:
        """The counts as the ledger has them."""
        removed = {k: n for k, n in sorted(self.counts.items()) if k not in {"kept", "failed"}}
        return {
            "in": self.lines,
            "kept": self.counts["kept"],
            "removed": removed,
            "quarantined": self.counts["failed"],
        }

    def close(self) -> None:
        self._stream.close()


_FIRST = -1  # before the depth of any page: a sample of a suspect


@dataclass
class _Host:
    queue: list[tuple[int, int, Entry]] = field(
        default_factory=list
    )  # depth, order of coming, entry
    in_flight: int = 0


class Frontier:
    """The URLs that wait, by host: the shallowest first, and no host more than its share at once.

    What the log holds was let in once, so nothing but its being seen keeps it out again. `schemes`
    gives for a host the one scheme that is spoken with it. `lost` counts by trap what it kept out.
    """

    def __init__(
        self,
        source: CrawlSource,
        scope: Scope,
        log: WarcLog,
        account: Account,
        schemes: Mapping[str, str],
    ) -> None:
        self.source = source
        self.scope = scope
        self.log = log
        self.account = account
        self.schemes = schemes
        self.lost: Counter[str] = Counter()
        self._hosts: dict[str, _Host] = {}
        self._seen: set[str] = set()
        self._kinds: Counter[str] = Counter()
        self._traps = Traps(source.max_per_pattern)
        self._added = 0
        self._taken = 0

    def add(self, entry: Entry) -> bool:
        """Queues a normalised URL, or decides at once what keeps it out; out of scope is not counted.

        Whether it waits now.
        """
        if scheme := self.schemes.get(host_of(entry.url)):
            entry = replace(entry, url=with_scheme(entry.url, scheme))
        logged = entry.url in self.log
        if key(entry.url) in self._seen or not (logged or self.scope.holds(entry.url)):
            return False
        self._seen.add(key(entry.url))
        if entry.kind == "page" and extension_kind(entry.url) == "feed":
            entry = replace(entry, kind="feed")
        if not logged and (reason := self._refusal(entry) or self._end(entry)):
            self.account.decide(entry, reason)
            return False
        self._kinds[entry.kind] += 1
        self._added += 1
        host = self._hosts.setdefault(host_of(entry.url), _Host())
        heapq.heappush(host.queue, (entry.depth, self._added, entry))
        return True

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
        requests = REQUESTS_A_PAGE * self.source.max_pages + SPARE_REQUESTS
        if self.log.pages >= self.source.max_pages or self._taken >= requests:
            return "limit"
        return None

    def visited(self, entry: Entry, new: bool, queued: Sequence[str]) -> None:
        """A page was read: whether its text is new, and the URLs that wait because of it."""
        for suspect in self._traps.visited(entry.url, new, queued):
            self._traps.sample(suspect, self._draw(suspect))

    def _draw(self, group: str) -> int:
        """Puts waiting pages of a group first, drawn by a hash of their URLs; how many."""
        candidates = []
        for host in self._hosts.values():
            for place, (_, _, entry) in enumerate(host.queue):
                if not entry.listed and group in groups(entry.url):
                    candidates.append((hashlib.sha1(entry.url.encode()).digest(), host, place))
        drawn = heapq.nsmallest(LAST, candidates, key=lambda item: item[0])
        for _, host, place in drawn:
            host.queue[place] = (_FIRST, *host.queue[place][1:])
        for host in self._hosts.values():
            heapq.heapify(host.queue)
        return len(drawn)

    def take(self, may_start: Callable[[Entry], bool]) -> Entry | None:
        """The next URL of a host that has room, the hosts in turn; None where none may start now."""
        for name, host in self._hosts.items():
            self._drop(host)
            has_room = host.queue and host.in_flight < self.source.concurrency
            if has_room and may_start(host.queue[0][2]):
                host.in_flight += 1
                self._taken += 1
                self._hosts[name] = self._hosts.pop(name)  # to the end: the others come first now
                return heapq.heappop(host.queue)[2]
        return None

    def _drop(self, host: _Host) -> None:
        """Decides what came to its end while it waited."""
        while host.queue and host.queue[0][2].url not in self.log:
            reason = self._end(host.queue[0][2])
            if reason is None:
                return
            self.account.decide(heapq.heappop(host.queue)[2], reason)

    def done(self, entry: Entry) -> None:
        """A URL that was taken is through."""
        self._hosts[host_of(entry.url)].in_flight -= 1

    def __len__(self) -> int:
        return sum(len(host.queue) for host in self._hosts.values())

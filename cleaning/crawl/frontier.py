"""What a crawl still has to visit, in breadth-first order, and what became of each URL."""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cleaning.crawl.stage import CrawlSource, Outcome
from cleaning.crawl.warc import WarcLog
from cleaning.media import extension_kind
from cleaning.urls import Scope, host_of, is_trap, key, pattern, with_scheme

MAX_HOPS = 10  # redirects in a row
MAX_FEEDS = 20  # of a source: they repeat what its pages link
MAX_SITEMAPS = 100  # of a source
REQUESTS_A_PAGE = 4  # bounds redirects, errors and the like: requests for each page of max_pages
SPARE_REQUESTS = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A URL to visit. `seed` is the seed that it is or was redirected from, `via` where it was found."""

    url: str
    depth: int = 0
    kind: str = "page"  # or feed, sitemap
    via: str | None = None
    hops: int = 0
    seed: str | None = None


class Account:
    """Where each URL went: one line a URL in `crawl.jsonl`, and the counts of the ledger."""

    def __init__(self, path: Path) -> None:
        self.counts: Counter[str] = Counter()
        self.lines = 0
        self.seeds: dict[str, str] = {}  # seed -> what became of it, in words
        self._decided: set[str] = set()
        self._stream = path.open("w", encoding="utf-8")

    def decide(
        self, entry: Entry, outcome: Outcome, status: int | None = None, reason: str | None = None
    ) -> None:
        """`kept`, `failed`, or the rule that removed it; once for each URL."""
        if key(entry.url) in self._decided:
            return
        self._decided.add(key(entry.url))
        self.counts[outcome] += 1
        self.lines += 1
        line: dict[str, Any] = {"url": entry.url, "outcome": outcome}
        known = {"status": status, "reason": reason, "depth": entry.depth, "via": entry.via}
        line |= {name: value for name, value in known.items() if value is not None}
        self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        if entry.seed:
            answered = f"answered {status}" if status else outcome
            self.seeds[entry.seed] = reason or answered

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


@dataclass
class _Host:
    queue: list[tuple[int, int, Entry]] = field(default_factory=list)
    in_flight: int = 0


class Frontier:
    """The URLs that wait, by host: the shallowest first, and no host more than its share at once.

    What the log holds was let in once, so nothing but its being seen keeps it out again. `schemes`
    gives for a host the one scheme that is spoken with it.
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
        self._hosts: dict[str, _Host] = {}
        self._seen: set[str] = set()
        self._kinds: Counter[str] = Counter()
        self._patterns: Counter[str] = Counter()
        self._admitted = 0

    def add(self, entry: Entry, listed: bool = False) -> None:
        """Queues a normalised URL, or decides at once what keeps it out; out of scope is not counted.

        `listed`: a sitemap names it, so it belongs to no endless pattern.
        """
        if scheme := self.schemes.get(host_of(entry.url)):
            entry = replace(entry, url=with_scheme(entry.url, scheme))
        logged = entry.url in self.log
        if key(entry.url) in self._seen or not (logged or self.scope.holds(entry.url)):
            return
        self._seen.add(key(entry.url))
        if entry.kind == "page" and extension_kind(entry.url) == "feed":
            entry = replace(entry, kind="feed")
        reason = None if logged else self._refusal(entry, listed)
        self._patterns[pattern(entry.url)] += 1
        if reason:
            self.account.decide(entry, reason)
            return
        self._kinds[entry.kind] += 1
        self._admitted += 1
        host = self._hosts.setdefault(host_of(entry.url), _Host())
        heapq.heappush(host.queue, (entry.depth, self._admitted, entry))

    def _refusal(self, entry: Entry, listed: bool) -> Outcome | None:
        if entry.kind != "sitemap" and extension_kind(entry.url) == "media":
            return "media_type"
        if entry.depth > self.source.max_depth:
            return "depth"
        if entry.hops > MAX_HOPS or is_trap(entry.url):
            return "trap"
        if not listed and self._patterns[pattern(entry.url)] >= self.source.max_per_pattern:
            return "trap"
        most = {"feed": MAX_FEEDS, "sitemap": MAX_SITEMAPS}.get(entry.kind)
        if most is not None and self._kinds[entry.kind] >= most:
            return "limit"
        if self._admitted >= REQUESTS_A_PAGE * self.source.max_pages + SPARE_REQUESTS:
            return "limit"
        return None

    def take(self, may_start: Callable[[Entry], bool]) -> Entry | None:
        """The next URL of a host that has room, the hosts in turn; None where none may start now."""
        for name, host in self._hosts.items():
            has_room = host.queue and host.in_flight < self.source.concurrency
            if has_room and may_start(host.queue[0][2]):
                host.in_flight += 1
                self._hosts[name] = self._hosts.pop(name)  # to the end: the others come first now
                return heapq.heappop(host.queue)[2]
        return None

    def done(self, entry: Entry) -> None:
        """A URL that was taken is through."""
        self._hosts[host_of(entry.url)].in_flight -= 1

    def __len__(self) -> int:
        return sum(len(host.queue) for host in self._hosts.values())

"""A URL that a crawl is to visit, and how it came to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cleaning.crawl.frontier.traps import groups
from cleaning.crawl.log.state import hashed
from cleaning.web.urls import host_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A URL to visit. `seed` is the seed that it is or was redirected from, `via` where it was found.

    `listed`: a sitemap or the recipe names it, so it belongs to no trap. `n` is its place in the order of
    coming, `rank` what goes before that: of one host, the lowest is visited first.
    """

    url: str
    depth: int = 0
    kind: str = "page"  # or feed, sitemap
    via: str | None = None
    hops: int = 0
    seed: str | None = None
    listed: bool = False
    n: int = 0
    rank: int = 0

    def row(self) -> tuple[Any, ...]:
        """Its row in the tables of the state; the groups of pages that it belongs to are there by their hashes."""
        hashes = (hashed(group) if group else None for group in groups(self.url))
        of_place = (self.n, self.rank, host_of(self.url), self.url, self.depth, self.kind)
        return (*of_place, self.via, self.hops, self.seed, self.listed, *hashes)

    @staticmethod
    def marks() -> str:
        """A question mark for each value of a row."""
        return ", ".join("?" * 13)

    @classmethod
    def of(cls, row: Sequence[Any]) -> Entry:
        """The entry of a row."""
        n, rank, _, url, depth, kind, via, hops, seed, listed, *_ = row
        return cls(url, depth, kind, via, hops, seed, bool(listed), n, rank)

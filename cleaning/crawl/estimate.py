"""What a crawl takes: what an earlier one in the store found at the same seeds, else what the recipe allows at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from cleaning.crawl.stage import CrawlSource
from pipeline.model.about import Beforehand, Computed, Expected

PAGE = 20_000  # bytes of a crawled page in a WARC file, compressed
WORK = 0.05  # seconds of work a page beside the polite delay


class _Size(NamedTuple):
    bytes: float
    seconds: float
    at_most: bool


def estimate(known: Beforehand) -> Expected:
    """A file for each source; all sources are crawled side by side."""
    sizes = {
        name: _earlier_crawl(name, source, known.earlier) or _bound(source, known.hosts)
        for name, source in known.params.sources.items()
    }
    bounded = any(size.at_most for size in sizes.values())
    return Expected(
        files={f"{name}.warc.gz": size.bytes for name, size in sizes.items()},
        seconds=max(size.seconds for size in sizes.values()),
        by="the recipe's bounds and delay" if bounded else "an earlier crawl",
        at_most=bounded,
    )


def _earlier_crawl(name: str, source: CrawlSource, earlier: Sequence[Computed]) -> _Size | None:
    """What the newest crawl of the same seeds took; None where there is none, or its bounds ended it."""
    for one in earlier:
        for shard in one.manifest.shards:
            if shard.params.get("name") != name or shard.params.get("seeds") != source.seeds:
                continue
            pages = shard.figures.get("pages", 0)
            if not pages or pages >= shard.params["max_pages"] or shard.params.get("budget"):
                return None
            share = min(1.0, source.max_pages / pages)
            size = sum(file.bytes for file in shard.files if file.part == name)
            requests = sum(host["requests"] for host in shard.figures.get("hosts", ()))
            return _Size(size * share, max(requests * source.delay, one.seconds) * share, False)
    return None


def _bound(source: CrawlSource, hosts: Mapping[str, int]) -> _Size:
    """To the last page that is allowed, or that its hosts have where that is known."""
    budget = source.budget
    pages = min(source.max_pages, budget.pages or source.max_pages) if budget else source.max_pages
    seeds = {urlsplit(seed).hostname or "" for seed in source.seeds}
    if seeds <= hosts.keys() and source.scope == "host":
        pages = min(pages, sum(hosts[seed] for seed in seeds))
    size, seconds = pages * PAGE, pages * (source.delay + WORK)
    if budget:
        size = min(size, budget.bytes or size)
        seconds = min(seconds, budget.hours * 3600 if budget.hours else seconds)
    return _Size(size, seconds, True)

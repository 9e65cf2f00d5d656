"""What is told of a crawl at its end: pages lost to a trap, or to a parser; what an edition changed."""

from __future__ import annotations

from pipeline.model.dataset import Manifest
from pipeline.model.notice import Notice, notice, some
from pipeline.store.store import Store


def lost(store: Store, crawled: Manifest, name: str) -> list[Notice]:
    """A notice for each source of which addresses were left out because pages like them gave nothing new, and
    one for each that holds pages that could not be read.
    """
    notices = []
    for shard in crawled.shards:
        source = shard.params["name"]
        if traps := shard.figures.get("traps"):
            named = sorted(traps, key=lambda trap: (-traps[trap], trap))
            left = sum(traps.values())
            notices.append(notice("crawl.endless", source=source, n=left, patterns=some(named)))
        if unread := shard.figures.get("unread"):
            pages = some(unread)
            notices.append(notice("crawl.unread", source=source, n=len(unread), pages=pages))
    return notices


def changes(store: Store, crawled: Manifest, params: object) -> list[str]:
    """A line for each source of how many of the answers that were kept are pages, which `max_pages` counts; and one
    for each that was crawled again: how much of it is new, changed, gone.
    """
    counted = [
        line
        for shard in crawled.shards
        if (documents := shard.ledger.documents)
        and (line := _beside(shard.params["name"], shard.figures["pages"], documents.kept))
    ]
    return counted + [
        _shares(shard.params["name"], again)
        for shard in crawled.shards
        if (again := shard.figures.get("recrawl"))
    ]


def _beside(name: str, pages: int, kept: int) -> str:
    """How many answers beside pages were kept; nothing where none was."""
    if kept <= pages:
        return ""
    others = f"{kept - pages:,} of robots.txt, sitemaps and feeds"
    return f"source {name} kept {kept:,} answers: {pages:,} pages, and {others}"


def _shares(name: str, counts: dict[str, int]) -> str:
    pages = sum(counts.values()) or 1
    kinds = ("unchanged", "changed", "new", "gone")
    shares = ", ".join(f"{counts.get(kind, 0) / pages:.1%} {kind}" for kind in kinds)
    return f"source {name} since the earlier edition: {shares} of {pages:,} addresses"

"""What is told of a crawl at its end: sites that allow nothing, pages lost, what an edition changed."""

from __future__ import annotations

from pipeline.model.dataset import Manifest, Shard
from pipeline.model.notice import Notice, notice, some
from pipeline.store.store import Store


def lost(store: Store, crawled: Manifest, name: str) -> list[Notice]:
    """A notice for each source whose site allows nothing, one for each whose pages lead only elsewhere, one for each of
    which addresses were left out because pages like them gave nothing new, and one for each that holds pages that could
    not be read.
    """
    notices = []
    for shard in crawled.shards:
        source = shard.params["name"]
        if closed := shard.figures.get("closed"):
            seeds = some([f"{seed} ({why})" for seed, why in closed.items()])
            notices.append(notice("crawl.closed", source=source, seeds=seeds))
        if elsewhere := shard.figures.get("elsewhere"):
            hosts = some([list(one) for one in elsewhere.items()])
            notices.append(notice("crawl.elsewhere", source=source, hosts=hosts))
        if traps := shard.figures.get("traps"):
            named = sorted(traps, key=lambda trap: (-traps[trap], trap))
            left = sum(traps.values())
            notices.append(notice("crawl.endless", source=source, n=left, patterns=some(named)))
        if unread := shard.figures.get("unread"):
            pages = some(unread)
            notices.append(notice("crawl.unread", source=source, n=len(unread), pages=pages))
    return notices


def changes(store: Store, crawled: Manifest, params: object) -> list[str]:
    """A line for each source of how many of the answers that were kept are pages, which `max_pages` counts; of one that
    was crawled again, how many of its addresses are new, changed, gone.
    """
    return [line for shard in crawled.shards if (line := _again(shard) or _beside(shard))]


def _beside(shard: Shard) -> str:
    """How many answers beside pages were kept; nothing where none was."""
    pages = shard.figures["pages"]
    kept = shard.ledger.documents.kept if shard.ledger.documents else 0
    if kept <= pages or not pages:
        return ""
    others = f"{kept - pages:,} of robots.txt, sitemaps and feeds"
    return f"source {shard.params['name']} kept {kept:,} answers: {pages:,} pages, and {others}"


def _again(shard: Shard) -> str:
    counts = shard.figures.get("recrawl")
    if not counts:
        return ""
    kinds = ("unchanged", "changed", "new", "gone")
    many = ", ".join(f"{counts.get(kind, 0):,} {kind}" for kind in kinds)
    return f"source {shard.params['name']} since the earlier edition: {many}; {shard.figures['pages']:,} pages"

"""What is told of a crawl at its end: pages lost to a trap, or to a parser; what an edition changed."""

from __future__ import annotations

from pipeline.model.dataset import Manifest
from pipeline.store.store import Store

NAMED = 3  # traps and pages that are named; of more, how many there are


def lost(store: Store, crawled: Manifest, name: str) -> list[str]:
    """A line for each source of which addresses were left out because pages like them gave nothing new, and
    one for each that holds pages that could not be read.
    """
    lines = []
    for shard in crawled.shards:
        source = shard.params["name"]
        if traps := shard.figures.get("traps"):
            lines.append(_line(source, traps))
        if unread := shard.figures.get("unread"):
            lines.append(_unread(source, unread))
    return lines


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


def _unread(name: str, urls: list[str]) -> str:
    more = f" and {len(urls) - NAMED} more" if len(urls) > NAMED else ""
    pages = "1 page" if len(urls) == 1 else f"{len(urls):,} pages"
    return (
        f"source {name} stored {pages} without looking for links, since the parser crashed or hung "
        f"twice: {', '.join(urls[:NAMED])}{more}"
    )


def _line(name: str, traps: dict[str, int]) -> str:
    named = sorted(traps, key=lambda trap: (-traps[trap], trap))
    more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
    left = sum(traps.values())
    return (
        f"source {name} left {left:,} address{'es' * (left != 1)} out as endless, since pages like them "
        f"gave nothing new: {', '.join(named[:NAMED])}{more} "
        "(if they are pages, raise its max_per_pattern; if not, deny them and save the requests)"
    )

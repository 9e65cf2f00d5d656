"""Sources that lost pages to a trap, a line each: whether those were pages, only its reader knows."""

from __future__ import annotations

from pipeline.model.dataset import Manifest
from pipeline.store.store import Store

NAMED = 3  # traps that are named; of more, how many there are


def lost(store: Store, crawled: Manifest) -> list[str]:
    """A line for each source of which addresses were left out because pages like them gave nothing new."""
    return [
        _line(shard.params["name"], traps)
        for shard in crawled.shards
        if (traps := shard.figures.get("traps"))
    ]


def _line(name: str, traps: dict[str, int]) -> str:
    named = sorted(traps, key=lambda trap: (-traps[trap], trap))
    more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
    return (
        f"source {name} left {sum(traps.values()):,} addresses out as endless, since pages like them "
        f"gave nothing new: {', '.join(named[:NAMED])}{more} "
        "(if they are pages, raise its max_per_pattern; if not, deny them and save the requests)"
    )

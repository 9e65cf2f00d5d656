"""Refuses a source of files of which nothing could be read: its texts would be missing without anybody noticing."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pipeline.errors import TahonaError
from pipeline.model.dataset import Shard

UNREAD = (
    "unread"  # the figure of a shard all of whose records were quarantined: why the first one was
)


def refuse_unread(shards: Iterable[Shard], sources: Collection[str]) -> None:
    """Raises TahonaError for the first of some sources all of whose records were quarantined."""
    by_source: dict[str, list[Shard]] = {}
    for shard in shards:
        if (name := shard.params["source"]["name"]) in sources:
            by_source.setdefault(name, []).append(shard)
    for name, extracted in by_source.items():
        counts = [counts for shard in extracted if (counts := shard.ledger.documents)]
        lost = sum(c.quarantined for c in counts)
        if lost == sum(c.in_ for c in counts) > 0:
            why = next(shard.figures[UNREAD] for shard in extracted if UNREAD in shard.figures)
            table = next(f.path for shard in extracted for f in shard.part("quarantined") if f.rows)
            which = f"all {lost:,} of its records are" if lost > 1 else "its only record is"
            raise TahonaError(
                f"nothing of source {name} could be read: {which} quarantined ({why}), see {table} of the store; "
                "mend the source, or leave it out"
            )

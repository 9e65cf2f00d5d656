"""What could not be read, a line a source: a wrong `reader` or `fields`, or half a download, is no bad luck."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.model.dataset import Manifest, Shard
from pipeline.store.store import Store

BREAK = "breaks off"  # the figure of a shard whose file could be read in part: how far, how many records
SPAN = "span"  # the figure of a shard of a range: from which byte to which
NAMED = 3  # files that are named; of more, how many there are


def unread(store: Store, extracted: Manifest) -> list[str]:
    """A line for each source all of whose records were quarantined, and for files that are empty or break off."""
    by_source: dict[str, list[Shard]] = {}
    for shard in extracted.shards:
        by_source.setdefault(shard.params["source"]["name"], []).append(shard)
    return [line for name, shards in by_source.items() for line in _lines(store, name, shards)]


def _lines(store: Store, name: str, shards: list[Shard]) -> Iterator[str]:
    counts = [shard.ledger.documents for shard in shards]
    read = sum(c.in_ for c in counts if c)
    if read and read == sum(c.quarantined for c in counts if c):
        yield f"all {read:,} records of source {name} were quarantined ({_reason(store, shards)})"
    empty = [
        shard.params["source"]["file"]
        for shard, count in zip(shards, counts, strict=True)
        # Of a range all may belong to a line that began before it.
        if count and not count.in_ and shard.params["sample"] == 1 and SPAN not in shard.figures
    ]
    if empty:
        yield f"source {name} has files without a record: {_some(empty)}"
    broken = [
        f"{shard.params['source']['file']} (read to byte {end['at']:,}, {end['records']:,} records)"
        for shard in shards
        if (end := shard.figures.get(BREAK))
    ]
    if broken:
        yield f"source {name} has files that break off: {_some(broken)}"


def _some(files: list[str]) -> str:
    more = f" and {len(files) - NAMED} more" if len(files) > NAMED else ""
    return ", ".join(files[:NAMED]) + more


def _reason(store: Store, shards: list[Shard]) -> str:
    import pyarrow.parquet as pq

    first = next(f for shard in shards for f in shard.part("quarantined") if f.rows)
    rows = pq.read_table(store.fetch(first), columns=["reason"])
    return str(rows["reason"][0].as_py())

"""What is told of texts that are given on though nobody is known to allow it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from cleaning.export.stage import Export
from pipeline.model.dataset import Manifest
from pipeline.model.notice import Notice, notice
from pipeline.store.store import Store

UNKNOWN = ("none", "unknown")  # the licences of texts that nobody is known to allow to be given on


def given_on(store: Store, export: Manifest, name: str) -> list[Notice]:
    """How many documents of an export have no licence, by what is stated in its place."""
    counts = Counter[str]()
    for shard in export.shards:
        for licence, n in shard.figures.get("licence", {}).items():
            if not licence or licence.lower() in UNKNOWN:
                counts[licence or ""] += n
    if not counts:
        return []
    stated = [
        [licence, n] if licence else notice("export.unstated", of=n)
        for licence, n in counts.most_common()
    ]
    return [notice("export.unlicensed", n=counts.total(), stated=stated)]


def would_be_given_on(params: Export.Params, above: Sequence[Any]) -> list[str]:
    """The sources that an export would give on though their licence is none or unknown; `above`: the parameters of
    all stages before it, of which a crawl knows its sources too, and no licence.
    """
    sources = [one for p in above for one in (getattr(p, "sources", None) or {}).items()]
    named = [
        f"{name} ({source.licence})"
        for name, source in sorted(sources, key=lambda one: one[0])
        if (getattr(source, "licence", None) or "").lower() in UNKNOWN
        and getattr(source, "access", None) in params.access
    ]
    if not named:
        return []
    return [
        f"the export gives on sources without a licence, {', '.join(named)}: "
        "keep them inside by the `access` of their source (research or deposit), or state a licence"
    ]

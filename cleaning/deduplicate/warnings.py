"""What is told of the decisions of `deduplicate` at their end: texts that several sources give under other terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.model.dataset import Manifest
from pipeline.model.notice import Notice, notice, some
from pipeline.store.store import Store

# The figure of the first shard: by source how many of its documents went for one of another source, by that.
ELSEWHERE = "elsewhere"


def warnings(store: Store, decisions: Manifest, name: str) -> list[Notice]:
    """A notice where documents went for copies of sources with another licence, other terms or another access."""
    documents = store.manifest(decisions.inputs["documents"][0])
    sources = documents.params.get("sources", {}) if documents else {}
    pairs = sorted(
        (-n, kept, gone)
        for shard in decisions.shards[:1]
        for gone, counts in shard.figures.get(ELSEWHERE, {}).items()
        for kept, n in counts.items()
        if {kept, gone} <= sources.keys() and _terms(sources[kept]) != _terms(sources[gone])
    )
    if not pairs:
        return []
    told = [
        notice(
            "deduplicate.other_terms.pair",
            of=-n,
            gone=gone,
            gone_licence=sources[gone].get("licence") or "none",
            kept=kept,
            kept_licence=sources[kept].get("licence") or "none",
        )
        for n, kept, gone in pairs
    ]
    return [notice("deduplicate.other_terms", n=-sum(n for n, *_ in pairs), pairs=some(told))]


def _terms(source: Mapping[str, Any]) -> tuple[Any, ...]:
    return source.get("licence"), source.get("terms"), source.get("access", "open")

"""What is told of the decisions of `filter` at their end: sources of which nearly all went."""

from __future__ import annotations

from cleaning.sparse_sources import nearly_all_removed
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store


def warnings(store: Store, decisions: Manifest, name: str) -> list[str]:
    """A line for each source of which nearly all documents were removed."""
    documents = store.manifest(decisions.inputs["documents"][0])
    if documents is None or len(documents.shards) != len(decisions.shards):
        return []
    pairs = zip(documents.shards, decisions.shards, strict=True)
    return nearly_all_removed((about, decided.ledger.documents) for about, decided in pairs)

"""Which files a view reads: told to whoever plans a stage, without what reads them."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.errors import TahonaError
from pipeline.model.dataset import File, Manifest


def view_files(
    documents: Manifest, decisions: Sequence[Manifest]
) -> list[tuple[File, list[File], list[File]]]:
    """For each shard its documents, its decisions and its edits, in the order in which they were made."""
    for manifest in decisions:
        if len(manifest.shards) != len(documents.shards):
            raise TahonaError(
                f"{manifest.reference} has {len(manifest.shards)} shards and {documents.reference} "
                f"{len(documents.shards)}: they aren't of the same documents; run its stage again"
            )
    return [
        (
            shard.one("kept"),
            [m.shards[i].one("decisions") for m in decisions],
            [f for m in decisions for f in m.shards[i].part("edits")],
        )
        for i, shard in enumerate(documents.shards)
    ]

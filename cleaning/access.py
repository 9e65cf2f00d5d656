"""What may be done with the texts of a source, and that of two copies the more open one stays."""

from __future__ import annotations

from typing import Literal, get_args

from pipeline.model.dataset import Manifest

# Given on to all, or to who does research, or kept inside (a national library may train on what the law of legal
# deposit brings it, and not publish it). From the most open to the most closed.
Access = Literal["open", "research", "deposit"]
ORDER: tuple[Access, ...] = get_args(Access)


def closed(documents: Manifest) -> list[int]:
    """By shard of documents, each of which is one source's, the place of its access in ORDER; what says none is open.

    Nothing where all are open, so that no key changes and no shard is read.
    """
    if all(
        spec.get("access", "open") == "open"
        for spec in documents.params.get("sources", {}).values()
    ):
        return []
    return [ORDER.index(shard.params["source"].get("access", "open")) for shard in documents.shards]

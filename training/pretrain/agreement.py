"""Whether the stages that a training reads will give it what it asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def unfed(
    params: Any, read: Mapping[str, Sequence[Any]], patterns: Mapping[str, Sequence[str]]
) -> tuple[str, str] | None:
    """The parameter and why the tokens of its recipe will not have what it asks for; None where they will.

    `read` are the parameters of the stages that it reads, by input; `patterns`, those of files, say nothing here.
    """
    if params.upsample and not all(tokens.cluster_sizes for tokens in read.get("tokens", ())):
        why = "asks for the sizes of clusters, which the tokens will not hold: set shard.cluster_sizes to true"
        return "upsample", why
    return None

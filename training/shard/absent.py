"""Domains that are trained on and can't be measured, and languages left out: what the stage `shard` warns of."""

from __future__ import annotations

from typing import Any

from pipeline.model.dataset import Manifest
from training.inputs import left_out


def absent(store: Any, manifest: Manifest) -> list[str]:
    """A sentence for languages left out, and for each domain with training tokens and none held out."""
    tokens: dict[str, dict[str, int]] = {}
    for shard in manifest.shards:
        for part, count in shard.figures.get("tokens", {}).items():
            domain, _, split = part.rpartition("/")
            of_domain = tokens.setdefault(domain, {})
            of_domain[split] = of_domain.get(split, 0) + count
    return left_out(store, manifest) + [
        f"{domain} has {counts['train']:,} tokens to train on and none for {' or '.join(none)}: "
        "its models have no figure of their own there"
        for domain, counts in sorted(tokens.items())
        if counts.get("train")
        and (
            none := [
                s for s in ("validation", "test") if s not in counts and manifest.params.get(s, 1)
            ]
        )
    ]

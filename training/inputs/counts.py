"""The tokens of a dataset of `shard`, as its manifest says."""

from __future__ import annotations

from collections import Counter, defaultdict

from pipeline.model.dataset import Manifest


def token_counts(tokens: Manifest) -> dict[str, dict[str, int]]:
    """Tokens by domain and split, of those splits that a domain has."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for shard in tokens.shards:
        for part, count in shard.figures.get("tokens", {}).items():
            domain, _, split = part.rpartition("/")
            counts[domain][split] += count
    return {domain: dict(splits) for domain, splits in counts.items()}

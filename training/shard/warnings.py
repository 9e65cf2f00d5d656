"""Domains that are trained on and can't be measured, and languages left out: what the stage `shard` warns of."""

from __future__ import annotations

from typing import Any

from pipeline.model.dataset import Manifest
from pipeline.model.notice import Notice, notice
from training.inputs.counts import token_counts
from training.inputs.inputs import left_out


def warnings(store: Any, manifest: Manifest, name: str) -> list[Notice]:
    """A notice for languages left out, for each split that is empty, and for each domain with training tokens
    and none in a split that others have.
    """
    trained = {
        domain: counts for domain, counts in token_counts(manifest).items() if counts.get("train")
    }
    splits = [s for s in ("validation", "test") if manifest.params.get(s, 1)]
    nowhere = [s for s in splits if trained and not any(s in counts for counts in trained.values())]
    notices = [notice("shard.empty_split", split=split, stage=name) for split in nowhere]
    for domain, counts in sorted(trained.items()):
        if none := [s for s in splits if s not in counts and s not in nowhere]:
            notices.append(
                notice("shard.unmeasured", domain=domain, tokens=counts["train"], splits=none)
            )
    return left_out(store, manifest, name) + notices

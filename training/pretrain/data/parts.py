"""Which parts of its tokens a training read."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError

from pipeline.model.dataset import Manifest
from training.pretrain.params import Training, pool_of


def parts_read(model: Manifest) -> Callable[[str], bool]:
    """Whether a training read a part of its tokens; of one by an earlier version, any to train on."""
    try:
        params = Training.model_validate(model.shards[0].params) if model.shards else None
    except ValidationError:
        params = None

    def reads(part: str) -> bool:
        domain, _, split = part.rpartition("/")
        return split == "train" and (params is None or pool_of(params, domain) is not None)

    return reads

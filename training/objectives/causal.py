"""The causal objective: each token from those before it."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from training.models.model import Model
from training.objectives.objective import Batch, Objective, nats


class Causal(Objective):
    """Every token of a block but its first is a target."""

    def batch(self, step: int) -> Batch:
        ids = torch.from_numpy(self.blocks(step))
        targets = ids[:, 1:]
        tensors = {"ids": ids[:, :-1], "targets": targets}
        return Batch(tensors, count=targets.numel(), tokens=targets.numel())

    def loss(self, model: Model, micro_batch: Mapping[str, Tensor]) -> Tensor:
        return nats(model(micro_batch["ids"]), micro_batch["targets"])

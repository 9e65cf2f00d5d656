"""The processes of a run, as the loop knows them: which rows are this one's, sums over all, when gradients meet.

One process alone needs nothing. DDP keeps a copy of the model on each; FSDP2 spreads weights, gradients and moments
over them. The loss is divided by the targets of the whole batch on each rank, so that the sum over ranks is the mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from training.models.transformer import Layers
from training.objectives.objective import Batch


class Learner(nn.Module):
    """A model with what it learns: a micro-batch to the sum over its targets. What DDP, FSDP2 and compile wrap."""

    def __init__(self, model: nn.Module, objective: Any) -> None:
        super().__init__()
        self.model = model
        self.objective = objective

    def forward(self, micro_batch: Mapping[str, Tensor]) -> Tensor:
        loss: Tensor = self.objective.loss(self.model, micro_batch)
        return loss


@dataclass
class Ranks:
    """One of `size` processes; `spread`: whether FSDP2 shares the model out.

    `group` writes checkpoints together, `hosts` agrees when: both without the devices, and apart, since checkpoints
    are written beside the work.
    """

    number: int = 0
    size: int = 1
    spread: bool = False
    group: Any = None
    hosts: Any = None
    wrapped: nn.Module | None = None

    @property
    def shards(self) -> int:
        """Into how many pieces the state is cut."""
        return self.size if self.spread else 1

    def share(self, learner: Learner) -> nn.Module:
        """The learner, as these processes share it."""
        if self.size == 1:
            return learner
        if self.spread:
            from torch.distributed.fsdp import fully_shard

            for module in learner.modules():
                if isinstance(module, Layers):
                    for layer in module:
                        fully_shard(layer)
            fully_shard(learner)
            self.wrapped = learner
        else:
            self.wrapped = nn.parallel.DistributedDataParallel(learner)
        return self.wrapped

    def own_rows(self, batch: Batch) -> Batch:
        """The rows of this rank."""
        return batch.rows_of(self.number, self.size) if self.size > 1 else batch

    def sum(self, value: Tensor) -> Tensor:
        """The sum over all ranks."""
        if self.size > 1:
            value = value.clone()
            torch.distributed.all_reduce(value)
        return value

    def any(self, asked: bool) -> bool:
        """Whether any rank says so: they must stop and save in the same step. No host synchronises with its device."""
        if self.size == 1:
            return asked
        flag = torch.tensor(float(asked))
        torch.distributed.all_reduce(flag, group=self.hosts)
        return bool(flag)

    def synchronising(self, last: bool) -> AbstractContextManager[Any]:
        """Gradients meet in the backward pass of the last micro-batch of a step alone."""
        if self.size == 1 or self.wrapped is None:
            return nullcontext()
        wrapped: Any = self.wrapped
        if self.spread:
            wrapped.set_requires_gradient_sync(last)
            return nullcontext()
        return nullcontext() if last else wrapped.no_sync()

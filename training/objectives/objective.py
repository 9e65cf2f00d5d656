"""What the loop knows of an objective: it makes the batch of a step, on the host, and the loss of a micro-batch of it.

An objective is a subclass in a file of its own and an entry in `registry.py`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from training.blocks import Blocks
from training.models.model import Model

IGNORED = -100  # a target that is not learnt


@dataclass(frozen=True)
class Batch:
    """What a step learns from: tensors by name, each with the rows first, which its objective reads.

    `count`: the targets that are learnt, of the whole batch, so that no split into micro-batches
    changes the loss; `tokens`: what the model reads. Both are counted where the batch is made.
    """

    tensors: Mapping[str, Tensor]
    count: int
    tokens: int

    def micro_batches(self, rows: int, device: torch.device) -> Iterator[dict[str, Tensor]]:
        """The tensors on the device, some rows at a time."""
        total = len(next(iter(self.tensors.values())))
        for row in range(0, total, rows):
            yield {
                name: tensor[row : row + rows].to(device, non_blocking=True)
                for name, tensor in self.tensors.items()
            }

    def pinned(self) -> Batch:
        """The same in memory that a device copies from while the host goes on."""
        tensors = {name: tensor.pin_memory() for name, tensor in self.tensors.items()}
        return Batch(tensors, self.count, self.tokens)


class Objective(ABC):
    """What is learnt from `blocks` of tokens of a SentencePiece `tokenizer`; noise is keyed by the seed."""

    def __init__(self, blocks: Blocks, tokenizer: Any, seed: int) -> None:
        self.blocks = blocks

    @abstractmethod
    def batch(self, step: int) -> Batch:
        """The batch of a step: a function of the seed and the step, whatever was asked before."""

    @abstractmethod
    def loss(self, model: Model, micro_batch: Mapping[str, Tensor]) -> Tensor:
        """Sum of -log p (nats) over the targets of some rows of a batch, as `Batch.micro_batches` gives them."""


def nats(logits: Tensor, targets: Tensor) -> Tensor:
    """Sum of -log p of the targets. Logits (batch, time, rows), targets (batch, time)."""
    return F.cross_entropy(
        logits.float().flatten(0, 1), targets.flatten(), ignore_index=IGNORED, reduction="sum"
    )

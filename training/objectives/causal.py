"""What is learnt: the causal objective, as a sum over target tokens that the loop divides by their number."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

IGNORED = -100  # a target that is not learnt


def target_count(targets: Tensor) -> int:
    """Tokens that count in the loss: counted over the whole batch, before the first forward pass."""
    return int((targets != IGNORED).sum())


def causal_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Sum of -log p (nats) of the targets. Logits (batch, time, rows), targets (batch, time)."""
    return F.cross_entropy(
        logits.float().flatten(0, 1), targets.flatten(), ignore_index=IGNORED, reduction="sum"
    )

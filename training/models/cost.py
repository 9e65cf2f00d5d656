"""What targets cost under the head of a model, some positions at a time: the logits of a batch never exist at once.

With a vocabulary of 32,000, the logits of 16,384 tokens are 2.1 GB a copy, whatever the model. Here those of a chunk
are made, and its gradients with them, before those of the next (as in Liger-Kernel's fused linear cross-entropy,
Hsu 2024, in plain torch). Chunks also stay in the cache of a processor.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from training.models.model import Model

IGNORED = -100  # a target that is not learnt
AT_ONCE = {"cpu": 1 << 21, "cuda": 1 << 27}  # logits


def cost(model: Model, states: Tensor, targets: Tensor) -> Tensor:
    """Sum of -log p (nats) of the targets (...), by the states (..., width) before the head."""
    flat = (model.last(states) * model.head_scale).flatten(0, -2)
    head = model.projection
    total: Tensor = _Cost.apply(flat, head.weight, head.bias, targets.flatten())
    return total


def costs(model: Model, states: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """-log p of each target, 0 where it is ignored, and whether it is the likeliest piece; without gradients."""
    head, flat = model.projection, targets.flatten()
    with torch.no_grad():
        inputs = (model.last(states) * model.head_scale).flatten(0, -2)
        nats, right = [], []
        for part in _chunks(len(flat), len(head.weight), flat.device):
            logits = F.linear(inputs[part], head.weight, head.bias).float()
            nats.append(F.cross_entropy(logits, flat[part], ignore_index=IGNORED, reduction="none"))
            right.append(logits.argmax(-1) == flat[part])
    return torch.cat(nats).view_as(targets), torch.cat(right).view_as(targets)


def _chunks(rows: int, pieces: int, device: torch.device) -> Iterator[slice]:
    size = max(1, AT_ONCE.get(device.type, AT_ONCE["cuda"]) // pieces)
    for start in range(0, rows, size):
        yield slice(start, start + size)


class _Cost(torch.autograd.Function):
    """Its forward makes the gradients too, which the backward scales."""

    @staticmethod
    def forward(
        ctx: Any, states: Tensor, weight: Tensor, bias: Tensor | None, targets: Tensor
    ) -> Tensor:
        total = torch.zeros((), device=states.device)
        if not any(ctx.needs_input_grad):
            for part in _chunks(len(targets), len(weight), states.device):
                logits = F.linear(states[part], weight, bias).float()
                total += F.cross_entropy(
                    logits, targets[part], ignore_index=IGNORED, reduction="sum"
                )
            return total
        to_states, to_weight = torch.empty_like(states), torch.zeros_like(weight)
        to_bias = None if bias is None else torch.zeros_like(bias)
        for part in _chunks(len(targets), len(weight), states.device):
            inputs, own = states[part], targets[part]
            kept = own != IGNORED
            places = own.clamp(min=0)[:, None]
            logits = F.linear(inputs, weight, bias).float()
            # The likeliest piece has p = exp(its logit - norm), never small: one pass of exponentials gives both.
            most, named = logits.amax(-1), logits.gather(1, places)[:, 0]
            slope = logits.softmax(-1)
            norm = most - slope.amax(-1).log()
            total += torch.where(kept, norm - named, 0.0).sum()
            # The gradient of the logits: p, less 1 at the target.
            slope.scatter_add_(1, places, torch.full_like(places, -1.0, dtype=slope.dtype))
            slope.mul_(kept[:, None])
            if to_bias is not None:
                to_bias += slope.sum(0)
            to_states[part] = torch.matmul(slope, weight)
            if torch.is_autocast_enabled(states.device.type) or inputs.dtype != weight.dtype:
                to_weight += torch.matmul(slope.t(), inputs)
            else:
                to_weight.addmm_(slope.t(), inputs)
        ctx.bias = to_bias is not None
        ctx.save_for_backward(to_states, to_weight, *([to_bias] if to_bias is not None else []))
        return total

    @staticmethod
    def backward(ctx: Any, *scale: Tensor) -> tuple[Tensor | None, ...]:
        to_states, to_weight, *rest = ctx.saved_tensors
        gradients = [g * scale[0].to(g.dtype) for g in (to_states, to_weight, *rest)]
        return gradients[0], gradients[1], gradients[2] if ctx.bias else None, None

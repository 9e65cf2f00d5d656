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
from training.models.product import across, linear, product

IGNORED = -100  # a target that is not learnt
AT_ONCE = {"cpu": 1 << 21, "cuda": 1 << 27}  # logits


def cost(model: Model, states: Tensor, targets: Tensor) -> Tensor:
    """Sum of -log p (nats) of the targets (...), by the states (..., width) before the head."""
    flat = (model.last(states) * model.head_scale).flatten(0, -2)
    head = model.projection
    total: Tensor = _Cost.apply(flat, head.weight, head.bias, targets.flatten())
    return total


def costs(model: Model, states: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """-log p of each target, 0 where it is ignored, and whether no piece is likelier; without gradients.

    Where windows of a text overlap half of the targets are ignored: no logits are made of those.
    """
    head, flat = model.projection, targets.flatten()
    with torch.no_grad():
        kept = (flat != IGNORED).nonzero()[:, 0]
        own = flat[kept]
        inputs = (model.last(states) * model.head_scale).flatten(0, -2)[kept]
        nats = torch.zeros(len(flat), device=flat.device)
        right = torch.zeros(len(flat), dtype=torch.bool, device=flat.device)
        for chunk in _chunks(len(own), len(head.weight), flat.device):
            logits = linear(inputs[chunk], head.weight, head.bias).float()
            nats[kept[chunk]] = F.cross_entropy(logits, own[chunk], reduction="none")
            right[kept[chunk]] = logits.gather(1, own[chunk, None])[:, 0] == logits.amax(-1)
    return nats.view_as(targets), right.view_as(targets)


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
            for chunk in _chunks(len(targets), len(weight), states.device):
                logits = linear(states[chunk], weight, bias).float()
                total += F.cross_entropy(
                    logits, targets[chunk], ignore_index=IGNORED, reduction="sum"
                )
            return total
        to_states, to_weight = torch.empty_like(states), torch.zeros_like(weight)
        to_bias = None if bias is None else torch.zeros_like(bias)
        for chunk in _chunks(len(targets), len(weight), states.device):
            inputs, own = states[chunk], targets[chunk]
            kept = own != IGNORED
            counts, places = kept[:, None].to(inputs.dtype), own.clamp(min=0)[:, None]
            logits = linear(inputs, weight, bias).float()
            # The likeliest piece has p = exp(its logit - norm), never small: one pass of exponentials gives both.
            most, named = logits.amax(-1), logits.gather(1, places)[:, 0]
            slope = torch.softmax(logits, -1, out=logits)
            norm = most - slope.amax(-1).log()
            total += torch.where(kept, norm - named, 0.0).sum()
            # The gradient of the logits: p, less 1 at the target; what is ignored is left out of the small factors.
            slope.scatter_add_(1, places, torch.full_like(places, -1.0, dtype=slope.dtype))
            if to_bias is not None:
                to_bias += torch.where(kept[:, None], slope, 0.0).sum(0)
            to_states[chunk] = product(slope, weight) * counts
            to_weight += across(slope, inputs * counts)
        ctx.bias = to_bias is not None
        ctx.save_for_backward(to_states, to_weight, *([to_bias] if to_bias is not None else []))
        return total

    @staticmethod
    def backward(ctx: Any, *scale: Tensor) -> tuple[Tensor | None, ...]:
        to_states, to_weight, *rest = ctx.saved_tensors
        # In place: they are used once, and torch refuses a second backward pass over what was changed.
        gradients = [g.mul_(scale[0].to(g.dtype)) for g in (to_states, to_weight, *rest)]
        return gradients[0], gradients[1], gradients[2] if ctx.bias else None, None

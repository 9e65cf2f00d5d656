"""Retention (Sun 2023, RetNet): attention without a softmax that fades with the distance, in linear time.

It is computed by chunks: inside one as attention with a fading mask, across by a state that is handed on.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.models.decoder import Gated, Norm
from training.models.model import Shape
from training.models.product import Linear
from training.models.rivals.rival import EPS, Rival
from training.models.transformer import Rotary, merge, rotate, split
from training.models.transformer import Shape as Transformer

CHUNK = 64  # tokens


@dataclass(frozen=True, kw_only=True)
class Headed(Shape):
    """With heads."""

    heads: int


def retain(q: Tensor, k: Tensor, v: Tensor, fade: Tensor) -> Tensor:
    """For each query, values weighted by its product with the keys and by fade^distance: (batch, heads, time, head)."""
    time, size = q.shape[2], min(CHUNK, q.shape[2])
    at = torch.arange(size, device=q.device)
    log = fade.log()[:, None, None]
    distance = at[:, None] - at[None, :]
    inside = torch.where(distance >= 0, (log * distance).exp(), 0.0)
    state = q.new_zeros(*q.shape[:2], q.shape[-1], v.shape[-1], dtype=torch.float32)
    chunks = []
    for start in range(0, time, size):
        a, b, c = (x[:, :, start : start + size] for x in (q, k, v))
        n = a.shape[2]
        scores = (a @ b.transpose(-1, -2)) * inside[:, :n, :n]
        from_before = a.float() @ state * (log * (at[:n, None] + 1)).exp()
        chunks.append((scores @ c).float() + from_before)
        faded = b * (log * (n - 1 - at[:n, None])).exp()
        state = state * (log * n).exp() + (faded.transpose(-1, -2) @ c).float()
    return torch.cat(chunks, dim=2).type_as(v)


class Retention(nn.Module):
    """Retention with rotary positions, normalised by head, under a gate: (batch, time, width) to the same."""

    def __init__(self, shape: Headed) -> None:
        super().__init__()
        self.heads, head = shape.heads, shape.width // shape.heads
        self.q, self.k, self.v, self.gate, self.out = (
            Linear(shape.width, shape.width, bias=False) for _ in range(5)
        )
        self.norm = Norm(head, EPS)
        self.rotary = Rotary(shape.context, head, 10_000.0)
        self.fade: Tensor
        fade = 1 - 2.0 ** (-5 - torch.arange(shape.heads))  # as published
        self.register_buffer("fade", fade, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (split(p(x), self.heads) for p in (self.q, self.k, self.v))
        rotary = self.rotary(x.shape[1])
        y = retain(rotate(q, rotary), rotate(k, rotary) * k.shape[-1] ** -0.5, v, self.fade)
        return self.out(merge(self.norm(y)) * F.silu(self.gate(x)))


class Block(nn.Module):
    """Retention and a gated layer, each on a normalised copy and added back."""

    def __init__(self, shape: Headed, dropout: float, number: int) -> None:
        super().__init__()
        self.first = Norm(shape.width, EPS)
        self.retention = Retention(shape)
        self.second = Norm(shape.width, EPS)
        self.mlp = Gated(
            Transformer(
                vocabulary=1,
                depth=1,
                width=shape.width,
                heads=shape.heads,
                context=1,
            )
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.dropout(self.retention(self.first(x)))
        return x + self.dropout(self.mlp(self.second(x)))


class RetNet(Rival):
    """A stack of them."""

    shape_type = Headed
    model_type = "tahona-retention"
    block = Block
    inward = ("out.weight", "down_proj.weight")

    def flops(self) -> int:
        """With what happens inside a chunk and what goes through the state."""
        head = self.shape.width // self.shape.heads
        return super().flops() + 12 * self.shape.depth * self.shape.width * (CHUNK + head)

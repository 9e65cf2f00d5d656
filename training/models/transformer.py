"""What the Transformers share: their shape, and rotary positions, half-split as in transformers (rotate_half)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

import training.models.model


@dataclass(frozen=True, kw_only=True)
class Shape(training.models.model.Shape):
    """The shape of a Transformer whose heads are as wide together as its states."""

    heads: int
    rope_theta: float = 10_000.0
    norm_eps: float = 1e-5

    @property
    def hidden(self) -> int:
        """Width of the gated layer: 8/3 of the width (Shazeer 2020), to the next multiple of 64."""
        return -(-8 * self.width // 3 // 64) * 64

    @property
    def head(self) -> int:
        return self.width // self.heads

    @property
    def attention_flops(self) -> int:
        """To train on one token: products of queries and keys, and of these with the values (Chowdhery 2022)."""
        return 12 * self.depth * self.width * self.context


class Rotary(nn.Module):
    """Rotary positions (Su 2021). Called with a number of them: the cosines and sines, (time, head / 2)."""

    def __init__(self, context: int, head: int, theta: float) -> None:
        super().__init__()
        angles = torch.outer(
            torch.arange(context, dtype=torch.float32),
            theta ** (-torch.arange(0, head, 2, dtype=torch.float32) / head),
        )
        self.cosine: Tensor
        self.sine: Tensor
        self.register_buffer("cosine", angles.cos(), persistent=False)
        self.register_buffer("sine", angles.sin(), persistent=False)

    def forward(self, time: int) -> tuple[Tensor, Tensor]:
        return self.cosine[:time], self.sine[:time]


def rotate(x: Tensor, rotary: tuple[Tensor, Tensor]) -> Tensor:
    """Queries or keys (batch, heads, time, head), turned by their positions."""
    first, second = x.chunk(2, dim=-1)
    cosine, sine = rotary
    return torch.cat(
        (first * cosine - second * sine, second * cosine + first * sine), dim=-1
    ).type_as(x)

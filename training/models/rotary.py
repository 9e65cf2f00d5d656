"""Rotary positions (Su 2021), half-split as in transformers (rotate_half)."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Rotary(nn.Module):
    """Called with a number of positions: the cosines and sines of each, (time, head / 2)."""

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

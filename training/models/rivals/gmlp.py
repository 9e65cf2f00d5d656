"""The causal gMLP (Liu 2021): no attention; a matrix over the places of the context mixes tokens."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.models.decoder import Norm
from training.models.model import Shape
from training.models.product import Linear
from training.models.rivals.rival import EPS, Rival


class Block(nn.Module):
    """x + out(u * mixed(v)), where u and v are the halves of gelu(inner(norm(x)))."""

    def __init__(self, shape: Shape, dropout: float, number: int) -> None:
        super().__init__()
        hidden = 4 * shape.width
        self.norm = Norm(shape.width, EPS)
        self.inner = Linear(shape.width, 2 * hidden, bias=False)
        self.mix_norm = Norm(hidden, EPS)
        # Near zero, and a bias of one: at first a block is a plain layer, as published.
        self.places = nn.Embedding(shape.context, shape.context)
        self.bias = nn.Parameter(torch.ones(shape.context))
        self.out = Linear(hidden, shape.width, bias=False)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        time = x.shape[1]
        u, v = F.gelu(self.inner(self.norm(x))).chunk(2, dim=-1)
        matrix = self.places.weight[:time, :time].tril()
        mixed = torch.matmul(matrix, self.mix_norm(v)) + self.bias[:time, None]
        return x + self.dropout(self.out(u * mixed))


class Gmlp(Rival):
    """A stack of them. What a place adds is learnt, so it reads no more than its context."""

    model_type = "tahona-gmlp"
    block = Block

    def initialise(self, seed: int) -> None:
        super().initialise(seed)
        for name, weight in self.named_parameters():
            if name.endswith("places.weight"):
                weight.data.mul_(1e-3)

    def flops(self) -> int:
        """With the mixing: each of 4 width values of a token from all places before it."""
        return super().flops() + 6 * self.shape.depth * 4 * self.shape.width * self.shape.context

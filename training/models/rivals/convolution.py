"""Gated causal convolutions (Dauphin 2017), dilated as in WaveNet (van den Oord 2016): reach that grows with depth."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from training.models.decoder import Norm
from training.models.model import Shape
from training.models.product import Linear
from training.models.rivals.rival import EPS, Rival

TAPS = 5  # tokens that a layer reads; with the rest of a block, 11 width² weights: about those of a Transformer's
DILATIONS = 6  # 1, 2, ... 32, and anew


class Block(nn.Module):
    """x + out(value * sigmoid(gate)), both read from a normalised copy of the tokens before."""

    def __init__(self, shape: Shape, dropout: float, number: int) -> None:
        super().__init__()
        self.dilation = 2 ** (number % DILATIONS)
        self.norm = Norm(shape.width, EPS)
        self.taps = nn.Conv1d(shape.width, 2 * shape.width, TAPS, dilation=self.dilation)
        self.out = Linear(shape.width, shape.width, bias=False)
        self.dropout = nn.Dropout(dropout)
        assert self.taps.bias is not None
        nn.init.zeros_(self.taps.bias)

    def forward(self, x: Tensor) -> Tensor:
        before = F.pad(self.norm(x).transpose(1, 2), ((TAPS - 1) * self.dilation, 0))
        value, gate = self.taps(before).transpose(1, 2).chunk(2, dim=-1)
        return x + self.dropout(self.out(value * gate.sigmoid()))


class Convolution(Rival):
    """A stack of them."""

    model_type = "tahona-convolution"
    block = Block

    def initialise(self, seed: int) -> None:
        """As everywhere, by the number of inputs of a tap."""
        super().initialise(seed)
        for name, weight in self.named_parameters():
            if name.endswith("taps.weight"):
                weight.data.mul_(TAPS**-0.5)

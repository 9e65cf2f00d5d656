"""LSTMs (Hochreiter and Schmidhuber 1997) in residual blocks, where a Transformer has attention.

A plain stack of cells stands in `lstm.py`. This is the rival that has around its own cells what the others have around
theirs (a norm, a projection back, a sum), so that the cells are compared.
"""

from __future__ import annotations

from torch import Tensor, nn

from training.models.decoder import Norm
from training.models.model import Shape
from training.models.product import Linear
from training.models.rivals.lstm import open_forget_gates
from training.models.rivals.rival import EPS, Rival


class Block(nn.Module):
    """x + out(cells over the normalised x); 9 width² weights."""

    def __init__(self, shape: Shape, dropout: float, number: int) -> None:
        super().__init__()
        self.norm = Norm(shape.width, EPS)
        self.cells = nn.LSTM(shape.width, shape.width, batch_first=True)
        self.out = Linear(shape.width, shape.width, bias=False)
        self.dropout = nn.Dropout(dropout)
        open_forget_gates(self.cells)

    def forward(self, x: Tensor) -> Tensor:
        states, _ = self.cells(self.norm(x))
        return x + self.dropout(self.out(states))


class ResidualLstm(Rival):
    """A stack of them. Each block of tokens begins with empty cells."""

    model_type = "tahona-lstm_residual"
    block = Block

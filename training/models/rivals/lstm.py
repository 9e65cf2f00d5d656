"""An LSTM (Hochreiter and Schmidhuber 1997): language models before attention, and their rival."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from training.models.model import Model, Shape
from training.models.product import Linear


def open_forget_gates(cells: nn.LSTM) -> None:
    """Cells begin by keeping what they hold: all biases 0, those of forget gates 1 (Jozefowicz 2015)."""
    with torch.no_grad():
        for name, bias in cells.named_parameters():
            if name.startswith("bias"):
                bias.zero_()
            if name.startswith("bias_ih"):
                bias[cells.hidden_size : 2 * cells.hidden_size] = 1


class Lstm(Model):
    """An embedding, `depth` layers of cells, a head. Each block of tokens begins with empty cells.

    transformers has no such family: the folder is read here only.
    """

    shape_type = Shape
    embedding_name, head_name = "embedding", "head"

    def __init__(self, shape: Shape, dropout: float = 0.0, seed: int = 0) -> None:
        super().__init__(shape)
        self.embedding = nn.Embedding(shape.rows, shape.width)
        self.dropout = nn.Dropout(dropout)
        self.cells = nn.LSTM(
            shape.width,
            shape.width,
            num_layers=shape.depth,
            dropout=dropout if shape.depth > 1 else 0.0,  # it acts between layers
            batch_first=True,
        )
        self.head = Linear(shape.width, shape.rows, bias=False)
        if shape.tied:
            self.head.weight = self.embedding.weight
        self.initialise(seed)
        open_forget_gates(self.cells)

    def states(self, ids: Tensor, **more: Any) -> Tensor:
        states, _ = self.cells(self.dropout(self.embedding(ids)))
        return self.dropout(states)

    def config(self) -> dict[str, Any]:
        return {
            "model_type": "tahona-lstm",
            "vocab_size": self.shape.rows,
            "num_hidden_layers": self.shape.depth,
            "hidden_size": self.shape.width,
            "max_position_embeddings": self.shape.context,  # what it was trained on
            "tie_word_embeddings": self.shape.tied,
        }

    @staticmethod
    def shape_of(config: Mapping[str, Any]) -> Shape:
        return Shape(
            vocabulary=config["vocab_size"],
            pad=1,
            depth=config["num_hidden_layers"],
            width=config["hidden_size"],
            context=config["max_position_embeddings"],
            tied=config["tie_word_embeddings"],
        )

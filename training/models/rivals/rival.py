"""What the models that transformers does not have share: blocks in a row, a folder read here only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from torch import Tensor, nn

from training.models.decoder import Norm
from training.models.model import Model, Shape
from training.models.product import Linear
from training.models.transformer import Layers

EPS = 1e-5


class Rival(Model):
    """An embedding, blocks of one kind that read from left to right, a norm, a head.

    A family says its block, which is made of the shape, the dropout and its number, and its `model_type`.
    """

    shape_type: ClassVar[type[Shape]] = Shape
    model_type: ClassVar[str]
    block: ClassVar[type[nn.Module]]
    embedding_name, head_name = "embedding", "head"
    inward: ClassVar[tuple[str, ...]] = ("out.weight",)

    def __init__(self, shape: Any, dropout: float = 0.0, seed: int = 0) -> None:
        super().__init__(shape)
        self.embedding = nn.Embedding(shape.rows, shape.width)
        self.dropout = nn.Dropout(dropout)
        self.layers = Layers(self.block(shape, dropout, n) for n in range(shape.depth))
        self.norm = Norm(shape.width, EPS)
        self.head = Linear(shape.width, shape.rows, bias=False)
        if shape.tied:
            self.head.weight = self.embedding.weight
        self.initialise(seed)

    def states(self, ids: Tensor, **more: Any) -> Tensor:
        return self.norm(self.layers.run(self.dropout(self.embedding(ids))))

    def config(self) -> dict[str, Any]:
        shape = self.shape
        heads = {"num_attention_heads": shape.heads} if hasattr(shape, "heads") else {}
        return heads | {
            "model_type": self.model_type,
            "vocab_size": shape.rows,
            "num_hidden_layers": shape.depth,
            "hidden_size": shape.width,
            "max_position_embeddings": shape.context,  # what it was trained on
            "tie_word_embeddings": shape.tied,
        }

    @classmethod
    def shape_of(cls, config: Mapping[str, Any]) -> Any:
        heads = config.get("num_attention_heads")
        return cls.shape_type(
            vocabulary=config["vocab_size"],
            pad=1,
            depth=config["num_hidden_layers"],
            width=config["hidden_size"],
            context=config["max_position_embeddings"],
            tied=config["tie_word_embeddings"],
            **({"heads": heads} if heads else {}),
        )

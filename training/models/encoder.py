"""A bidirectional encoder of the type of ModernBERT (Warner 2024), with global attention in every layer.

LayerNorm without bias, rotary positions, GeGLU; its modules are named as in transformers'
ModernBertForMaskedLM, so that saving the weights is the export.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from pipeline.errors import TahonaError
from training.models.model import Model
from training.models.transformer import Rotary, Shape, rotate


def _norm(shape: Shape) -> nn.LayerNorm:
    return nn.LayerNorm(shape.width, eps=shape.norm_eps, bias=False)


class Attention(nn.Module):
    """Self-attention over the whole input: (batch, time, width) to the same."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = shape.heads, dropout
        self.Wqkv = nn.Linear(shape.width, 3 * shape.width, bias=False)
        self.Wo = nn.Linear(shape.width, shape.width, bias=False)

    def forward(self, x: Tensor, rotary: tuple[Tensor, Tensor]) -> Tensor:
        batch, time, width = x.shape
        q, k, v = self.Wqkv(x).view(batch, time, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(
            rotate(q, rotary),
            rotate(k, rotary),
            v,
            dropout_p=self.dropout if self.training else 0.0,
        )
        return self.Wo(y.transpose(1, 2).reshape(batch, time, width))


class Gated(nn.Module):
    """GeGLU: out(gelu(x) * gate(x))."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.Wi = nn.Linear(shape.width, 2 * shape.hidden, bias=False)
        self.Wo = nn.Linear(shape.hidden, shape.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.Wi(x).chunk(2, dim=-1)
        return self.Wo(F.gelu(value) * gate)


class Block(nn.Module):
    """Attention and a gated layer, each on a normalised copy and added back."""

    def __init__(self, shape: Shape, dropout: float, first: bool) -> None:
        super().__init__()
        # What comes from the embedding is normalised there.
        self.attn_norm = nn.Identity() if first else _norm(shape)
        self.attn = Attention(shape, dropout)
        self.mlp_norm = _norm(shape)
        self.mlp = Gated(shape)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, rotary: tuple[Tensor, Tensor]) -> Tensor:
        x = x + self.dropout(self.attn(self.attn_norm(x), rotary))
        return x + self.dropout(self.mlp(self.mlp_norm(x)))


class Embeddings(nn.Module):
    """Ids to normalised vectors."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.tok_embeddings = nn.Embedding(shape.rows, shape.width)
        self.norm = _norm(shape)
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids: Tensor) -> Tensor:
        return self.dropout(self.norm(self.tok_embeddings(ids)))


class Body(nn.Module):
    """Everything below the head."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.embeddings = Embeddings(shape, dropout)
        self.layers = nn.ModuleList(Block(shape, dropout, n == 0) for n in range(shape.depth))
        self.final_norm = _norm(shape)
        self.rotary = Rotary(shape.context, shape.head, shape.rope_theta)

    def forward(self, ids: Tensor) -> Tensor:
        rotary = self.rotary(ids.shape[1])
        x = self.embeddings(ids)
        for layer in self.layers:
            x = layer(x, rotary)
        return self.final_norm(x)


class Head(nn.Module):
    """What stands between the states and the decoder that gives the logits."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.dense = nn.Linear(shape.width, shape.width, bias=False)
        self.norm = _norm(shape)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(F.gelu(self.dense(x)))


class Encoder(Model):
    """The family of ModernBERT, also in its names."""

    shape_type = Shape
    embeddings = ("model.embeddings.tok_embeddings.weight", "decoder.weight")
    inward = ("Wo.weight",)

    def __init__(self, shape: Shape, dropout: float = 0.0, seed: int = 0) -> None:
        super().__init__(shape)
        self.model = Body(shape, dropout)
        self.head = Head(shape)
        self.decoder = nn.Linear(shape.width, shape.rows)
        nn.init.zeros_(self.decoder.bias)
        if shape.tied:
            self.decoder.weight = self.model.embeddings.tok_embeddings.weight
        self.initialise(seed)

    def states(self, ids: Tensor) -> Tensor:
        return self.model(ids)

    def logits(self, states: Tensor) -> Tensor:
        return self.decoder(self.head(states))

    def flops(self) -> int:
        return super().flops() + self.shape.attention_flops

    def config(self) -> dict[str, Any]:
        """As ModernBertForMaskedLM reads it."""
        shape = self.shape
        theta = {"rope_theta": shape.rope_theta, "rope_type": "default"}
        return {
            "architectures": ["ModernBertForMaskedLM"],
            "model_type": "modernbert",
            "vocab_size": shape.rows,
            "hidden_size": shape.width,
            "intermediate_size": shape.hidden,
            "num_hidden_layers": shape.depth,
            "num_attention_heads": shape.heads,
            "max_position_embeddings": shape.context,
            "hidden_activation": "gelu",
            "classifier_activation": "gelu",
            "norm_eps": shape.norm_eps,
            "global_attn_every_n_layers": 1,  # these two are read by transformers 4
            "global_rope_theta": shape.rope_theta,
            "layer_types": ["full_attention"] * shape.depth,  # and these by 5
            "rope_parameters": {"full_attention": theta, "sliding_attention": theta},
            "initializer_range": shape.initial,
            "tie_word_embeddings": shape.tied,
            "bos_token_id": 1,
            "cls_token_id": 1,
            "eos_token_id": 2,
            "sep_token_id": 2,
            "pad_token_id": 3,
            "dtype": "float32",
            "torch_dtype": "float32",
            "transformers_version": "4.56.0",
        }

    @staticmethod
    def shape_of(config: Mapping[str, Any]) -> Shape:
        if "sliding_attention" in config["layer_types"]:
            raise TahonaError(
                "config.json asks for local attention, which this encoder does not have"
            )
        return Shape(
            vocabulary=config["vocab_size"],
            depth=config["num_hidden_layers"],
            width=config["hidden_size"],
            heads=config["num_attention_heads"],
            context=config["max_position_embeddings"],
            tied=config["tie_word_embeddings"],
            rope_theta=config["rope_parameters"]["full_attention"]["rope_theta"],
            norm_eps=config["norm_eps"],
        )

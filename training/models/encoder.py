"""A bidirectional encoder of the type of ModernBERT (Warner 2024): LayerNorm without bias, rotary positions, GeGLU.

Every layer sees all, or, with a `window`, each third one does and the others what is near. Its modules are named as
in transformers' ModernBertForMaskedLM, so that saving the weights is the export.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from training.models import transformer
from training.models.model import Model
from training.models.product import Linear
from training.models.transformer import (
    Attend,
    Layers,
    Mask,
    Rotary,
    chosen,
    merge,
    positions,
    rotate,
    split,
)

GLOBAL_EVERY = 3  # layers, where there is a window


@dataclass(frozen=True, kw_only=True)
class Shape(transformer.Shape):
    """`window`: the keys around a query that a local layer sees, half of them on each side; 0: no layer is local."""

    local_theta: float = 10_000.0

    def is_local(self, number: int) -> bool:
        """Whether a layer is local."""
        return bool(self.window and number % GLOBAL_EVERY)

    @property
    def attention_flops(self) -> int:
        seen = [self.window if self.is_local(n) else self.context for n in range(self.depth)]
        return 12 * self.width * sum(min(self.context, n) for n in seen)


def _norm(shape: Shape) -> nn.LayerNorm:
    return nn.LayerNorm(shape.width, eps=shape.norm_eps, bias=False)


class Attention(nn.Module):
    """Self-attention over the whole input: (batch, time, width) to the same."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = shape.heads, dropout
        self.Wqkv = Linear(shape.width, 3 * shape.width, bias=False)
        self.Wo = Linear(shape.width, shape.width, bias=False)

    def forward(self, x: Tensor, rotary: tuple[Tensor, Tensor], attend: Attend) -> Tensor:
        q, k, v = (split(one, self.heads) for one in self.Wqkv(x).chunk(3, dim=-1))
        dropout = self.dropout if self.training else 0.0
        return self.Wo(merge(attend(rotate(q, rotary), rotate(k, rotary), v, dropout)))


class Gated(nn.Module):
    """GeGLU: out(gelu(x) * gate(x))."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.Wi = Linear(shape.width, 2 * shape.hidden, bias=False)
        self.Wo = Linear(shape.hidden, shape.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.Wi(x).chunk(2, dim=-1)
        return self.Wo(F.gelu(value) * gate)


class Block(nn.Module):
    """Attention and a gated layer, each on a normalised copy and added back."""

    def __init__(self, shape: Shape, dropout: float, number: int) -> None:
        super().__init__()
        self.local = shape.is_local(number)
        # What comes from the embedding is normalised there.
        self.attn_norm = _norm(shape) if number else nn.Identity()
        self.attn = Attention(shape, dropout)
        self.mlp_norm = _norm(shape)
        self.mlp = Gated(shape)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, everywhere: tuple[Any, ...], near: tuple[Any, ...]) -> Tensor:
        how = near if self.local else everywhere  # rotary positions, and what is seen
        x = x + self.dropout(self.attn(self.attn_norm(x), *how))
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
        self.layers = Layers(Block(shape, dropout, n) for n in range(shape.depth))
        self.final_norm = _norm(shape)
        self.rotary = Rotary(shape.context, shape.head, shape.rope_theta)
        self.near = Rotary(shape.context, shape.head, shape.local_theta)
        self.window = shape.window

    def forward(self, ids: Tensor, documents: Tensor | None) -> Tensor:
        def how(rotary: Rotary, window: int) -> tuple[Any, Attend]:
            attend = Attend(Mask(False, documents, window, around=True))
            if documents is None:
                return rotary(ids.shape[1]), attend
            places = positions(documents)
            return (rotary.cosine[places][:, None], rotary.sine[places][:, None]), attend

        x = self.embeddings(ids)
        x = self.layers.run(x, how(self.rotary, 0), how(self.near, self.window))
        return self.final_norm(x)


class Head(nn.Module):
    """What stands between the states and the decoder that gives the logits."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.dense = Linear(shape.width, shape.width, bias=False)
        self.norm = _norm(shape)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(F.gelu(self.dense(x)))


class Encoder(Model):
    """The family of ModernBERT, also in its names."""

    shape_type = Shape
    embedding_name, head_name = "model.embeddings.tok_embeddings", "decoder"
    inward = ("Wo.weight",)

    def __init__(self, shape: Shape, dropout: float = 0.0, seed: int = 0) -> None:
        super().__init__(shape)
        self.model = Body(shape, dropout)
        self.head = Head(shape)
        self.decoder = Linear(shape.width, shape.rows)
        nn.init.zeros_(self.decoder.bias)
        if shape.tied:
            self.decoder.weight = self.model.embeddings.tok_embeddings.weight
        self.initialise(seed)

    def states(self, ids: Tensor, documents: Tensor | None = None, **more: Any) -> Tensor:
        return self.model(ids, documents)

    def last(self, states: Tensor) -> Tensor:
        return self.head(states)

    def flops(self) -> int:
        return super().flops() + self.shape.attention_flops

    def config(self) -> dict[str, Any]:
        """As ModernBertForMaskedLM reads it."""
        shape = self.shape
        full, near = (
            {"rope_theta": theta, "rope_type": "default"}
            for theta in (shape.rope_theta, shape.local_theta)
        )
        kinds = [
            "sliding_attention" if shape.is_local(n) else "full_attention"
            for n in range(shape.depth)
        ]
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
            "local_attention": shape.window or 128,
            "global_attn_every_n_layers": GLOBAL_EVERY
            if shape.window
            else 1,  # these by transformers 4
            "global_rope_theta": shape.rope_theta,
            "local_rope_theta": shape.local_theta,
            "layer_types": kinds,  # and these by 5
            "rope_parameters": {"full_attention": full, "sliding_attention": near},
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
        for name in ("attention_bias", "mlp_bias", "norm_bias", "classifier_bias"):
            chosen(config, [False], name)
        for name in ("hidden_activation", "classifier_activation"):
            chosen(config, ["gelu"], name)
        depth = config["num_hidden_layers"]
        every = config.get("global_attn_every_n_layers", GLOBAL_EVERY)
        kinds = config.get("layer_types") or [
            "sliding_attention" if n % every else "full_attention" for n in range(depth)
        ]
        rope = config.get("rope_parameters") or {}
        full, near = rope.get("full_attention") or {}, rope.get("sliding_attention") or {}
        shape = Shape(
            vocabulary=config["vocab_size"],
            pad=1,
            depth=depth,
            width=config["hidden_size"],
            heads=config["num_attention_heads"],
            hidden=config["intermediate_size"],
            window=config.get("local_attention", 128) if "sliding_attention" in kinds else 0,
            context=config["max_position_embeddings"],
            tied=config.get("tie_word_embeddings", True),
            rope_theta=full.get("rope_theta", config.get("global_rope_theta", 160_000.0)),
            local_theta=near.get("rope_theta", config.get("local_rope_theta", 10_000.0)),
            norm_eps=config["norm_eps"],
        )
        own = ["sliding_attention" if shape.is_local(n) else "full_attention" for n in range(depth)]
        chosen({"layer_types": list(kinds)}, [own], "layer_types")
        return shape

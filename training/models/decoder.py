"""Causal decoders of the type of Llama: RMSNorm, rotary positions, a gated or plain layer, shared keys and values.

Four families of one build: Llama (Touvron 2023), Mistral (a sliding window, Jiang 2023), Qwen3 (queries and keys
normalised by head, Yang 2025) and Apertus (those, and a plain layer; Hernandez-Cano 2025), whose layer has here the
squared ReLU (So 2021). The modules are named as in transformers, so that saving the weights is the export.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pipeline.errors import TahonaError
from training.models.model import Model
from training.models.product import Linear
from training.models.quick import relu_squared, rms_norm
from training.models.transformer import (
    Attend,
    Cache,
    Layers,
    Mask,
    Rotary,
    Shape,
    chosen,
    merge,
    positions,
    rotate,
    split,
)


class PlainShape(Shape):
    """The plain layer has four times the width (Vaswani 2017)."""

    @property
    def default_hidden(self) -> int:
        return 4 * self.width


class WindowShape(Shape):
    """A window of a quarter of the context, where none is set."""

    @classmethod
    def of(cls, vocabulary: int, numbers: Mapping[str, Any]) -> Self:
        window = numbers.get("window") or max(1, numbers["context"] // 4)
        return super().of(vocabulary, {**numbers, "window": window})


class Norm(nn.Module):
    """Root-mean-square normalisation over the last dimension."""

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        return rms_norm(x, self.weight, self.eps)


@dataclass(frozen=True)
class Kind:
    """What tells the families apart, with the names that transformers gives."""

    model_type: str
    architecture: str
    query_norm: bool = False  # of queries and keys, by head
    gated: bool = True
    norms: tuple[str, str] = ("input_layernorm", "post_attention_layernorm")
    window: bool = False

    @property
    def activation(self) -> str:
        return "silu" if self.gated else "relu2"


class Attention(nn.Module):
    """Causal self-attention with rotary positions: (batch, time, width) to the same."""

    def __init__(self, kind: Kind, shape: Shape, dropout: float, number: int) -> None:
        super().__init__()
        self.shape, self.dropout, self.number = shape, dropout, number
        inner, shared = shape.heads * shape.head, shape.kv_heads * shape.head
        self.q_proj = Linear(shape.width, inner, bias=False)
        self.k_proj = Linear(shape.width, shared, bias=False)
        self.v_proj = Linear(shape.width, shared, bias=False)
        self.o_proj = Linear(inner, shape.width, bias=False)
        normed = kind.query_norm
        self.q_norm = Norm(shape.head, shape.norm_eps) if normed else nn.Identity()
        self.k_norm = Norm(shape.head, shape.norm_eps) if normed else nn.Identity()

    def forward(
        self, x: Tensor, rotary: tuple[Tensor, Tensor], attend: Attend, cache: Cache | None
    ) -> Tensor:
        q = rotate(self.q_norm(split(self.q_proj(x), self.shape.heads)), rotary)
        k = rotate(self.k_norm(split(self.k_proj(x), self.shape.kv_heads)), rotary)
        v = split(self.v_proj(x), self.shape.kv_heads)
        if cache is not None:
            k, v = cache.extend(self.number, k, v)
        return self.o_proj(merge(attend(q, k, v, self.dropout if self.training else 0.0)))


class Gated(nn.Module):
    """SwiGLU: down(silu(gate(x)) * up(x))."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.gate_proj = Linear(shape.width, shape.hidden, bias=False)
        self.up_proj = Linear(shape.width, shape.hidden, bias=False)
        self.down_proj = Linear(shape.hidden, shape.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Plain(nn.Module):
    """Squared ReLU: down(relu(up(x))²)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.up_proj = Linear(shape.width, shape.hidden, bias=False)
        self.down_proj = Linear(shape.hidden, shape.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(relu_squared(self.up_proj(x)))


class Block(nn.Module):
    """Attention and a layer, each on a normalised copy and added back."""

    def __init__(self, kind: Kind, shape: Shape, dropout: float, number: int) -> None:
        super().__init__()
        self.names = kind.norms
        for name in self.names:
            self.add_module(name, Norm(shape.width, shape.norm_eps))
        self.self_attn = Attention(kind, shape, dropout, number)
        self.mlp = Gated(shape) if kind.gated else Plain(shape)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, *more: Any) -> Tensor:
        first, second = (getattr(self, name) for name in self.names)
        x = x + self.dropout(self.self_attn(first(x), *more))
        return x + self.dropout(self.mlp(second(x)))


class Body(nn.Module):
    """Everything below the head."""

    def __init__(self, kind: Kind, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.rows, shape.width)
        self.layers = Layers(Block(kind, shape, dropout, n) for n in range(shape.depth))
        self.norm = Norm(shape.width, shape.norm_eps)
        self.dropout = nn.Dropout(dropout)
        self.rotary = Rotary(shape.context, shape.head, shape.rope_theta)
        self.window = shape.window

    def forward(self, ids: Tensor, documents: Tensor | None, cache: Cache | None) -> Tensor:
        if documents is None:
            rotary = self.rotary(ids.shape[1], cache.length if cache else 0)
        else:
            places = positions(documents)
            rotary = self.rotary.cosine[places][:, None], self.rotary.sine[places][:, None]
        attend = Attend(Mask(True, documents, self.window))
        x = self.dropout(self.embed_tokens(ids))
        return self.norm(self.layers.run(x, rotary, attend, cache))


class Decoder(Model):
    """What the four families share."""

    kind: ClassVar[Kind]
    shape_type = Shape
    embedding_name, head_name = "model.embed_tokens", "lm_head"
    inward = ("o_proj.weight", "down_proj.weight")
    cached = True

    def __init__(self, shape: Shape, dropout: float = 0.0, seed: int = 0) -> None:
        super().__init__(shape)
        self.model = Body(self.kind, shape, dropout)
        self.lm_head = Linear(shape.width, shape.rows, bias=False)
        if shape.tied:
            self.lm_head.weight = self.model.embed_tokens.weight
        self.initialise(seed)

    def states(
        self, ids: Tensor, documents: Tensor | None = None, cache: Cache | None = None, **more: Any
    ) -> Tensor:
        return self.model(ids, documents, cache)

    def flops(self) -> int:
        return super().flops() + self.shape.attention_flops

    def config(self) -> dict[str, Any]:
        """As transformers reads it."""
        kind, shape = self.kind, self.shape
        window = {"sliding_window": shape.window or None} if kind.window else {}
        return window | {
            "architectures": [kind.architecture],
            "model_type": kind.model_type,
            "vocab_size": shape.rows,
            "hidden_size": shape.width,
            "intermediate_size": shape.hidden,
            "num_hidden_layers": shape.depth,
            "num_attention_heads": shape.heads,
            "num_key_value_heads": shape.kv_heads,
            "head_dim": shape.head,
            "max_position_embeddings": shape.context,
            "hidden_act": kind.activation,
            "rms_norm_eps": shape.norm_eps,
            "rope_theta": shape.rope_theta,  # read by transformers 4
            "rope_parameters": {"rope_theta": shape.rope_theta, "rope_type": "default"},  # by 5
            "attention_bias": False,
            "attention_dropout": 0.0,
            "mlp_bias": False,
            "initializer_range": shape.initial,
            "tie_word_embeddings": shape.tied,
            "use_cache": True,
            "bos_token_id": 1,
            "eos_token_id": 2,
            "pad_token_id": 3,
            "dtype": "float32",
            "torch_dtype": "float32",
            "transformers_version": "4.56.0",
        }

    @classmethod
    def shape_of(cls, config: Mapping[str, Any]) -> Shape:
        rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
        chosen(rope, ["default"], "rope_type")
        chosen(config, [False], "attention_bias")
        chosen(config, [False], "mlp_bias")
        chosen(config, [cls.kind.activation], "hidden_act")
        if cls.kind.window and config.get("layer_types", [None]).count("full_attention"):
            raise TahonaError(
                "config.json has layers with and without a window, which is not supported"
            )
        theta = rope.get("rope_theta", config.get("rope_theta"))
        if theta is None:
            raise KeyError("rope_theta")
        return cls.shape_type(
            vocabulary=config["vocab_size"],
            pad=1,
            depth=config["num_hidden_layers"],
            width=config["hidden_size"],
            heads=config["num_attention_heads"],
            kv_heads=config.get("num_key_value_heads") or 0,
            head=config.get("head_dim") or 0,
            hidden=config["intermediate_size"],
            window=(config.get("sliding_window") or 0) if cls.kind.window else 0,
            context=config["max_position_embeddings"],
            tied=config.get("tie_word_embeddings", False),
            rope_theta=theta,
            norm_eps=config["rms_norm_eps"],
        )


class Llama(Decoder):
    """LlamaForCausalLM."""

    kind = Kind("llama", "LlamaForCausalLM")


class Qwen3(Decoder):
    """Qwen3ForCausalLM."""

    kind = Kind("qwen3", "Qwen3ForCausalLM", query_norm=True)


class Mistral(Decoder):
    """MistralForCausalLM; a window of a quarter of the context, unless its folder says another."""

    shape_type = WindowShape
    kind = Kind("mistral", "MistralForCausalLM", window=True)


class Apertus(Decoder):
    """ApertusForCausalLM with the squared ReLU."""

    shape_type = PlainShape
    kind = Kind(
        "apertus",
        "ApertusForCausalLM",
        query_norm=True,
        gated=False,
        norms=("attention_layernorm", "feedforward_layernorm"),
    )

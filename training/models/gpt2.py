"""The family of GPT-2 (Radford 2019): learnt positions, LayerNorm, a plain layer, biases; named as GPT2LMHeadModel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.models.decoder import PlainShape
from training.models.model import Model
from training.models.product import Linear, linear
from training.models.transformer import (
    Attend,
    Cache,
    Layers,
    Mask,
    Shape,
    chosen,
    merge,
    positions,
    split,
)


class Map(nn.Module):
    """A linear map whose weight is (in, out), as GPT-2 keeps it."""

    def __init__(self, width: int, out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width, out))
        self.bias = nn.Parameter(torch.zeros(out))

    def forward(self, x: Tensor) -> Tensor:
        return linear(x, self.weight.t(), self.bias)


class Attention(nn.Module):
    """Causal self-attention: (batch, time, width) to the same."""

    def __init__(self, shape: Shape, dropout: float, number: int) -> None:
        super().__init__()
        self.heads, self.dropout, self.number = shape.heads, dropout, number
        self.c_attn = Map(shape.width, 3 * shape.width)
        self.c_proj = Map(shape.width, shape.width)

    def forward(self, x: Tensor, attend: Attend, cache: Cache | None) -> Tensor:
        q, k, v = (split(one, self.heads) for one in self.c_attn(x).chunk(3, dim=-1))
        if cache is not None:
            k, v = cache.extend(self.number, k, v)
        return self.c_proj(merge(attend(q, k, v, self.dropout if self.training else 0.0)))


class Plain(nn.Module):
    """proj(gelu(fc(x))), with the tangent form of the GELU."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.c_fc = Map(shape.width, shape.hidden)
        self.c_proj = Map(shape.hidden, shape.width)

    def forward(self, x: Tensor) -> Tensor:
        return self.c_proj(F.gelu(self.c_fc(x), approximate="tanh"))


class Block(nn.Module):
    """Attention and a layer, each on a normalised copy and added back."""

    def __init__(self, shape: Shape, dropout: float, number: int) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(shape.width, eps=shape.norm_eps)
        self.attn = Attention(shape, dropout, number)
        self.ln_2 = nn.LayerNorm(shape.width, eps=shape.norm_eps)
        self.mlp = Plain(shape)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, *more: Any) -> Tensor:
        x = x + self.dropout(self.attn(self.ln_1(x), *more))
        return x + self.dropout(self.mlp(self.ln_2(x)))


class Body(nn.Module):
    """Everything below the head."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.wte = nn.Embedding(shape.rows, shape.width)
        self.wpe = nn.Embedding(shape.context, shape.width)
        self.h = Layers(Block(shape, dropout, n) for n in range(shape.depth))
        self.ln_f = nn.LayerNorm(shape.width, eps=shape.norm_eps)
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids: Tensor, documents: Tensor | None, cache: Cache | None) -> Tensor:
        if documents is None:
            start = cache.length if cache else 0
            places = torch.arange(start, start + ids.shape[1], device=ids.device)
        else:
            places = positions(documents)
        x = self.dropout(self.wte(ids) + self.wpe(places))
        return self.ln_f(self.h.run(x, Attend(Mask(True, documents)), cache))


class Gpt2(Model):
    """The family of GPT-2, also in its names."""

    shape_type = PlainShape
    embedding_name, head_name = "transformer.wte", "lm_head"
    inward = ("c_proj.weight",)
    cached = True

    def __init__(self, shape: Shape, dropout: float = 0.0, seed: int = 0) -> None:
        super().__init__(shape)
        self.transformer = Body(shape, dropout)
        self.lm_head = Linear(shape.width, shape.rows, bias=False)
        if shape.tied:
            self.lm_head.weight = self.transformer.wte.weight
        self.initialise(seed)

    def states(
        self, ids: Tensor, documents: Tensor | None = None, cache: Cache | None = None, **more: Any
    ) -> Tensor:
        return self.transformer(ids, documents, cache)

    def flops(self) -> int:
        return super().flops() + self.shape.attention_flops

    def named(self, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        """Older folders leave the prefix out, and keep the mask of each layer."""
        full = {
            n if n.startswith(("transformer.", "lm_head.")) else f"transformer.{n}": t
            for n, t in tensors.items()
        }
        return super().named(
            {n: t for n, t in full.items() if not n.endswith((".attn.bias", ".attn.masked_bias"))}
        )

    def config(self) -> dict[str, Any]:
        """As GPT2LMHeadModel reads it."""
        shape = self.shape
        return {
            "architectures": ["GPT2LMHeadModel"],
            "model_type": "gpt2",
            "vocab_size": shape.rows,
            "n_embd": shape.width,
            "n_inner": shape.hidden,
            "n_layer": shape.depth,
            "n_head": shape.heads,
            "n_positions": shape.context,
            "activation_function": "gelu_new",
            "layer_norm_epsilon": shape.norm_eps,
            "embd_pdrop": 0.0,
            "attn_pdrop": 0.0,
            "resid_pdrop": 0.0,
            "initializer_range": shape.initial,
            "tie_word_embeddings": shape.tied,
            "bos_token_id": 1,
            "eos_token_id": 2,
            "pad_token_id": 3,
            "dtype": "float32",
            "transformers_version": "4.56.0",
        }

    @staticmethod
    def shape_of(config: Mapping[str, Any]) -> Shape:
        chosen(config, ["gelu_new", "gelu_pytorch_tanh"], "activation_function")
        chosen(config, [False], "scale_attn_by_inverse_layer_idx")
        return PlainShape(
            vocabulary=config["vocab_size"],
            pad=1,
            depth=config["n_layer"],
            width=config["n_embd"],
            heads=config["n_head"],
            hidden=config.get("n_inner") or 0,
            context=config["n_positions"],
            tied=config.get("tie_word_embeddings", True),
            norm_eps=config.get("layer_norm_epsilon", 1e-5),
        )

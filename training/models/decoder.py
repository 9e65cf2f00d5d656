"""A Llama-type causal decoder: RMSNorm, rotary positions, SwiGLU; its weights carry the names of transformers.

The modules are named as in transformers' LlamaForCausalLM, so that saving the weights is the export.
Rotary positions are half-split (rotate_half), as there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.models.model import Model
from training.models.transformer import Rotary, Shape, rotate


class Norm(nn.Module):
    """Root-mean-square normalisation over the last dimension."""

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, (x.shape[-1],), self.weight, self.eps)


class Attention(nn.Module):
    """Causal self-attention with rotary positions: (batch, time, width) to the same."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = shape.heads, dropout
        self.q_proj = nn.Linear(shape.width, shape.width, bias=False)
        self.k_proj = nn.Linear(shape.width, shape.width, bias=False)
        self.v_proj = nn.Linear(shape.width, shape.width, bias=False)
        self.o_proj = nn.Linear(shape.width, shape.width, bias=False)

    def forward(self, x: Tensor, rotary: tuple[Tensor, Tensor]) -> Tensor:
        batch, time, width = x.shape
        q, k, v = (
            project(x).view(batch, time, self.heads, -1).transpose(1, 2)
            for project in (self.q_proj, self.k_proj, self.v_proj)
        )
        y = F.scaled_dot_product_attention(
            rotate(q, rotary),
            rotate(k, rotary),
            v,
            is_causal=True,
            dropout_p=self.dropout if self.training else 0.0,
        )
        return self.o_proj(y.transpose(1, 2).reshape(batch, time, width))


class Gated(nn.Module):
    """SwiGLU: down(silu(gate(x)) * up(x))."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(shape.width, shape.hidden, bias=False)
        self.up_proj = nn.Linear(shape.width, shape.hidden, bias=False)
        self.down_proj = nn.Linear(shape.hidden, shape.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):
    """Attention and a gated layer, each on a normalised copy and added back."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.input_layernorm = Norm(shape.width, shape.norm_eps)
        self.self_attn = Attention(shape, dropout)
        self.post_attention_layernorm = Norm(shape.width, shape.norm_eps)
        self.mlp = Gated(shape)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, rotary: tuple[Tensor, Tensor]) -> Tensor:
        x = x + self.dropout(self.self_attn(self.input_layernorm(x), rotary))
        return x + self.dropout(self.mlp(self.post_attention_layernorm(x)))


class Body(nn.Module):
    """Everything below the head."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.rows, shape.width)
        self.layers = nn.ModuleList(Block(shape, dropout) for _ in range(shape.depth))
        self.norm = Norm(shape.width, shape.norm_eps)
        self.dropout = nn.Dropout(dropout)
        self.rotary = Rotary(shape.context, shape.head, shape.rope_theta)

    def forward(self, ids: Tensor) -> Tensor:
        rotary = self.rotary(ids.shape[1])
        x = self.dropout(self.embed_tokens(ids))
        for layer in self.layers:
            x = layer(x, rotary)
        return self.norm(x)


class Decoder(Model):
    """The family of Llama, also in its names."""

    shape_type = Shape
    embeddings = ("model.embed_tokens.weight", "lm_head.weight")
    inward = ("o_proj.weight", "down_proj.weight")

    def __init__(self, shape: Shape, dropout: float = 0.0, seed: int = 0) -> None:
        super().__init__(shape)
        self.model = Body(shape, dropout)
        self.lm_head = nn.Linear(shape.width, shape.rows, bias=False)
        if shape.tied:
            self.lm_head.weight = self.model.embed_tokens.weight
        self.initialise(seed)

    def states(self, ids: Tensor) -> Tensor:
        return self.model(ids)

    def logits(self, states: Tensor) -> Tensor:
        return self.lm_head(states)

    def flops(self) -> int:
        return super().flops() + self.shape.attention_flops

    def config(self) -> dict[str, Any]:
        """As LlamaForCausalLM reads it."""
        return _config(self.shape)

    @staticmethod
    def shape_of(config: Mapping[str, Any]) -> Shape:
        return Shape(
            vocabulary=config["vocab_size"],
            depth=config["num_hidden_layers"],
            width=config["hidden_size"],
            heads=config["num_attention_heads"],
            context=config["max_position_embeddings"],
            tied=config["tie_word_embeddings"],
            rope_theta=config["rope_theta"],
            norm_eps=config["rms_norm_eps"],
        )


def _config(shape: Shape) -> dict[str, Any]:
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": shape.rows,
        "hidden_size": shape.width,
        "intermediate_size": shape.hidden,
        "num_hidden_layers": shape.depth,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.heads,
        "head_dim": shape.head,
        "max_position_embeddings": shape.context,
        "hidden_act": "silu",
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

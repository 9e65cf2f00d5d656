"""A Llama-type causal decoder: RMSNorm, rotary positions, SwiGLU; its weights carry the names of transformers.

The modules are named as in transformers' LlamaForCausalLM, so that saving the weights is the export.
Rotary positions are half-split (rotate_half), as there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from pipeline.errors import TahonaError

PAD_TO = 64  # the rows of the embedding are a multiple of it, which matrix kernels like


@dataclass(frozen=True)
class Shape:
    """The shape of a decoder. `vocabulary` are the pieces; the matrices have `rows` rows."""

    vocabulary: int
    depth: int
    width: int
    heads: int
    context: int
    tied: bool = True
    rope_theta: float = 10_000.0
    norm_eps: float = 1e-5

    @property
    def rows(self) -> int:
        return -(-self.vocabulary // PAD_TO) * PAD_TO

    @property
    def hidden(self) -> int:
        """Width of the gated layer: 8/3 of the width (Shazeer 2020), to the next multiple of 64."""
        return -(-8 * self.width // 3 // 64) * 64

    @property
    def head(self) -> int:
        return self.width // self.heads

    @property
    def initial(self) -> float:
        """Standard deviation of the initial weights."""
        return (2 / (5 * self.width)) ** 0.5


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
            _rotate(q, rotary),
            _rotate(k, rotary),
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
        angles = torch.outer(
            torch.arange(shape.context, dtype=torch.float32),
            shape.rope_theta ** (-torch.arange(0, shape.head, 2, dtype=torch.float32) / shape.head),
        )
        self.cosine: Tensor
        self.sine: Tensor
        self.register_buffer("cosine", angles.cos(), persistent=False)
        self.register_buffer("sine", angles.sin(), persistent=False)

    def forward(self, ids: Tensor) -> Tensor:
        time = ids.shape[1]
        rotary = (self.cosine[:time], self.sine[:time])
        x = self.dropout(self.embed_tokens(ids))
        for layer in self.layers:
            x = layer(x, rotary)
        return self.norm(x)


class Decoder(nn.Module):
    """Ids (batch, time), time at most the context, to logits (batch, time, rows).

    `dropout` acts while training only and is no part of the model. The initial weights are a function
    of `seed`, the same on every device: normal, sqrt(2 / (5 width)) (Nguyen and Salazar 2019), and
    for the projections back into the residual stream that divided by sqrt(2 depth) (GPT-2).
    """

    def __init__(self, shape: Shape, dropout: float = 0.0, seed: int = 0) -> None:
        super().__init__()
        self.shape = shape
        self.model = Body(shape, dropout)
        self.lm_head = nn.Linear(shape.width, shape.rows, bias=False)
        if shape.tied:
            self.lm_head.weight = self.model.embed_tokens.weight
        generator = torch.Generator().manual_seed(seed)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                inward = name.endswith(("o_proj.weight", "down_proj.weight"))
                scale = (2 * shape.depth) ** -0.5 if inward else 1.0
                nn.init.normal_(weight, std=scale * shape.initial, generator=generator)

    def forward(self, ids: Tensor) -> Tensor:
        return self.lm_head(self.model(ids))

    def weights(self) -> dict[str, Tensor]:
        """The weights by name; tied ones once."""
        return dict(self.named_parameters())

    def sizes(self) -> dict[str, int]:
        """Parameters: `embedding`, `matrices` (of the layers) and `all` (tied ones counted once)."""
        count = {name: weight.numel() for name, weight in self.named_parameters()}
        return {
            "embedding": count["model.embed_tokens.weight"],
            "matrices": sum(n for name, n in count.items() if "proj" in name),
            "all": sum(count.values()),
        }


def _rotate(x: Tensor, rotary: tuple[Tensor, Tensor]) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    cosine, sine = rotary
    return torch.cat(
        (first * cosine - second * sine, second * cosine + first * sine), dim=-1
    ).type_as(x)


def save(model: Decoder, weights: Path, config: Path) -> None:
    """Writes `model.safetensors` and `config.json`, which LlamaForCausalLM loads as they are."""
    tensors = {name: weight.detach().cpu().contiguous() for name, weight in model.weights().items()}
    save_file(tensors, weights, metadata={"format": "pt"})
    config.write_text(json.dumps(_config(model.shape), indent=2) + "\n", encoding="utf-8")


def load(weights: Path, config: Path) -> Decoder:
    """The decoder that `save` wrote; a TahonaError when the two files do not fit together."""
    held = json.loads(config.read_text(encoding="utf-8"))
    if held.get("model_type") != "llama":
        raise TahonaError(f"{config.name} is of the type {held.get('model_type')!r}, not 'llama'")
    shape = Shape(
        vocabulary=held["vocab_size"],
        depth=held["num_hidden_layers"],
        width=held["hidden_size"],
        heads=held["num_attention_heads"],
        context=held["max_position_embeddings"],
        tied=held["tie_word_embeddings"],
        rope_theta=held["rope_theta"],
        norm_eps=held["rms_norm_eps"],
    )
    model = Decoder(shape)
    found = load_file(weights)
    if found.keys() != model.weights().keys():
        different = sorted(found.keys() ^ model.weights().keys())
        raise TahonaError(
            f"{weights.name} does not fit {config.name}: {different[0]} is in one only"
        )
    model.load_state_dict(found, strict=False)
    return model.eval()


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

"""The family of BART (Lewis 2019): an encoder that sees all of a source, a decoder that writes after it.

Learnt positions, normalised after each layer, biases; named as BartForConditionalGeneration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.models.decoder import PlainShape
from training.models.model import Model
from training.models.product import Linear
from training.models.transformer import Layers, chosen, merge, split

OFFSET = 2  # rows of the table of positions that are never read, as in fairseq


@dataclass(frozen=True, kw_only=True)
class Shape(PlainShape):
    """`depth` layers on each side; `padding` is the id that fills a source."""

    padding: int = 3


class Attention(nn.Module):
    """Attention of `x` to `source` (batch, time, width)."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = shape.heads, dropout
        self.k_proj = Linear(shape.width, shape.width)
        self.v_proj = Linear(shape.width, shape.width)
        self.q_proj = Linear(shape.width, shape.width)
        self.out_proj = Linear(shape.width, shape.width)

    def forward(
        self, x: Tensor, source: Tensor, causal: bool = False, seen: Tensor | None = None
    ) -> Tensor:
        q = split(self.q_proj(x), self.heads)
        k, v = (split(p(source), self.heads) for p in (self.k_proj, self.v_proj))
        y = F.scaled_dot_product_attention(
            q, k, v, seen, self.dropout if self.training else 0.0, is_causal=causal
        )
        return self.out_proj(merge(y))


class Layer(nn.Module):
    """Self-attention, on the decoder's side attention to the source, and a layer: each added and normalised."""

    def __init__(self, shape: Shape, dropout: float, decoder: bool) -> None:
        super().__init__()
        self.self_attn = Attention(shape, dropout)
        self.self_attn_layer_norm = nn.LayerNorm(shape.width)
        if decoder:
            self.encoder_attn = Attention(shape, dropout)
            self.encoder_attn_layer_norm = nn.LayerNorm(shape.width)
        self.fc1 = Linear(shape.width, shape.hidden)
        self.fc2 = Linear(shape.hidden, shape.width)
        self.final_layer_norm = nn.LayerNorm(shape.width)
        self.dropout = nn.Dropout(dropout)
        self.decoder = decoder

    def forward(self, x: Tensor, source: Tensor | None, seen: Tensor | None) -> Tensor:
        y = self.self_attn(x, x, self.decoder, None if self.decoder else seen)
        x = self.self_attn_layer_norm(x + self.dropout(y))
        if source is not None:
            y = self.encoder_attn(x, source, seen=seen)
            x = self.encoder_attn_layer_norm(x + self.dropout(y))
        return self.final_layer_norm(x + self.dropout(self.fc2(F.gelu(self.fc1(x)))))


class Side(nn.Module):
    """The encoder or the decoder."""

    embed_tokens: nn.Module

    def __init__(self, shape: Shape, dropout: float, decoder: bool) -> None:
        super().__init__()
        self.embed_positions = nn.Embedding(shape.context + OFFSET, shape.width)
        self.layernorm_embedding = nn.LayerNorm(shape.width)
        self.layers = Layers(Layer(shape, dropout, decoder) for _ in range(shape.depth))
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids: Tensor, source: Tensor | None, seen: Tensor | None) -> Tensor:
        places = torch.arange(ids.shape[1], device=ids.device) + OFFSET
        x = self.embed_tokens(ids) + self.embed_positions(places)
        x = self.dropout(self.layernorm_embedding(x))
        return self.layers.run(x, source, seen)


class Body(nn.Module):
    """Everything below the head."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.shared = nn.Embedding(shape.rows, shape.width)
        self.encoder = Side(shape, dropout, decoder=False)
        self.decoder = Side(shape, dropout, decoder=True)
        for side in (self.encoder, self.decoder):
            side.embed_tokens = self.shared  # one under three names
        self.padding = shape.padding

    def forward(self, ids: Tensor, source: Tensor) -> Tensor:
        seen = (source != self.padding)[:, None, None]
        return self.decoder(ids, self.encoder(source, None, seen), seen)


class Bart(Model):
    """The family of BART, also in its names."""

    shape_type = Shape
    embedding_name, head_name = "model.shared", "lm_head"
    inward = ("out_proj.weight", "fc2.weight")

    def __init__(self, shape: Shape, dropout: float = 0.0, seed: int = 0) -> None:
        super().__init__(shape)
        self.model = Body(shape, dropout)
        self.lm_head = Linear(shape.width, shape.rows, bias=False)
        if shape.tied:
            self.lm_head.weight = self.model.shared.weight
        for layer in self.modules():
            if isinstance(layer, nn.Linear) and layer.bias is not None:
                nn.init.zeros_(layer.bias)
        self.initialise(seed)

    def states(self, ids: Tensor, source: Tensor | None = None, **more: Any) -> Tensor:
        assert source is not None
        return self.model(ids, source)

    def named(self, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        """Folders of transformers may hold a bias of the logits, which is zero."""
        return super().named({n: t for n, t in tensors.items() if n != "final_logits_bias"})

    def flops(self) -> int:
        """A token goes through one side: half of the layers, on an average."""
        own = super().flops() // 2
        return own + self.shape.attention_flops * 3 // 2

    def config(self) -> dict[str, Any]:
        """As BartForConditionalGeneration reads it."""
        shape = self.shape
        sides: dict[str, Any] = {}
        for side in ("encoder", "decoder"):
            sides |= {
                f"{side}_layers": shape.depth,
                f"{side}_attention_heads": shape.heads,
                f"{side}_ffn_dim": shape.hidden,
            }
        return sides | {
            "architectures": ["BartForConditionalGeneration"],
            "model_type": "bart",
            "vocab_size": shape.rows,
            "d_model": shape.width,
            "max_position_embeddings": shape.context,
            "activation_function": "gelu",
            "scale_embedding": False,
            "dropout": 0.0,
            "init_std": shape.initial,
            "tie_word_embeddings": shape.tied,
            "is_encoder_decoder": True,
            "bos_token_id": 1,
            "eos_token_id": 2,
            "pad_token_id": shape.padding,
            "decoder_start_token_id": 2,
            "forced_eos_token_id": None,
            "dtype": "float32",
            "transformers_version": "4.56.0",
        }

    @staticmethod
    def shape_of(config: Mapping[str, Any]) -> Shape:
        chosen(config, ["gelu"], "activation_function")
        chosen(config, [False], "scale_embedding")
        for name in ("layers", "attention_heads", "ffn_dim"):
            chosen(config, [config[f"encoder_{name}"]], f"decoder_{name}")
        return Shape(
            vocabulary=config["vocab_size"],
            pad=1,
            depth=config["encoder_layers"],
            width=config["d_model"],
            heads=config["encoder_attention_heads"],
            hidden=config["encoder_ffn_dim"],
            context=config["max_position_embeddings"],
            tied=config.get("tie_word_embeddings", True),
            padding=config["pad_token_id"],
        )

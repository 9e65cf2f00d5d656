"""The family of T5, in its form 1.1 (Raffel 2020; Shazeer 2020): an encoder and a decoder with relative positions.

RMSNorm before each layer, scores that are not scaled, a gated GELU; named as T5ForConditionalGeneration.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.models import transformer
from training.models.decoder import Norm
from training.models.model import Model
from training.models.product import Linear
from training.models.transformer import Layers, chosen, merge, split


@dataclass(frozen=True, kw_only=True)
class Shape(transformer.Shape):
    """`depth` layers on each side; distances fall into `buckets`, those from `farthest` on into one."""

    norm_eps: float = 1e-6
    buckets: int = 32
    farthest: int = 128
    padding: int = 3


class Attention(nn.Module):
    """Attention of `x` to `source`, with what is added to the scores."""

    def __init__(self, shape: Shape, dropout: float, places: bool = False) -> None:
        super().__init__()
        self.heads, self.dropout = shape.heads, dropout
        inner = shape.heads * shape.head
        self.q = Linear(shape.width, inner, bias=False)
        self.k = Linear(shape.width, inner, bias=False)
        self.v = Linear(shape.width, inner, bias=False)
        self.o = Linear(inner, shape.width, bias=False)
        if places:
            self.relative_attention_bias = nn.Embedding(shape.buckets, shape.heads)

    def forward(self, x: Tensor, source: Tensor, added: Tensor) -> Tensor:
        q = split(self.q(x), self.heads)
        k, v = (split(p(source), self.heads) for p in (self.k, self.v))
        dropout = self.dropout if self.training else 0.0
        y = F.scaled_dot_product_attention(q, k, v, added.to(q.dtype), dropout, scale=1.0)
        return self.o(merge(y))


class Sub(nn.Module):
    """A sublayer with its norm, under the name that the folder gives it."""

    def __init__(self, shape: Shape, name: str, inner: nn.Module) -> None:
        super().__init__()
        self.name = name
        self.add_module(name, inner)
        self.layer_norm = Norm(shape.width, shape.norm_eps)

    def forward(self, x: Tensor, *more: Tensor) -> Tensor:
        return self.get_submodule(self.name)(self.layer_norm(x), *more)


class Gated(nn.Module):
    """wo(gelu(wi_0(x)) * wi_1(x)), with the tangent form of the GELU."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.wi_0 = Linear(shape.width, shape.hidden, bias=False)
        self.wi_1 = Linear(shape.width, shape.hidden, bias=False)
        self.wo = Linear(shape.hidden, shape.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.wo(F.gelu(self.wi_0(x), approximate="tanh") * self.wi_1(x))


class Block(nn.Module):
    """Self-attention, on the decoder's side attention to the source, and a gated layer."""

    def __init__(self, shape: Shape, dropout: float, decoder: bool, first: bool) -> None:
        super().__init__()
        sublayers = [Sub(shape, "SelfAttention", Attention(shape, dropout, first))]
        if decoder:
            sublayers.append(Sub(shape, "EncDecAttention", Attention(shape, dropout)))
        self.layer = nn.ModuleList([*sublayers, Sub(shape, "DenseReluDense", Gated(shape))])
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, own: Tensor, source: Tensor | None, seen: Tensor) -> Tensor:
        attention: Any = self.layer[0]
        normed = attention.layer_norm(x)
        x = x + self.dropout(attention.SelfAttention(normed, normed, own))
        if source is not None:
            x = x + self.dropout(self.layer[1](x, source, seen))
        return x + self.dropout(self.layer[-1](x))


class Side(nn.Module):
    """The encoder or the decoder."""

    def __init__(self, shape: Shape, dropout: float, decoder: bool) -> None:
        super().__init__()
        self.shape, self.decoder = shape, decoder
        self.block = Layers(Block(shape, dropout, decoder, n == 0) for n in range(shape.depth))
        self.final_layer_norm = Norm(shape.width, shape.norm_eps)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, source: Tensor | None, seen: Tensor) -> Tensor:
        """`seen` is added to the scores of the keys of the source: 0, or what hides one."""
        own = self._places(x.shape[1], x.device)
        own = own if self.decoder else own + seen
        x = self.block.run(self.dropout(x), own, source, seen)
        return self.dropout(self.final_layer_norm(x))

    def _places(self, time: int, device: torch.device) -> Tensor:
        """What the distance adds to the scores: (1, heads, time, time)."""
        at = torch.arange(time, device=device)
        distance = at[None, :] - at[:, None]
        first: Any = self.block[0]
        table = first.layer[0].SelfAttention.relative_attention_bias
        buckets = bucket(distance, not self.decoder, self.shape.buckets, self.shape.farthest)
        added = table(buckets).permute(2, 0, 1)[None]
        return added.masked_fill(distance > 0, -torch.inf) if self.decoder else added


def bucket(distance: Tensor, both: bool, buckets: int, farthest: int) -> Tensor:
    """The bucket of a distance, key less query: half of them for single steps, the rest by logarithm (Raffel 2020)."""
    first = torch.zeros_like(distance)
    if both:
        buckets //= 2
        first = (distance > 0) * buckets
        distance = distance.abs()
    else:
        distance = (-distance).clamp(min=0)
    exact = buckets // 2
    far = (distance.float().clamp(min=1) / exact).log() / math.log(farthest / exact)
    far = (exact + (far * (buckets - exact)).long()).clamp(max=buckets - 1)
    return first + torch.where(distance < exact, distance, far)


class T5(Model):
    """The family of T5, also in its names."""

    shape_type = Shape
    embedding_name, head_name = "shared", "lm_head"
    inward = (".o.weight", "wo.weight")

    def __init__(self, shape: Shape, dropout: float = 0.0, seed: int = 0) -> None:
        super().__init__(shape)
        self.shared = nn.Embedding(shape.rows, shape.width)
        self.encoder = Side(shape, dropout, decoder=False)
        self.decoder = Side(shape, dropout, decoder=True)
        self.lm_head = Linear(shape.width, shape.rows, bias=False)
        if shape.tied:
            self.lm_head.weight = self.shared.weight
            self.head_scale = shape.width**-0.5
        self.initialise(seed)

    def initialise(self, seed: int) -> None:
        """With queries that make up for scores that are not scaled, and a tied embedding for states that are."""
        super().initialise(seed)
        with torch.no_grad():
            for name, weight in self.named_parameters():
                if name.endswith(".q.weight"):
                    weight.mul_(self.shape.head**-0.5)
            if self.shape.tied:
                self.shared.weight.mul_(1 / self.shape.initial)

    def states(self, ids: Tensor, source: Tensor | None = None, **more: Any) -> Tensor:
        assert source is not None
        hidden = (source == self.shape.padding)[:, None, None]
        seen = torch.zeros(hidden.shape, device=ids.device).masked_fill(hidden, -torch.inf)
        read = self.encoder(self.shared(source), None, seen)
        return self.decoder(self.shared(ids), read, seen)

    def named(self, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        """Older folders name the embedding of each side too."""
        return super().named(
            {n: t for n, t in tensors.items() if not n.endswith("embed_tokens.weight")}
        )

    def flops(self) -> int:
        """A token goes through one side: half of the layers, on an average."""
        own = super().flops() // 2
        return own + self.shape.attention_flops * 3 // 2

    def config(self) -> dict[str, Any]:
        """As T5ForConditionalGeneration reads it."""
        shape = self.shape
        return {
            "architectures": ["T5ForConditionalGeneration"],
            "model_type": "t5",
            "vocab_size": shape.rows,
            "d_model": shape.width,
            "d_kv": shape.head,
            "d_ff": shape.hidden,
            "num_layers": shape.depth,
            "num_decoder_layers": shape.depth,
            "num_heads": shape.heads,
            "n_positions": shape.context,  # what it was trained on
            "relative_attention_num_buckets": shape.buckets,
            "relative_attention_max_distance": shape.farthest,
            "feed_forward_proj": "gated-gelu",
            "layer_norm_epsilon": shape.norm_eps,
            "dropout_rate": 0.0,
            "tie_word_embeddings": shape.tied,
            "scale_decoder_outputs": shape.tied,
            "is_encoder_decoder": True,
            "bos_token_id": 1,
            "eos_token_id": 2,
            "pad_token_id": shape.padding,
            "decoder_start_token_id": 2,
            "dtype": "float32",
            "transformers_version": "4.56.0",
        }

    @staticmethod
    def shape_of(config: Mapping[str, Any]) -> Shape:
        chosen(config, ["gated-gelu"], "feed_forward_proj")
        depth, tied = config["num_layers"], config.get("tie_word_embeddings", True)
        chosen({"num_decoder_layers": depth, **config}, [depth], "num_decoder_layers")
        chosen({"scale_decoder_outputs": tied, **config}, [tied], "scale_decoder_outputs")
        return Shape(
            vocabulary=config["vocab_size"],
            pad=1,
            depth=depth,
            width=config["d_model"],
            heads=config["num_heads"],
            head=config["d_kv"],
            hidden=config["d_ff"],
            context=config.get("n_positions", 512),
            tied=tied,
            norm_eps=config.get("layer_norm_epsilon", 1e-6),
            buckets=config.get("relative_attention_num_buckets", 32),
            farthest=config.get("relative_attention_max_distance", 128),
            padding=config["pad_token_id"],
        )

"""The family of RoBERTa (Liu 2019): learnt positions, norms after the layers, biases; named as RobertaForMaskedLM."""

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
from training.models.transformer import Attend, Layers, Mask, chosen, merge, positions, split


@dataclass(frozen=True, kw_only=True)
class Shape(PlainShape):
    """`padding` is the id of padding: positions are counted from the one after it, as in fairseq."""

    padding: int = 3


def _norm(shape: Shape) -> nn.LayerNorm:
    return nn.LayerNorm(shape.width, eps=shape.norm_eps)


class Embeddings(nn.Module):
    """Ids and places to normalised vectors."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.first = shape.padding + 1
        self.word_embeddings = nn.Embedding(shape.rows, shape.width)
        self.position_embeddings = nn.Embedding(shape.context + self.first, shape.width)
        self.token_type_embeddings = nn.Embedding(1, shape.width)
        self.LayerNorm = _norm(shape)
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids: Tensor, documents: Tensor | None) -> Tensor:
        row = torch.arange(ids.shape[1], device=ids.device)
        places = row if documents is None else positions(documents)
        x = self.word_embeddings(ids) + self.token_type_embeddings.weight[0]
        return self.dropout(self.LayerNorm(x + self.position_embeddings(places + self.first)))


class Heads(nn.Module):
    """The three projections, as the folder names them."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.query = Linear(shape.width, shape.width)
        self.key = Linear(shape.width, shape.width)
        self.value = Linear(shape.width, shape.width)


class Added(nn.Module):
    """A projection added to what it came from, and normalised."""

    def __init__(self, shape: Shape, width: int, dropout: float) -> None:
        super().__init__()
        self.dense = Linear(width, shape.width)
        self.LayerNorm = _norm(shape)
        self.dropout = nn.Dropout(dropout)

    def forward(self, y: Tensor, x: Tensor) -> Tensor:
        return self.LayerNorm(x + self.dropout(self.dense(y)))


class Attention(nn.Module):
    """Self-attention over the whole input."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = shape.heads, dropout
        self.add_module("self", Heads(shape))
        self.output = Added(shape, shape.width, dropout)

    def forward(self, x: Tensor, attend: Attend) -> Tensor:
        heads: Any = self.get_submodule("self")
        q, k, v = (split(p(x), self.heads) for p in (heads.query, heads.key, heads.value))
        return self.output(merge(attend(q, k, v, self.dropout if self.training else 0.0)), x)


class Intermediate(nn.Module):
    """gelu(dense(x))."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.dense = Linear(shape.width, shape.hidden)

    def forward(self, x: Tensor) -> Tensor:
        return F.gelu(self.dense(x))


class Block(nn.Module):
    """Attention and a layer, each added to its input and normalised."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.attention = Attention(shape, dropout)
        self.intermediate = Intermediate(shape)
        self.output = Added(shape, shape.hidden, dropout)

    def forward(self, x: Tensor, attend: Attend) -> Tensor:
        x = self.attention(x, attend)
        return self.output(self.intermediate(x), x)


class Stack(nn.Module):
    """The layers, as the folder names them."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.layer = Layers(Block(shape, dropout) for _ in range(shape.depth))


class Body(nn.Module):
    """Everything below the head."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.embeddings = Embeddings(shape, dropout)
        self.encoder = Stack(shape, dropout)

    def forward(self, ids: Tensor, documents: Tensor | None) -> Tensor:
        attend = Attend(Mask(False, documents))
        return self.encoder.layer.run(self.embeddings(ids, documents), attend)


class Head(nn.Module):
    """A layer before the decoder that gives the logits."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.dense = Linear(shape.width, shape.width)
        self.layer_norm = _norm(shape)
        self.decoder = Linear(shape.width, shape.rows)
        nn.init.zeros_(self.decoder.bias)
        self.bias = self.decoder.bias  # one under two names

    def forward(self, x: Tensor) -> Tensor:
        return self.layer_norm(F.gelu(self.dense(x)))


class Roberta(Model):
    """The family of RoBERTa, also in its names."""

    shape_type = Shape
    embedding_name, head_name = "roberta.embeddings.word_embeddings", "lm_head.decoder"
    inward = ("output.dense.weight",)

    def __init__(self, shape: Shape, dropout: float = 0.0, seed: int = 0) -> None:
        super().__init__(shape)
        self.roberta = Body(shape, dropout)
        self.lm_head = Head(shape)
        for layer in self.modules():
            if isinstance(layer, nn.Linear) and layer.bias is not None:
                nn.init.zeros_(layer.bias)
        if shape.tied:
            self.lm_head.decoder.weight = self.roberta.embeddings.word_embeddings.weight
        self.initialise(seed)

    def states(self, ids: Tensor, documents: Tensor | None = None, **more: Any) -> Tensor:
        return self.roberta(ids, documents)

    def last(self, states: Tensor) -> Tensor:
        return self.lm_head(states)

    def named(self, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        """Older folders have places in the order of places, and a pooler that pretraining does not use; most have types
        of tokens, of which the tokens of a text have the first.
        """
        left_out = ("position_ids", "roberta.pooler.dense.weight", "roberta.pooler.dense.bias")
        kept = {n: t for n, t in tensors.items() if not n.endswith(left_out)}
        if (types := "roberta.embeddings.token_type_embeddings.weight") in kept:
            kept[types] = kept[types][:1]
        own, other = "lm_head.bias", "lm_head.decoder.bias"
        if own not in self.weights():
            own, other = other, own
        if own not in kept and other in kept:
            kept[own] = kept.pop(other)
        return super().named(kept)

    def flops(self) -> int:
        return super().flops() + self.shape.attention_flops

    def config(self) -> dict[str, Any]:
        """As RobertaForMaskedLM reads it."""
        shape = self.shape
        return {
            "architectures": ["RobertaForMaskedLM"],
            "model_type": "roberta",
            "vocab_size": shape.rows,
            "hidden_size": shape.width,
            "intermediate_size": shape.hidden,
            "num_hidden_layers": shape.depth,
            "num_attention_heads": shape.heads,
            "max_position_embeddings": shape.context + shape.padding + 1,
            "type_vocab_size": 1,
            "hidden_act": "gelu",
            "layer_norm_eps": shape.norm_eps,
            "hidden_dropout_prob": 0.0,
            "attention_probs_dropout_prob": 0.0,
            "initializer_range": shape.initial,
            "tie_word_embeddings": shape.tied,
            "bos_token_id": 1,
            "eos_token_id": 2,
            "pad_token_id": shape.padding,
            "dtype": "float32",
            "transformers_version": "4.56.0",
        }

    @staticmethod
    def shape_of(config: Mapping[str, Any]) -> Shape:
        chosen(config, ["gelu"], "hidden_act")
        padding = config["pad_token_id"]
        return Shape(
            vocabulary=config["vocab_size"],
            pad=1,
            depth=config["num_hidden_layers"],
            width=config["hidden_size"],
            heads=config["num_attention_heads"],
            hidden=config["intermediate_size"],
            context=config["max_position_embeddings"] - padding - 1,
            tied=config.get("tie_word_embeddings", True),
            norm_eps=config["layer_norm_eps"],
            padding=padding,
        )

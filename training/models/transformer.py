"""What the Transformers share: their shape, rotary positions (half-split, as in transformers), attention, its masks.

A mask says which keys a query sees: those of its own document, those before it, those near it. On a GPU it goes to
FlexAttention, which skips what is hidden; elsewhere the same is a matrix of truth values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

import training.models.model
from training.models.quick import turned


@dataclass(frozen=True, kw_only=True)
class Shape(training.models.model.Shape):
    """The shape of a Transformer. `hidden` is the width of its gated or plain layer, by default 8/3 of the width
    (Shazeer 2020) to the next multiple of 64; queries may share keys and values (`kv_heads`).
    """

    heads: int
    kv_heads: int = 0  # 0: as many as heads
    head: int = 0  # width of a head; 0: the width shared out
    hidden: int = 0
    window: int = 0  # the most keys before a query that it sees, itself among them; 0: all
    rope_theta: float = 10_000.0
    norm_eps: float = 1e-5

    def __post_init__(self) -> None:
        defaults = {
            "kv_heads": self.heads,
            "head": self.width // self.heads,
            "hidden": self.default_hidden,
        }
        for name, default in defaults.items():
            if not getattr(self, name):
                object.__setattr__(self, name, default)

    @property
    def default_hidden(self) -> int:
        return -(-8 * self.width // 3 // 64) * 64

    @property
    def attention_flops(self) -> int:
        """To train on one token: products of queries and keys, and of these with the values (Chowdhery 2022)."""
        return (
            12
            * self.depth
            * self.heads
            * self.head
            * min(self.context, self.window or self.context)
        )


class Rotary(nn.Module):
    """Rotary positions (Su 2021). Called with positions (..., time): the cosines and sines, (..., time, head / 2)."""

    def __init__(self, context: int, head: int, theta: float) -> None:
        super().__init__()
        angles = torch.outer(
            torch.arange(context, dtype=torch.float32),
            theta ** (-torch.arange(0, head, 2, dtype=torch.float32) / head),
        )
        self.cosine: Tensor
        self.sine: Tensor
        self.register_buffer("cosine", angles.cos(), persistent=False)
        self.register_buffer("sine", angles.sin(), persistent=False)

    def forward(self, time: int, start: int = 0) -> tuple[Tensor, Tensor]:
        return self.cosine[start : start + time], self.sine[start : start + time]


def rotate(x: Tensor, rotary: tuple[Tensor, Tensor]) -> Tensor:
    """Queries or keys (batch, heads, time, head), turned by their positions."""
    cosine, sine = rotary
    if not x.is_cuda:
        return turned(x, cosine, sine)
    first, second = x.chunk(2, dim=-1)
    return torch.cat(
        (first * cosine - second * sine, second * cosine + first * sine), dim=-1
    ).type_as(x)


def positions(documents: Tensor) -> Tensor:
    """The place of each token in its document, by the numbers of the documents of a row: (batch, time)."""
    places = torch.arange(documents.shape[1], device=documents.device).expand_as(documents)
    begins = torch.ones_like(documents, dtype=torch.bool)
    begins[:, 1:] = documents[:, 1:] != documents[:, :-1]
    return places - torch.where(begins, places, 0).cummax(1).values


@dataclass(frozen=True)
class Mask:
    """Which keys a query sees. `around`: the window reaches to both sides, half of it to each."""

    causal: bool
    documents: Tensor | None = None  # (batch, time)
    window: int = 0
    around: bool = False

    @property
    def plain(self) -> bool:
        """Whether nothing but the order, or nothing at all, hides a key."""
        return self.documents is None and not self.window

    def of(self, queries: Tensor, keys: Tensor, row: Tensor | None = None) -> Tensor:
        """Truth for each pair of places; the arguments are broadcast."""
        seen = (queries >= keys) if self.causal else (queries == queries) & (keys == keys)
        if self.window:
            far = (queries - keys).abs()
            seen = seen & ((far <= self.window // 2) if self.around else (far < self.window))
        if self.documents is not None and row is not None:
            seen = seen & (self.documents[row, queries] == self.documents[row, keys])
        return seen

    def matrix(self, queries: int, keys: int, device: torch.device) -> Tensor:
        """(batch or 1, 1, queries, keys); the last query stands at the last key."""
        q = torch.arange(keys - queries, keys, device=device)[:, None]
        k = torch.arange(keys, device=device)
        if self.documents is None:
            return self.of(q, k)[None, None]
        rows = torch.arange(len(self.documents), device=device)[:, None, None]
        return self.of(q, k, rows)[:, None]


class Attend:
    """Attention under one mask, which is laid out once for all layers of a forward pass."""

    def __init__(self, mask: Mask) -> None:
        self.mask = mask
        self._laid_out: Any = None

    def __call__(
        self, q: Tensor, k: Tensor, v: Tensor, dropout: float = 0.0, **more: Any
    ) -> Tensor:
        """Queries (batch, heads, time, head), keys and values with as many heads or fewer, to the same as queries."""
        shared = q.shape[1] != k.shape[1]
        if self.mask.plain and (q.shape[2] == k.shape[2] or not self.mask.causal):
            return F.scaled_dot_product_attention(
                q, k, v, is_causal=self.mask.causal, dropout_p=dropout, enable_gqa=shared, **more
            )
        if q.is_cuda and not dropout and q.shape[2] == k.shape[2]:
            if self._laid_out is None:
                self._laid_out = _blocks(self.mask, q)
            return _flex()(q, k, v, block_mask=self._laid_out, enable_gqa=shared, **more)
        if self._laid_out is None:
            self._laid_out = self.mask.matrix(q.shape[2], k.shape[2], q.device)
        return F.scaled_dot_product_attention(
            q, k, v, attn_mask=self._laid_out, dropout_p=dropout, enable_gqa=shared, **more
        )


def _blocks(mask: Mask, q: Tensor) -> Any:
    from torch.nn.attention.flex_attention import create_block_mask

    rows = None if mask.documents is None else q.shape[0]
    return create_block_mask(
        lambda row, head, query, key: mask.of(query, key, row),
        rows,
        None,
        q.shape[2],
        q.shape[2],
        device=q.device,
    )


@cache
def _flex() -> Callable[..., Tensor]:
    from torch.nn.attention.flex_attention import flex_attention

    return torch.compile(flex_attention, dynamic=False)  # uncompiled it would hold all scores


class Cache:
    """What a decoder has read: keys and values by layer, so that the next token costs itself alone."""

    def __init__(self) -> None:
        self.layers: dict[int, tuple[Tensor, Tensor]] = {}

    @property
    def length(self) -> int:
        """Tokens read."""
        return self.layers[0][0].shape[2] if self.layers else 0

    def extend(self, layer: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """All keys and values of a layer, with these behind them."""
        if layer in self.layers:
            k, v = (torch.cat(pair, dim=2) for pair in zip(self.layers[layer], (k, v), strict=True))
        self.layers[layer] = k, v
        return k, v


class Layers(nn.ModuleList):
    """Layers one after another; with `recompute` their insides are computed again in the backward pass, not kept."""

    recompute = False

    def run(self, x: Tensor, *more: Any) -> Tensor:
        for layer in self:
            if self.recompute and self.training:
                x = checkpoint(layer, x, *more, use_reentrant=False)
            else:
                x = layer(x, *more)
        return x


def recompute(model: nn.Module) -> None:
    """Has all layers of a model compute their insides again instead of keeping them."""
    for module in model.modules():
        if isinstance(module, Layers):
            module.recompute = True


def split(x: Tensor, heads: int) -> Tensor:
    """(batch, time, heads * head) to (batch, heads, time, head)."""
    return x.view(*x.shape[:2], heads, -1).transpose(1, 2)


def merge(x: Tensor) -> Tensor:
    """The way back."""
    return x.transpose(1, 2).flatten(2)


def chosen(config: Any, allowed: Iterable[Any], name: str) -> Any:
    """A value of config.json that must be one of those that are built here; a TahonaError names it."""
    from pipeline.errors import TahonaError

    allowed = list(allowed)
    value = config.get(name, allowed[0])
    if value not in allowed:
        raise TahonaError(
            f"config.json has {name} {value!r}, which is not supported: {allowed} are"
        )
    return value

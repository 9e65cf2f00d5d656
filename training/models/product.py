"""Products of matrices on a processor, by oneDNN where its kernels are wider than those of torch's BLAS.

torch gives fp32 products to MKL, which takes AVX2 kernels on processors that are not Intel's, also where these have
AVX-512: oneDNN, which torch has too, asks the processor alone, and is 2.3 times as fast there. Both sum in fp32.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LEAST = 1 << 18  # multiplications from which on a product is worth the call
# Whether this processor has AVX-512, and this torch the operation, which is none of its public ones.
WIDE = torch.backends.cpu.get_cpu_capability() == "AVX512" and hasattr(
    torch.ops.mkldnn, "_linear_pointwise"
)


class Linear(nn.Linear):
    """torch's, by `linear`."""

    def forward(self, x: Tensor) -> Tensor:
        return linear(x, self.weight, self.bias)


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """(..., inputs) to (..., outputs) by a weight of (outputs, inputs) and a bias of (outputs)."""
    if not _quick(x.numel() * len(weight), x, weight):
        return F.linear(x, weight, bias)
    mapped: Tensor = _Linear.apply(x, weight, bias)
    return mapped


def product(a: Tensor, b: Tensor) -> Tensor:
    """(rows, inner) and (inner, columns) to (rows, columns), or as many of each; without a gradient of its own."""
    if not _quick(a[..., :1].numel() * b.shape[-2] * b.shape[-1], a, b):
        return a @ b
    if a.dim() == 2:
        return _onednn(a, b.t(), None)
    return torch.stack([_onednn(one, other.t(), None) for one, other in zip(a, b, strict=True)])


def added(term: Tensor, a: Tensor, b: Tensor, beta: float, alpha: float = 1.0) -> Tensor:
    """`beta` times a term and `alpha` times the products of as many matrices: torch's baddbmm."""
    if not _quick(a[..., :1].numel() * b.shape[-2] * b.shape[-1], a, b):
        return torch.baddbmm(term, a, b, beta=beta, alpha=alpha)
    return product(a, b).mul_(alpha).add_(term, alpha=beta)


def _onednn(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    mapped: Tensor = torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")
    return mapped


def _quick(multiplications: int, *factors: Tensor) -> bool:
    """Whether oneDNN makes the product: torch knows how autocast rounds it, and how it is compiled."""
    return (
        multiplications >= LEAST
        and all(f.device.type == "cpu" and f.dtype == torch.float32 for f in factors)
        and not torch.is_autocast_enabled("cpu")
        and not torch.compiler.is_compiling()
        and WIDE
    )


class _Linear(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(x, weight)
        return _onednn(x, weight, bias)

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        slope, inputs = slopes[0].flatten(0, -2), x.flatten(0, -2)
        to_x = to_weight = to_bias = None
        if ctx.needs_input_grad[0]:
            to_x = product(slope, weight).view_as(x)
        if ctx.needs_input_grad[1]:
            to_weight = across(slope, inputs)
        if ctx.needs_input_grad[2]:
            to_bias = slope.sum(0)
        return to_x, to_weight, to_bias


def across(a: Tensor, b: Tensor) -> Tensor:
    """(rows, m) and (rows, n) to (m, n): aᵀ b. oneDNN lays the first factor out anew, so that is the smaller one."""
    if a.shape[1] > b.shape[1]:
        return product(b.t(), a).t()
    return product(a.t(), b)

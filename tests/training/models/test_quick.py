"""The functions with gradients of their own are torch's, and so are their gradients."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from training.models.cost import IGNORED, _Cost
from training.models.quick import relu_squared, rms_norm
from training.models.transformer import Rotary, rotate

X = torch.randn((2, 5, 16), generator=torch.Generator().manual_seed(1))
WEIGHT = torch.linspace(0.5, 2, 16)


def slopes(value: Tensor, *inputs: Tensor) -> list[Tensor]:
    """The gradients of a value whose parts count differently."""
    toward = torch.arange(float(value.numel())).view_as(value)
    return list(torch.autograd.grad((value * toward).sum(), inputs))


def test_the_norm_is_that_of_torch() -> None:
    x, weight = X.clone().requires_grad_(), WEIGHT.clone().requires_grad_()
    own, theirs = rms_norm(x, weight, 1e-5), F.rms_norm(x, (16,), weight, 1e-5)
    torch.testing.assert_close(own, theirs)
    torch.testing.assert_close(
        slopes(own, x, weight), slopes(theirs, x, weight), rtol=1e-5, atol=1e-4
    )
    half = rms_norm(X.bfloat16(), WEIGHT, 1e-5)
    assert half.dtype == torch.bfloat16


def test_heads_are_turned_as_complex_numbers_are() -> None:
    draw = torch.Generator().manual_seed(2)
    heads = torch.randn((2, 3, 5, 8), generator=draw).transpose(1, 2).requires_grad_()
    alike = Rotary(9, 8, 10_000.0)(3, 2)
    own_places = tuple(table[:, None].expand(3, 2, 4).transpose(0, 1)[:, None] for table in alike)
    # Of all rows; of each of them, as where they are packed.
    for cosine, sine in (alike, own_places):
        first, second = heads.chunk(2, -1)
        product = torch.complex(first, second) * torch.complex(cosine, sine)
        theirs = torch.cat((product.real, product.imag), -1)
        own = rotate(heads, (cosine, sine))
        torch.testing.assert_close(own, theirs)
        torch.testing.assert_close(slopes(own, heads), slopes(theirs, heads), rtol=1e-5, atol=1e-4)


def test_the_squared_relu_is_that_of_torch() -> None:
    x = X.clone().requires_grad_()
    own, theirs = relu_squared(x), F.relu(x).square()
    torch.testing.assert_close(own, theirs)
    torch.testing.assert_close(slopes(own, x), slopes(theirs, x))


def test_the_cost_is_that_of_torch_where_logits_are_far_apart() -> None:
    states, head = (X.view(10, 16) * 30).requires_grad_(), torch.randn((7, 16)).requires_grad_()
    bias = torch.linspace(-5, 5, 7).requires_grad_()
    targets = torch.tensor([0, 1, 2, 3, 4, 5, 6, IGNORED, 0, IGNORED])
    own = _Cost.apply(states, head, bias, targets)
    theirs = F.cross_entropy(F.linear(states, head, bias), targets, reduction="sum")
    torch.testing.assert_close(own, theirs)
    torch.testing.assert_close(
        torch.autograd.grad(own, (states, head, bias)),
        torch.autograd.grad(theirs, (states, head, bias)),
    )

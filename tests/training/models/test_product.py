"""Products are those of torch in fp64, to what fp32 rounds, whoever makes them; so are their gradients."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from training.models.product import LEAST, across, added, linear, product

ROWS, INPUTS, OUTPUTS = 150, 64, 96
assert ROWS * INPUTS * OUTPUTS >= LEAST


def drawn(*size: int) -> Tensor:
    return torch.randn(size, generator=torch.Generator().manual_seed(sum(size)))


@pytest.mark.parametrize("strided", [False, True])
@pytest.mark.parametrize("biased", [False, True])
def test_a_linear_map_is_that_of_torch(strided: bool, biased: bool) -> None:
    x = drawn(3, ROWS // 3, INPUTS)
    weight = drawn(INPUTS, OUTPUTS).t() if strided else drawn(OUTPUTS, INPUTS)
    own = [t.clone().requires_grad_() for t in (x, weight, *([drawn(OUTPUTS)] if biased else []))]
    exact = [t.detach().double().requires_grad_() for t in own]
    product, wanted = linear(*own), F.linear(*exact)
    slope = drawn(*product.shape)
    torch.testing.assert_close(product.double(), wanted, rtol=1e-5, atol=1e-5)
    for gradient, theirs in zip(
        torch.autograd.grad(product, own, slope),
        torch.autograd.grad(wanted, exact, slope.double()),
        strict=True,
    ):
        torch.testing.assert_close(gradient.double(), theirs, rtol=1e-5, atol=1e-4)


def test_products_are_those_of_torch_one_or_many() -> None:
    a, b = drawn(5, 80, 70), drawn(5, 70, 60)
    exact = a.double() @ b.double()
    torch.testing.assert_close(product(a, b).double(), exact, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(product(a[0], b[0]).double(), exact[0], rtol=1e-5, atol=1e-5)
    term = drawn(5, 80, 60)
    torch.testing.assert_close(
        added(term, a, b, beta=-3, alpha=2).double(), -3 * term + 2 * exact, rtol=1e-5, atol=1e-5
    )
    wide, narrow = drawn(500, 90), drawn(500, 30)
    for one, other in ((wide, narrow), (narrow, wide)):
        torch.testing.assert_close(
            across(one, other).double(), one.double().t() @ other.double(), rtol=1e-5, atol=1e-4
        )


def test_autocast_rounds_as_it_does_elsewhere() -> None:
    with torch.autocast("cpu", torch.bfloat16):
        assert linear(drawn(ROWS, INPUTS), drawn(OUTPUTS, INPUTS)).dtype == torch.bfloat16

"""A figure of few documents says how sure it is; of one it says nothing."""

from __future__ import annotations

import numpy as np
import pytest

from training.losses.interval import half_width, moments


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    draw = np.random.default_rng(3)
    hits = 0
    for _ in range(400):
        sizes = draw.integers(200, 4_000, 40)
        values = sizes * draw.normal(2.0, 0.3, 40)
        width = half_width(moments(values, sizes), values.sum(), sizes.sum())
        assert width is not None
        hits += abs(values.sum() / sizes.sum() - 2.0) <= width
    assert 0.9 < hits / 400 < 0.98


def test_the_sums_of_two_domains_add_up() -> None:
    one, two = np.array([3.0, 4.0]), np.array([5.0, 9.0, 2.0])
    first, second = moments(one, [2, 3]), moments(two, [4, 4, 1])
    both = {name: first[name] + second[name] for name in first}
    whole = moments(np.concatenate([one, two]), [2, 3, 4, 4, 1])
    assert both == pytest.approx(whole)


def test_one_document_has_no_interval() -> None:
    assert half_width(moments(np.array([3.0]), [2]), 3.0, 2.0) is None

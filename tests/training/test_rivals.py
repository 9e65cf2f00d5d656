"""Who scales better is told from planted losses as it was planted, with an interval that holds it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.training.rivals import BUDGETS, SIZES, margin

CELLS = [(size, budget) for size in SIZES for budget in BUDGETS]


def losses(size_power: float, token_power: float) -> np.ndarray:
    values = [(d * w**2) ** -size_power * n**-token_power for (d, w), n in CELLS]
    return 10 * np.array(values)


def test_a_planted_gain_is_found() -> None:
    """Ten times the computing: 10^1/2 of size, 10^1/2 of tokens."""
    gain, half = margin(losses(0.05, 0.10), losses(0.03, 0.08), CELLS)
    assert gain == pytest.approx(0.04 * np.log(10) / 2) and half < 1e-9


def test_an_interval_holds_what_noise_hides() -> None:
    draw = np.random.default_rng(1)
    hits = 0
    for _ in range(200):
        noise = np.exp(draw.normal(0, 0.02, (2, len(CELLS))))
        gain, half = margin(losses(0.05, 0.1) * noise[0], losses(0.05, 0.1) * noise[1], CELLS)
        hits += abs(gain) <= half
    assert 180 <= hits <= 199  # 95 %

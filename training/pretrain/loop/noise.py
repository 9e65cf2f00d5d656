"""The gradient-noise scale (McCandlish 2018): about the batch from which on a larger one gains little, in targets.

It comes from the norm of the gradient of one micro-batch beside that of the whole batch, which accumulation has for
nothing. Numerator and denominator are averaged apart over the lines of a run: one draw may be negative.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from training.pretrain.loop.guard import Guard
from training.pretrain.loop.optimizer import whole


class Noise:
    """Watches the gradients of a run, where `on`."""

    def __init__(self, on: bool = False) -> None:
        self.on = on
        self._micro_batches = 1
        self._one: Tensor | None = None
        self._all: Tensor | None = None

    def after(self, number: int, of: int, model: nn.Module, guard: Guard) -> None:
        """Looks at the gradient after the micro-batch `number` of a step."""
        if not self.on or of < 2 or number not in (1, of):
            return
        gradients = [w.grad for w in model.parameters() if w.grad is not None]
        norm = whole(torch.nn.utils.get_total_norm(gradients)) / guard.state["scale"]
        if number == 1:
            self._one = norm * of  # as if it were the whole
        else:
            self._all, self._micro_batches = norm, of

    def figures(self, targets: int) -> dict[str, Any]:
        """The squared norm of the true gradient, and the trace of its covariance over single targets."""
        if self._one is None or self._all is None:
            return {}
        small, large = float(self._one) ** 2, float(self._all) ** 2
        few = targets / self._micro_batches
        square = (targets * large - few * small) / (targets - few)
        trace = (small - large) / (1 / few - 1 / targets)
        return {"gradient_square": square, "gradient_trace": trace}


def noise_scale(lines: list[dict[str, Any]]) -> float | None:
    """The scale over the lines of a curve, None where they do not say."""
    draws = [(x["gradient_trace"], x["gradient_square"]) for x in lines if "gradient_trace" in x]
    trace, square = (sum(column) for column in zip(*draws, strict=True)) if draws else (0.0, 0.0)
    return round(trace / square, 1) if square > 0 and trace > 0 else None

"""AdamW with the field's parameter groups, and the learning rate as a function of the step."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch

from training.models.model import Model

BETAS = (0.9, 0.95)


def adamw(model: Model, weight_decay: float) -> torch.optim.AdamW:
    """Decays the matrices of the layers; neither the norms nor the embedding (OLMo)."""
    kinds = model.groups()
    plain = [*kinds["embeddings"].values(), *kinds["vectors"].values()]
    groups = [
        {"params": list(kinds["matrices"].values()), "weight_decay": weight_decay},
        {"params": plain, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=0.0, betas=BETAS, fused=True)


def learning_rate_for(matrices: int, batch: int) -> float:
    """The peak rate for a number of parameters without the embedding and a batch of so many tokens.

    0.0047 / 2 (N / 108e6)^(-1/3) at a batch of 327,680 (N / 108e6)^(2/3) tokens (the ladder of
    OLMo-core, wsds_chinchilla_run_configurator.py); in a smaller batch times the root of its share.
    """
    size = matrices / 108e6
    peak = 0.0047 / 2 * size ** (-1 / 3)
    share = batch / (327_680 * size ** (2 / 3))
    return float(f"{peak * min(1.0, share) ** 0.5:.3g}")


def schedule(
    kind: str, peak: float, steps: int, warmup: float, decay: float
) -> Callable[[int], float]:
    """The rate of step 0 .. steps-1. `warmup` and `decay` are shares of the steps.

    `wsd`: up linearly, constant, down linearly to zero over the last `decay`. `cosine`: up linearly,
    then half a cosine down to a tenth of the peak.
    """
    rising = max(1, round(warmup * steps))
    falling = max(1, round(decay * steps))

    def rate(step: int) -> float:
        if step < rising:
            return peak * (step + 1) / rising
        if kind == "wsd":
            return peak * min(1.0, (steps - step) / falling)
        done = (step - rising) / max(1, steps - rising)
        return peak * (0.1 + 0.45 * (1 + math.cos(math.pi * done)))

    return rate

"""The rates that a size asks for, and the rate as a function of the step."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass

from training.models.model import Model
from training.pretrain.params import Training

log = logging.getLogger(__name__)
# How far above a published rate one is told of: sweeps of small models find the best within a factor of ten, and
# losses that run away beyond (Wortsman 2023, "Small-scale proxies for large-scale Transformer training instabilities").
UNUSUAL = 10
LARGE = 1 << 30  # tokens of the largest batch


@dataclass(frozen=True)
class Rates:
    """The peak rates: of the matrices, and of embeddings and vectors, which AdamW steps."""

    matrices: float
    others: float


def rates_of(params: Training, model: Model, batch: int) -> Rates:
    """The peak rates of a training with a batch of so many tokens: those of the recipe, else those of the size."""
    own = rates_for(params.optimizer, model.sizes()["matrices"], model.shape.width, batch)
    matrices = params.learning_rate or own.matrices
    others = matrices if params.optimizer == "adamw" and params.learning_rate else own.others
    return Rates(matrices, params.embedding_rate or others)


def warn_of_rates(params: Training, model: Model) -> None:
    """Warns of a rate far above what the sources of `rates_for` train such a model with, in however large a batch."""
    sizes, width = model.sizes(), model.shape.width
    usual = rates_for(params.optimizer, sizes["matrices"], width, LARGE)
    for name, usual_rate in (
        ("learning_rate", usual.matrices),
        ("embedding_rate", usual.others),
    ):
        rate = getattr(params, name)
        if rate and rate > UNUSUAL * usual_rate:
            log.warning(
                "pretrain.%s %g is more than %d times %g, the rate published for such a model: it may not learn",
                *(name, rate, UNUSUAL, usual_rate),
            )


def rates_for(kind: str, matrices: int, width: int, batch: int) -> Rates:
    """The peak rates for a number of parameters without the embedding, a width and a batch of so many tokens.

    AdamW of the matrices: 0.0047 / 2 (N / 108e6)^(-1/3) at a batch of 327,680 (N / 108e6)^(2/3) tokens (the
    ladder of OLMo-core, wsds_chinchilla_run_configurator.py); in a smaller batch times the root of its share.
    Muon: 0.02, whatever the size (nanochat, at 524,288 tokens a batch; here at 1,024 too). The embedding, which is
    the head: 0.004 (768 / width)^(1/2) (nanochat's head).
    """
    others = 0.004 * (768 / width) ** 0.5
    if kind in ("muon", "normuon"):
        return Rates(0.02, float(f"{others:.3g}"))
    size = matrices / 108e6
    share = min(1.0, batch / (327_680 * size ** (2 / 3))) ** 0.5
    peak = float(f"{0.0047 / 2 * size ** (-1 / 3) * share:.3g}")
    return Rates(peak, peak if kind == "adamw" else float(f"{others:.3g}"))


def schedule(kind: str, steps: int, warmup: float, decay: float) -> Callable[[int], float]:
    """The share of the peak at step 0 .. steps-1. `warmup` and `decay` are shares of the steps.

    `wsd`: up linearly, constant, down linearly to zero over the last `decay`. `cosine`: up linearly,
    then half a cosine down to a tenth of the peak. `constant`: up linearly, and on.
    """
    rising = max(1, round(warmup * steps))
    falling = max(1, round(decay * steps))

    def share(step: int) -> float:
        if step < rising:
            return (step + 1) / rising
        if kind == "constant":
            return 1.0
        if kind == "wsd":
            return min(1.0, (steps - step) / falling)
        done = (step - rising) / max(1, steps - rising)
        return 0.1 + 0.45 * (1 + math.cos(math.pi * done))

    return share

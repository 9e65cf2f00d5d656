"""How much of each domain a run reads: weights flattened by a temperature, under bounds on tokens and repetition.

A share is a whole number of PATTERN draws, so that what a run draws of a domain is known before it begins, to the
block. A domain that is bounded gives what it can't take to the others, in proportion (water-filling).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import TahonaError
from training.streams.blocks import PATTERN, Blocks


def flattened(weights: Mapping[str, float], temperature: float) -> dict[str, float]:
    """Shares w^(1/T), which sum to 1: T above 1 brings small domains nearer to large ones (Arivazhagan et al. 2019)."""
    logs = np.log(np.array(list(weights.values()), float)) / temperature
    shares = np.exp(logs - logs.max())
    return dict(zip(weights, (shares / shares.sum()).tolist(), strict=True))


def bounded(
    blocks: Callable[[Mapping[str, float]], Blocks],
    shares: Mapping[str, float],
    most: Mapping[str, float],
    steps: int,
) -> Blocks:
    """The blocks of a mix by shares of which the first `steps` steps draw no more than `most` blocks of a domain.

    `blocks` gives those of given shares. A TahonaError where the bounds leave fewer blocks than the steps read.
    """
    names = sorted(shares)
    wanted = np.array([shares[name] for name in names])
    bounds = np.array([min(most.get(name, np.inf), 2.0**62) for name in names]) // 1
    mix = blocks(shares)
    drawn = mix.drawn(steps)
    total = int(drawn.sum())
    room = np.minimum(PATTERN, bounds * PATTERN // total).astype(np.int64)
    while (drawn > bounds).any():
        counts = _filled(wanted, room)
        if counts is None:
            raise TahonaError(_refusal(dict(zip(names, bounds.tolist(), strict=True)), total, mix))
        mix = blocks(dict(zip(names, counts.tolist(), strict=True)))
        drawn = mix.drawn(steps)
        room = np.where(drawn > bounds, counts - 1, room)
    return mix


def _filled(shares: NDArray[np.float64], room: NDArray[np.int64]) -> NDArray[np.float64] | None:
    """Draws of PATTERN in proportion to shares, none over its room; None where there is no such thing."""
    if room.min() < 1 or room.sum() < PATTERN:
        return None
    full = np.zeros(len(shares), bool)
    while True:
        left = PATTERN - room[full].sum()
        draws = np.where(full, room, 0.0)
        draws[~full] = shares[~full] / shares[~full].sum() * left if not full.all() else 0
        over = ~full & (draws > room)
        if not over.any():
            return draws
        full |= over


def _refusal(bounds: Mapping[str, float], total: int, mix: Blocks) -> str:
    """Why a run of `total` blocks can't be drawn under bounds in blocks: one is too small, or all together are."""
    name, least = min(bounds.items(), key=lambda item: item[1])
    draw = -(-total // PATTERN)  # blocks: of a domain that is read at all, one draw in PATTERN
    if sum(bounds.values()) >= total and least < draw:
        return (
            f"the bounds leave {int(least) * mix.context:,} tokens of {name}, in whole sequences, and a domain of a "
            f"mix gives at least {draw * mix.context:,} of this run: set its `budgets` or `repeats` higher, "
            "or leave it out by `weights`"
        )
    left = f"{int(sum(bounds.values())) * mix.context:,}"
    return (
        f"the bounds on the domains leave {left} tokens, and the run reads "
        f"{total * mix.context:,}: give it fewer, or set `budgets` or `repeats` higher"
    )

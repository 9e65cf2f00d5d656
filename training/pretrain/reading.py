"""What a run reads: the blocks of its token files, as its parameters mix them, and how many steps it makes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from training.blocks import Blocks, Stream
from training.mixture import bounded, flattened
from training.pretrain.params import Training
from training.shard.megatron import Sequences

TOGETHER = "all domains"  # the one pool of a run that mixes none


def blocks_of(params: Training, files: Sequence[Sequences], context: int) -> Blocks:
    """The blocks of the files of `params.domains`, in their order."""
    streams = {name: Stream(pool) for name, pool in _pools(params, files).items()}
    assert params.batch is not None  # the plan sets it
    rows = max(1, params.batch // context)

    def blocks(shares: Mapping[str, float], ramp: int = 0) -> Blocks:
        return Blocks(streams, shares, context, rows, params.seed, ramp)

    shares: Mapping[str, float] = params.weights or {n: s.size for n, s in streams.items()}
    if params.temperature != 1:
        shares = flattened(shares, params.temperature)
    mix = blocks(shares)
    steps = steps_of(params, mix)
    ramp = round(params.ramp * steps)
    most = {
        name: min(
            params.budgets.get(name, math.inf) / context,
            int(size) * (params.repeats or math.inf),
        )
        for name, size in zip(mix.names, mix.sizes, strict=True)
    }
    if params.budgets or params.repeats:
        return bounded(lambda of: blocks(of, ramp), shares, most, steps)
    return blocks(shares, ramp) if ramp else mix


def pool_of(params: Training, domain: str) -> str | None:
    """The pool that a domain is read in; None where it is read in none."""
    mixed = params.weights or params.temperature != 1 or params.budgets or params.repeats
    if params.weights and domain not in params.weights:
        return None
    return domain if mixed else TOGETHER


def steps_of(params: Training, blocks: Blocks) -> int:
    """Steps that spend the budget, at least one; those of a ramp read three eighths of a whole batch."""
    if params.steps:
        return params.steps
    tokens = params.tokens or (params.epochs or 0) * int(blocks.sizes.sum()) * blocks.context
    return max(1, round(tokens / (blocks.rows * blocks.context) / (1 - 0.625 * params.ramp)))


def _pools(params: Training, files: Sequence[Sequences]) -> dict[str, list[Sequences]]:
    pools: dict[str, list[Sequences]] = {name: [] for name in params.weights}
    for domain, file in zip(params.domains, files, strict=True):
        if pool := pool_of(params, domain):
            pools.setdefault(pool, []).append(file)
    return pools

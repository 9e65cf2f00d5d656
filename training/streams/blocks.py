"""The blocks of tokens that a training step reads, as a pure function of (seed, step) over the token files.

The tokens of a pool (all domains together, or one domain of a mix) are one stream, cut into fixed
blocks of `context` tokens (`stream.py`) or packed into them (`packing.py`); a block is read with one token more,
so inputs and targets are both whole. A pool's blocks are shuffled anew each epoch by a keyed permutation, and
each is seen once in an epoch. Nothing is iterated, so nothing is rewound: to go on after a stop is to ask for the
next step.
Documents follow one another in a block, separated by the end-of-document id; attention sees across.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import TahonaError
from training.streams.chance import key
from training.streams.permutation import Permutation
from training.streams.stream import Stream

PATTERN = 1024  # draws over which the shares of a mix are exact


class Origins(NamedTuple):
    """Where the tokens of some rows come from: what the noise of an objective is a function of.

    `pools` and `epochs` (rows, 1); `documents`, their number in the pool, and `positions`, the place of
    a token in its document, (rows, tokens).
    """

    pools: NDArray[np.int64]
    epochs: NDArray[np.int64]
    documents: NDArray[np.int64]
    positions: NDArray[np.int64]


class Blocks:
    """Blocks of `context` tokens from pools that are mixed by `shares` (they are normalised here).

    A pool of share w gives w of every 1024 draws, to the nearest draw, in an order keyed by the seed;
    its own blocks come in epochs. A step draws `rows` of them; of the first `ramp` steps, half a quarter of that and
    half a half. `sizes` counts the blocks of each pool.
    """

    def __init__(
        self,
        pools: Mapping[str, Stream],
        shares: Mapping[str, float],
        context: int,
        rows: int,
        seed: int,
        ramp: int = 0,
    ) -> None:
        self.context, self.rows, self.seed = context, rows, seed
        # How many steps draw how many rows: all later ones draw `rows`.
        self._ramp = [(ramp // 2, max(1, rows // 4)), (ramp - ramp // 2, max(1, rows // 2))]
        self.names = sorted(pools)
        self.streams = [pools[name] for name in self.names]
        self.sizes = np.array([stream.blocks(context) for stream in self.streams], np.int64)
        for name, blocks, stream in zip(self.names, self.sizes, self.streams, strict=True):
            if not blocks:
                raise TahonaError(
                    f"{name} has {stream.size} tokens to train on, fewer than one block of "
                    f"{context + 1}: add documents or set pretrain.context lower"
                )
        self._counts = _counts([shares[name] for name in self.names])
        self._pattern: tuple[int, NDArray[np.int64], NDArray[np.int64]] | None = None

    def __call__(self, step: int) -> NDArray[np.int64]:
        """The ids of a step: (rows, context + 1), since a block comes with the token after it."""
        pools, _, blocks = self.places(self._draws(step))
        return np.stack(
            [
                self.streams[pool].block(block, self.context)
                for pool, block in zip(pools.tolist(), blocks.tolist(), strict=True)
            ]
        )

    def origins(self, step: int) -> Origins:
        """Where the ids of a step come from."""
        pools, epochs, blocks = self.places(self._draws(step))
        rows = [
            self.streams[pool].origins(block, self.context)
            for pool, block in zip(pools.tolist(), blocks.tolist(), strict=True)
        ]
        documents, positions = (np.stack(column) for column in zip(*rows, strict=True))
        return Origins(pools[:, None], epochs[:, None], documents, positions)

    def places(
        self, draws: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The pool, the epoch and the block of each draw (step * rows + row): arrays of the shape (n)."""
        periods, slots = np.divmod(draws, PATTERN)
        pools, samples, blocks = (np.empty_like(draws) for _ in range(3))
        for period in np.unique(periods).tolist():
            here = periods == period
            pattern, ranks = self._pattern_of(period)
            pools[here] = pattern[slots[here]]
            samples[here] = period * self._counts[pools[here]] + ranks[slots[here]]
        epochs, at = np.divmod(samples, self.sizes[pools])
        for pool, epoch in sorted(set(zip(pools.tolist(), epochs.tolist(), strict=True))):
            here = (pools == pool) & (epochs == epoch)
            seed = key(self.seed, self.names[pool], epoch)
            blocks[here] = Permutation(int(self.sizes[pool]), seed)(at[here])
        return pools, epochs, blocks

    def tokens(self, steps: int) -> int:
        """The tokens of the first so many steps."""
        return self._drawn(steps) * self.context

    def steps_of(self, pool: int, begin: int, end: int, steps: int) -> NDArray[np.int64]:
        """Which of the first so many steps read a token of [begin, end) of a pool's files, in order."""
        blocks = self.streams[pool].reading(begin, end, self.context)
        size, count = int(self.sizes[pool]), int(self._counts[pool])
        drawn = int(self.drawn(steps)[pool])
        draws = []
        for epoch in range(-(-drawn // size)):
            order = Permutation(size, key(self.seed, self.names[pool], epoch))
            samples = epoch * size + order.inverse(blocks)
            for sample in samples[samples < drawn].tolist():
                period, rank = divmod(sample, count)
                pattern, ranks = self._pattern_of(period)
                slot = int(np.flatnonzero((pattern == pool) & (ranks == rank))[0])
                draws.append(period * PATTERN + slot)
        return np.unique(self._step_of(np.array(draws, np.int64)))

    def _step_of(self, draws: NDArray[np.int64]) -> NDArray[np.int64]:
        """The step that takes each draw."""
        steps, first, begun = np.full(len(draws), -1), 0, 0
        for number, rows in (*self._ramp, (None, self.rows)):
            here = draws >= begun
            steps[here] = first + (draws[here] - begun) // rows
            if number is not None:
                first, begun = first + number, begun + number * rows
        return steps

    def drawn(self, steps: int) -> NDArray[np.int64]:
        """How many blocks of each pool the first so many steps draw, in the order of `names`."""
        periods, rest = divmod(self._drawn(steps), PATTERN)
        pattern, _ = self._pattern_of(periods)
        return periods * self._counts + np.bincount(pattern[:rest], minlength=len(self.names))

    def _drawn(self, steps: int) -> int:
        """The draws of the first so many steps."""
        drawn = 0
        for number, rows in self._ramp:
            drawn, steps = drawn + min(steps, number) * rows, steps - min(steps, number)
        return drawn + steps * self.rows

    def _draws(self, step: int) -> NDArray[np.int64]:
        return np.arange(self._drawn(step), self._drawn(step + 1))

    def _pattern_of(self, period: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of each draw of a period: its pool, and how many draws of that pool came before it there."""
        if self._pattern is None or self._pattern[0] != period:
            ordered = np.repeat(np.arange(len(self.names)), self._counts)
            order = Permutation(PATTERN, key(self.seed, "mix", period))(np.arange(PATTERN))
            pools, ranks = ordered[order], np.zeros(PATTERN, dtype=np.int64)
            for pool, count in enumerate(self._counts):
                ranks[pools == pool] = np.arange(count)
            self._pattern = (period, pools, ranks)
        return self._pattern[1:]


def _counts(shares: Sequence[float]) -> NDArray[np.int64]:
    """Draws of each pool in a period: largest remainders, at least one; they add up to PATTERN."""
    exact = np.array(shares, dtype=float) / sum(shares) * PATTERN
    counts = np.maximum(1, np.floor(exact)).astype(np.int64)
    while counts.sum() != PATTERN:
        if counts.sum() < PATTERN:
            counts[np.argmax(exact - counts)] += 1
        else:
            counts[np.argmax(np.where(counts > 1, counts - exact, -np.inf))] -= 1
    return counts

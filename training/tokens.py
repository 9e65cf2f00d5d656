"""The batch of a training step as a pure function of (seed, step) over the token files.

The tokens of a pool (all domains together, or one domain of a mix) are one stream, cut into fixed
blocks of `context` tokens; a block is read with the token after it, so inputs and targets are both
whole. A pool's blocks are shuffled anew each epoch by a keyed permutation, and each is seen once in an
epoch. Nothing is iterated, so nothing is rewound: to go on after a stop is to ask for the next step.
Documents follow one another in a block, parted by the end-of-document id; attention sees across.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import TahonaError
from training.megatron import Sequences
from training.permutation import Permutation, key

PATTERN = 1024  # draws over which the shares of a mix are exact


class Stream:
    """The tokens of several files, one after another. `size` counts them."""

    def __init__(self, files: Sequence[Sequences]) -> None:
        self.files = [f for f in files if len(f.tokens)]
        self._ends = np.cumsum([len(f.tokens) for f in self.files], dtype=np.int64)
        self.size = int(self._ends[-1]) if self.files else 0

    def read(self, start: int, length: int) -> NDArray[np.int64]:
        """`length` ids from the token `start` on."""
        number = int(np.searchsorted(self._ends, start, side="right"))
        parts = []
        while length > 0:
            held = self.files[number].tokens
            at = start - (int(self._ends[number]) - len(held))
            part = held[at : at + length]
            parts.append(part)
            start, length, number = start + len(part), length - len(part), number + 1
        return np.concatenate(parts).astype(np.int64)


class Batches:
    """Batches of `rows` blocks from pools that are mixed by `shares` (they are normalised here).

    A pool of share w gives w of every 1024 draws, to the nearest draw, in an order keyed by the seed;
    its own blocks come in epochs. `blocks` counts the blocks of each pool.
    """

    def __init__(
        self,
        pools: Mapping[str, Stream],
        shares: Mapping[str, float],
        context: int,
        rows: int,
        seed: int,
    ) -> None:
        self.context, self.rows, self.seed = context, rows, seed
        self.names = sorted(pools)
        self.streams = [pools[name] for name in self.names]
        self.blocks = [max(0, (stream.size - 1) // context) for stream in self.streams]
        for name, blocks, stream in zip(self.names, self.blocks, self.streams, strict=True):
            if not blocks:
                raise TahonaError(
                    f"{name} has {stream.size} tokens to train on, fewer than one block of "
                    f"{context + 1}: add documents or set pretrain.context lower"
                )
        self._counts = _counts([shares[name] for name in self.names])
        self._pattern: tuple[int, NDArray[np.int64], NDArray[np.int64]] | None = None

    def __call__(self, step: int) -> NDArray[np.int64]:
        """The batch of a step: ids (rows, context + 1); inputs are [:, :-1], targets [:, 1:]."""
        picked = [self.place(draw) for draw in range(step * self.rows, (step + 1) * self.rows)]
        return np.stack(
            [
                self.streams[pool].read(block * self.context, self.context + 1)
                for pool, block in picked
            ]
        )

    def place(self, draw: int) -> tuple[int, int]:
        """The pool and the block of a draw (step * rows + row)."""
        period, slot = divmod(draw, PATTERN)
        pools, ranks = self._pattern_of(period)
        pool = int(pools[slot])
        sample = period * self._counts[pool] + int(ranks[slot])
        epoch, at = divmod(sample, self.blocks[pool])
        shuffle = Permutation(self.blocks[pool], key(self.seed, self.names[pool], epoch))
        return pool, int(shuffle(np.array([at]))[0])

    def _pattern_of(self, period: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of each draw of a period: its pool, and how many draws of that pool came before it there."""
        if self._pattern is None or self._pattern[0] != period:
            ordered = np.repeat(np.arange(len(self._counts)), self._counts)
            order = Permutation(PATTERN, key(self.seed, "mix", period))(np.arange(PATTERN))
            pools, ranks = ordered[order], np.zeros(PATTERN, dtype=np.int64)
            for pool, count in enumerate(self._counts):
                ranks[pools == pool] = np.arange(count)
            self._pattern = (period, pools, ranks)
        return self._pattern[1:]


def _counts(shares: Sequence[float]) -> list[int]:
    """Draws of each pool in a period: largest remainders, at least one; they add up to PATTERN."""
    exact = np.array(shares, dtype=float) / sum(shares) * PATTERN
    counts = np.maximum(1, np.floor(exact)).astype(int)
    for pool in np.argsort(counts - exact, kind="stable")[: max(0, PATTERN - counts.sum())]:
        counts[pool] += 1
    while counts.sum() > PATTERN:
        counts[np.argmax(counts - exact)] -= 1
    return [int(count) for count in counts]

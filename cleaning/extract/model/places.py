"""Where the blocks of a page stand: in it, in its containers, to its title and its prose; compiled loops, which write
columns of the matrix of `features.py`.

What hangs on a whole number alone comes from tables (`logarithms`, `fading`), which numpy fills: a logarithm of another
library might differ in its last bit, and trees ask for exact numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning.text.batch import Ints
from pipeline.compiled import bare

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

PLACES, AROUND, OF_BLOCKS, TO_PROSE = 4, 4, 8, 5  # columns; the second of each level
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2^64 by the golden ratio


def logarithms(count: int) -> Doubles:
    """log(1 + i) of so many whole numbers."""
    return np.log1p(np.arange(count))


def fading(count: int) -> tuple[Floats, Floats]:
    """exp(-i / 10) and log(1 + i) of so many whole numbers."""
    index = np.arange(count, dtype=np.float32)
    return np.exp(-index / 10), np.log1p(index)


@bare
def titled(kind: Ints, h1: int, h2: int, logs: Floats, column: int, out: Floats) -> None:
    """Behind the share of words that a block has in common with the title (at `column`): whether the block that is the
    title most is not below it, and how far away.
    """
    best, most = 0, -1.0
    for block in range(len(kind)):
        is_h1, is_h2 = kind[block] == h1, kind[block] == h2
        value = np.float64(out[block, column]) + (0.3 if is_h1 or is_h2 else 0.0)
        value += 0.3 if is_h1 else 0.0
        if value > most:
            best, most = block, value
    known = 1.0 if most > 0.3 else 0.0
    weight = np.float32(known / 5)
    for block in range(len(kind)):
        distance = block - best
        far = logs[abs(distance)]
        out[block, column + 1] = known if distance >= 0 else 0.0
        out[block, column + 2] = weight * (far if distance >= 0 else -far)


@bare
def placed(
    size: Ints, fading: Floats, long: int, linked: Ints, sums: Doubles, column: int, out: Floats
) -> None:
    """How far down the page each block stands, by blocks and by characters, and how near its beginning and its end.

    Fills `sums` [4, n + 1], up to each block, of its characters, of those in links, of those of long blocks and of its
    prose, which is long and hardly linked.
    """
    n = len(size)
    total = np.float32(0)
    sums[:, 0] = 0
    for block in range(n):
        characters, in_links = np.float32(max(size[block], 1)), np.float32(linked[block])
        is_long = characters >= long
        is_prose = is_long and in_links * np.float32(3) < characters
        total += characters
        out[block, column + 1] = total
        sums[0, block + 1] = sums[0, block] + characters
        sums[1, block + 1] = sums[1, block] + in_links
        sums[2, block + 1] = sums[2, block] + (characters if is_long else np.float32(0))
        sums[3, block + 1] = sums[3, block] + (characters if is_prose else np.float32(0))
    for block in range(n):
        out[block, column] = np.float32(block) / np.float32(n)
        out[block, column + 1] /= total
        out[block, column + 2] = fading[block]
        out[block, column + 3] = fading[n - 1 - block]


@bare
def above(
    at: Ints,
    parent: Ints,
    first: Ints,
    last: Ints,
    look: Ints,
    steps: Ints,
    levels: int,
    sums: Doubles,
    logs: Doubles,
    known: Any,
    alike: Ints,
    column: int,
    out: Floats,
) -> None:
    """Of the containers `steps` levels up: share of the page, of links, of long blocks, and how many blocks; of those
    up to `levels` levels up how many of their siblings look alike, as cards and posts do.

    To work in: `known` and `alike`, zeros, of a power of two that is more than there are containers.
    """
    looks = 0
    for container in range(len(look)):
        looks = max(looks, look[container])
    for container in range(len(look)):
        alike[_slot((parent[container] + 1) * (looks + 1) + look[container] + 1, known)] += 1
    n = len(at)
    after = column + AROUND * len(steps)
    for block in range(n):
        container, step = at[block], 0
        for level in range(max(steps[-1] + 1, levels)):
            if step < len(steps) and steps[step] == level:
                begin = first[max(container, 0)]
                end = max(last[max(container, 0)], begin + 1)
                inside = max(sums[0, end] - sums[0, begin], 1.0)
                i = column + AROUND * step
                out[block, i] = inside / sums[0, n]
                out[block, i + 1] = (sums[1, end] - sums[1, begin]) / inside
                out[block, i + 2] = (sums[2, end] - sums[2, begin]) / inside
                out[block, i + 3] = logs[end - begin] / 5
                step += 1
            if level < levels:
                others = 0
                if container >= 0:
                    key = (parent[container] + 1) * (looks + 1) + look[container] + 1
                    others = alike[_slot(key, known)] - 1
                out[block, after + level] = logs[others] / 3
            container = parent[container] if container >= 0 else -1


@bare
def _slot(key: int, known: Any) -> Any:
    """Where a key stands in a table, in which it is put where it doesn't."""
    mask = len(known) - 1
    slot = np.int64((np.uint64(key) * _MULTIPLIER) >> np.uint64(32)) & mask
    while known[slot] and known[slot] != key:
        slot = (slot + 1) & mask
    known[slot] = key
    return slot


@bare
def to_prose(sums: Doubles, logs: Doubles, column: int, out: Floats) -> None:
    """Where a block stands to the prose of the page: before, in or behind it, how far, and how much is above."""
    n = len(out)
    whole = np.float32(sums[3, n])
    if not whole:
        for block in range(n):
            for i in range(TO_PROSE):
                out[block, column + i] = 0
        return
    # Its beginning and end by characters, that one paragraph far away moves neither.
    first, last = n, n
    for block in range(n):
        share = np.float32(sums[3, block + 1]) / whole
        out[block, column + 2] = share
        if first == n and share >= 0.05:
            first = block
        if last == n and share >= 0.95:
            last = block
    for block in range(n):
        out[block, column] = block < first
        out[block, column + 1] = block > last
        after_first, after_last = logs[abs(block - first)] / 5, logs[abs(block - last)] / 5
        out[block, column + 3] = after_first if block >= first else -after_first
        out[block, column + 4] = after_last if block >= last else -after_last

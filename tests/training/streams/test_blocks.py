"""The blocks of a step are a function of (seed, step): every block once an epoch, in the shares that were asked for."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.errors import TahonaError
from tests.examples import examples
from training.streams.blocks import PATTERN, Blocks
from training.streams.chance import key
from training.streams.permutation import Permutation
from training.streams.stream import Stream


class Document:
    """A token file of one document."""

    starts = np.zeros(1, dtype=np.int64)

    def __init__(self, tokens: np.ndarray) -> None:
        self.tokens, self.size = tokens, len(tokens)

    def __len__(self) -> int:
        return 1


def stream(*sizes: int, first: int = 0) -> Stream:
    files: list[Any] = []
    for size in sizes:
        files.append(Document(np.arange(first, first + size, dtype=np.int32)))
        first += size
    return Stream(files)


@examples(100)
@given(st.integers(1, 3000), st.integers(0, 2**63))
def test_a_permutation_is_a_bijection(size: int, seed: int) -> None:
    image = Permutation(size, seed)(np.arange(size))
    assert sorted(image.tolist()) == list(range(size))


def test_permutations_of_other_seeds_are_other_orders() -> None:
    orders = {tuple(Permutation(50, key(1, "pool", e))(np.arange(50))) for e in range(100)}
    assert len(orders) == 100


def test_a_permutation_mixes_evenly() -> None:
    places = np.array([Permutation(10, seed)(np.arange(10)) for seed in range(4000)])
    counts = np.array([np.bincount(places[:, i], minlength=10) for i in range(10)])
    assert counts.min() > 320 and counts.max() < 480  # expected 400, deviation 19


@examples(60)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.data())
def test_a_stream_reads_across_files(sizes: list[int], data: st.DataObject) -> None:
    total = sum(sizes)
    start = data.draw(st.integers(0, max(0, total - 1)))
    length = data.draw(st.integers(0, total - start))
    if total and length:
        assert stream(*sizes).read(start, length).tolist() == list(range(start, start + length))


@pytest.mark.parametrize(("size", "rows"), [(8 * 37 + 1, 5), (8 * 2600 + 7, 64)])
def test_every_block_is_seen_once_an_epoch(size: int, rows: int) -> None:
    batches = Blocks({"all": stream(size)}, {"all": 1.0}, context=8, rows=rows, seed=3)
    blocks = batches.sizes[0]
    for epoch in range(2):
        _, _, seen = batches.places(np.arange(epoch * blocks, (epoch + 1) * blocks))
        assert sorted(seen.tolist()) == list(range(blocks))


def test_a_batch_depends_on_nothing_but_seed_and_step() -> None:
    def batches(seed: int) -> Blocks:
        pools = {"b": stream(3000), "a": stream(700, 300, first=10_000)}
        return Blocks(pools, {"a": 1, "b": 3}, context=16, rows=4, seed=seed)

    forwards = [batches(1)(step) for step in range(600)]
    again = batches(1)
    for step in (599, 0, 300, 256, 255):
        assert (again(step) == forwards[step]).all()
    assert forwards[0].shape == (4, 17)
    assert any((batches(2)(step) != forwards[step]).any() for step in range(3))
    for batch in forwards[:20]:
        assert (np.diff(batch, axis=1) == 1).all()  # whole, consecutive blocks


@examples(40)
@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=7))
@example([43.0, 0.03125, 0.01])  # two pools that have less than one draw each
def test_shares_are_exact_to_a_draw_in_a_period(shares: list[float]) -> None:
    pools = {f"p{i}": stream(100) for i in range(len(shares))}
    wanted = {f"p{i}": share for i, share in enumerate(shares)}
    batches = Blocks(pools, wanted, context=4, rows=1, seed=1)
    counts = Counter(batches.places(np.arange(PATTERN, 2 * PATTERN))[0].tolist())
    assert sum(counts.values()) == PATTERN
    for pool, share in enumerate(shares):
        exact = share / sum(shares) * PATTERN
        assert counts[pool] >= 1 and abs(counts[pool] - exact) < len(shares)


def test_a_mixed_pool_keeps_its_own_epochs() -> None:
    pools = {"big": stream(4001), "small": stream(201)}
    batches = Blocks(pools, {"big": 1, "small": 1}, context=4, rows=1, seed=1)
    drawn, _, blocks = batches.places(np.arange(1000))
    seen = blocks[drawn == 1].tolist()
    assert len(seen) > 400
    for epoch in range(len(seen) // 50):
        assert sorted(seen[epoch * 50 : epoch * 50 + 50]) == list(range(50))


def test_too_little_text_is_a_clear_error() -> None:
    with pytest.raises(TahonaError, match=r"legal has 9 tokens .* fewer than one block of 17"):
        Blocks({"legal": stream(9)}, {"legal": 1.0}, context=16, rows=1, seed=1)


def test_a_batch_grows_and_no_block_is_left_out() -> None:
    plain, growing = (
        Blocks({"all": stream(200, 300)}, {"all": 1.0}, 8, 8, 3, ramp) for ramp in (0, 4)
    )
    rows = [len(growing(step)) for step in range(6)]
    assert rows == [2, 2, 4, 4, 8, 8] and growing.tokens(6) == sum(rows) * 8
    first = np.concatenate([growing(step) for step in range(6)])
    assert np.array_equal(first[:24], np.concatenate([plain(step) for step in range(3)]))


@examples(40)
@given(st.integers(0, 2**31), st.integers(0, 8), st.integers(1, 60), st.data())
def test_the_steps_that_read_a_token_are_told(
    seed: int, ramp: int, steps: int, data: st.DataObject
) -> None:
    pools = {"b": stream(700), "a": stream(90, 61, first=10_000)}
    mix = Blocks(pools, {"a": 1, "b": 2}, context=16, rows=8, seed=seed, ramp=ramp)
    pool = data.draw(st.integers(0, 1))
    size = pools[mix.names[pool]].size
    begin = data.draw(st.integers(0, size - 1))
    end = data.draw(st.integers(begin + 1, min(size, begin + 40)))
    first = 10_000 * (pool == 0)
    wanted = set(range(first + begin, first + end))
    reading = [step for step in range(steps) if wanted & set(mix(step).ravel().tolist())]
    assert mix.steps_of(pool, begin, end, steps).tolist() == reading


@given(st.integers(1, 3000), st.integers(0, 2**63))
def test_a_permutation_has_an_inverse(size: int, seed: int) -> None:
    permutation = Permutation(size, seed)
    assert permutation.inverse(permutation(np.arange(size))).tolist() == list(range(size))

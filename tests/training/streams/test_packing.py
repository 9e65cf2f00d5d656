"""Every token of every copy of a document is read once an epoch or told as cut, however documents are laid out."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import TahonaError
from tests.examples import examples
from training.objectives.causal import Causal
from training.objectives.objective import IGNORED
from training.pretrain.data.reading import blocks_of, times
from training.pretrain.params import Training
from training.streams.blocks import Blocks
from training.streams.packing import Packed, best_fit
from training.streams.stream import HOLE, Repeated, Stream

END = 2


class Documents:
    """A token file of some documents: ids from `first` on, END at the end of each."""

    def __init__(self, lengths: Sequence[int], first: int) -> None:
        self.lengths = np.array(lengths, np.int32)
        self.starts = np.cumsum(self.lengths) - self.lengths
        self.tokens = np.arange(first, first + self.lengths.sum())
        self.tokens[self.starts + self.lengths - 1] = END
        self.size = len(self.tokens)

    def __len__(self) -> int:
        return len(self.lengths)


Lengths = list[list[int]]
LENGTHS = st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=8), min_size=1, max_size=3)
LAYOUTS = st.sampled_from(["plain", "repeated", "packed", "both"])


def laid_out(lengths: Lengths, layout: str, context: int) -> tuple[Stream, list[int]]:
    """A stream of files of documents, and how often each of their documents stands in it."""
    files: list[Any] = []
    for of in lengths:
        files.append(Documents(of, 100 + sum(map(len, lengths)) + 1000 * len(files)))
    count = sum(map(len, lengths))
    copies = [1 + n % 3 for n in range(count)] if layout in ("repeated", "both") else [1] * count
    stream = Repeated(files, np.array(copies)) if layout in ("repeated", "both") else Stream(files)
    return (Packed(stream, context) if layout in ("packed", "both") else stream), copies


@examples(150)
@given(LENGTHS, LAYOUTS, st.integers(4, 30))
def test_tokens_in_are_tokens_read_and_tokens_cut(
    lengths: Lengths, layout: str, context: int
) -> None:
    stream, copies = laid_out(lengths, layout, context)
    read: Counter[tuple[int, int]] = Counter()
    first = 0 if layout in ("plain", "repeated") else 1  # a packed block begins with one more
    for number in range(stream.blocks(context)):
        documents, positions = stream.origins(number, context)
        inside = slice(first, first + context)
        read.update(zip(documents[inside].tolist(), positions[inside].tolist(), strict=True))
    read.pop((HOLE, 0), None)
    assert set(read.values()) <= {1}
    cut = stream.unread(context)
    assert len(read) + int(cut.sum()) == int(stream.lengths.sum())
    each = [n for of in lengths for n in of]
    sizes = [n * c for n, c in zip(each, copies, strict=True)]
    parts = np.split(sizes, np.cumsum([len(of) for of in lengths])[:-1])
    assert stream.by_file(stream.lengths).tolist() == [part.sum() for part in parts]
    if layout in ("packed", "both"):
        assert not cut.any()
        split = Counter(
            document
            for number in range(stream.blocks(context))
            for document in set(stream.origins(number, context)[0][1:].tolist()) - {HOLE}
        )
        for document, blocks in split.items():
            assert blocks == -(-each[document % len(each)] // context)
        assert stream.cut(context) == sum(
            c for n, c in zip(each, copies, strict=True) if n > context
        )


@examples(100)
@given(LENGTHS, LAYOUTS, st.integers(4, 20), st.integers(1, 40), st.data())
def test_the_steps_that_read_a_token_are_told(
    lengths: Lengths, layout: str, context: int, steps: int, data: st.DataObject
) -> None:
    stream, _ = laid_out(lengths, layout, context)
    if not stream.blocks(context):
        return
    mix = Blocks({"all": stream}, {"all": 1.0}, context, rows=2, seed=5)
    total = sum(map(sum, lengths))
    begin = data.draw(st.integers(0, total - 1))
    end = data.draw(st.integers(begin + 1, min(total, begin + 30)))
    whole = np.concatenate([f.tokens for f in stream.files])
    starts = np.cumsum([0, *(n for of in lengths for n in of)])
    named = {
        (document, place - int(starts[document]))
        for place in range(begin, end)
        for document in [int(np.searchsorted(starts, place, side="right")) - 1]
    }
    count = len(starts) - 1
    reading = []
    for step in range(steps):
        origins = mix.origins(step)
        documents, places = origins.documents.ravel().tolist(), origins.positions.ravel().tolist()
        places_of = {(d % count, p) for d, p in zip(documents, places, strict=True) if d != HOLE}
        if places_of & named:
            reading.append(step)
        ids = mix(step).ravel().tolist()
        for d, p, i in zip(documents, places, ids, strict=True):
            assert i == (HOLE if d == HOLE else whole[starts[d % count] + p])
    assert mix.steps_of(0, begin, end, steps).tolist() == reading


@examples(100)
@given(st.lists(st.integers(1, 50), min_size=1, max_size=60))
def test_best_fit_is_that_of_the_plain_rule(sizes: list[int]) -> None:
    bins = best_fit(np.array(sizes, np.int32), 50)
    left: dict[int, tuple[int, int]] = {}  # by bin: its room, and since when, negative
    rule = [0] * len(sizes)
    for clock, item in enumerate(sorted(range(len(sizes)), key=lambda n: -sizes[n])):
        fit = [(*state, number) for number, state in left.items() if state[0] >= sizes[item]]
        room, _, rule[item] = min(fit, default=(50, 0, len(left)))
        left[rule[item]] = (room - sizes[item], -clock)
    assert bins.tolist() == rule  # the same bins as ever: a model made before is traced by them


def test_packing_needs_no_compiler() -> None:
    """Its import alone is most of the second in which a trace answers."""
    program = "import sys, training.pretrain.data.reading_steps; sys.exit('numba' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_nothing_is_learnt_where_a_packed_block_holds_nothing() -> None:
    stream, _ = laid_out([[7, 9, 3], [25, 5]], "packed", 10)
    mix = Blocks({"all": stream}, {"all": 1.0}, 10, rows=stream.blocks(10), seed=1)
    tokenizer: Any = type("Tokenizer", (), {"end": END})()
    batch = Causal(mix, tokenizer, 1, apart=True).batch(0)
    targets = batch.tensors["targets"].numpy()
    assert batch.count == 7 + 9 + 3 + 25 + 5 == (targets != IGNORED).sum()
    assert (batch.tensors["ids"].numpy() >= 0).all()
    read = sorted(targets[targets != IGNORED].tolist())
    assert read == sorted(int(i) for f in stream.files for i in f.tokens)


def test_copies_follow_the_size_of_the_cluster() -> None:
    # Of Italian, as FineWeb-2 tells it: no duplicate, once; 16 to 24, ten times; 145 documents or more, once.
    italian = {1: 1, 2: 3, 3: 4, 4: 5, 5: 6, 7: 7, 8: 8, 11: 9, 17: 10, 26: 9, 31: 8, 46: 7}
    italian |= {52: 6, 63: 5, 75: 4, 96: 3, 118: 2, 123: 3, 125: 2, 145: 1}
    sizes = np.array([1, 2, 6, 10, 16, 17, 25, 26, 124, 145, 9000])
    assert times(italian, sizes).tolist() == [1, 3, 6, 8, 9, 10, 10, 9, 3, 1, 1]
    assert times({}, sizes).tolist() == [1] * len(sizes)
    assert times({3: 2}, sizes).tolist() == [1, 1, *[2] * 9]


@pytest.mark.parametrize("layout", ["repeated", "packed", "both"])
def test_a_step_is_the_same_whatever_was_asked_before(layout: str) -> None:
    lengths = [[5, 9, 30, 2, 14] * 4, [8, 3, 3]]
    steps = [Blocks({"a": laid_out(lengths, layout, 12)[0]}, {"a": 1}, 12, 3, 7)(n) for n in (9, 0)]
    again = Blocks({"a": laid_out(lengths, layout, 12)[0]}, {"a": 1}, 12, 3, 7)
    assert (again(0) == steps[1]).all() and (again(9) == steps[0]).all()
    assert again(0).shape == (3, 13)


def test_a_bound_on_repetition_counts_the_copies() -> None:
    files: list[Any] = [Documents([30] * 20, 100), Documents([30] * 400, 1000)]
    options: dict[str, Any] = {"domains": ["few", "many"], "validation_domains": [], "batch": 64}
    options |= {"steps": 300, "weights": {"few": 1, "many": 1}, "upsample": {2: 4}}

    def passes(**more: Any) -> dict[str, float]:
        params = Training.model_validate(options | more)
        mix = blocks_of(params, files, 16, lambda number: np.full(len(files[number]), 2))
        return dict(zip(mix.names, (mix.drawn(300) / mix.sizes).tolist(), strict=True))

    assert passes()["few"] > 3  # of a stream in which each document stands four times
    assert max(passes(repeats=8).values()) <= 2
    with pytest.raises(TahonaError, match="set `budgets` or `repeats` higher"):
        passes(repeats=0.5)

"""What a mix draws of each domain: flattened by a temperature, never over its bounds, in proportion beside them."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest, Reference
from pipeline.model.stage import LocalFile
from tests.examples import examples
from tests.training.corpora import ALONE, file, manifest, run, shard
from tests.training.streams.test_blocks import stream
from training.inputs.inputs import token_files
from training.pretrain.data.reading import blocks_of, documents_of
from training.pretrain.data.reading_steps import steps_that_read
from training.pretrain.params import Training
from training.pretrain.publish.folder import card
from training.pretrain.stage import Pretrain
from training.shard.megatron import Sequences
from training.shard.stage import Shard
from training.streams.blocks import PATTERN, Blocks
from training.streams.mixture import bounded, flattened

SIZES = {"a": 8 * 40 + 1, "b": 8 * 400 + 1, "c": 8 * 4000 + 1}  # tokens: 40, 400, 4,000 blocks


def blocks(shares: dict[str, float]) -> Blocks:
    return Blocks({n: stream(SIZES[n]) for n in shares}, shares, context=8, rows=4, seed=2)


def gone(reference: Reference) -> Manifest | None:
    """No dataset behind a model is there any more."""
    return None


def test_a_temperature_brings_small_domains_nearer_to_large_ones() -> None:
    assert flattened({"a": 1, "b": 9}, 1) == pytest.approx({"a": 0.1, "b": 0.9})
    assert flattened({"a": 1, "b": 9}, 2) == pytest.approx({"a": 0.25, "b": 0.75})
    assert flattened({"a": 1e-300, "b": 1e300}, 100)["a"] > 0


@examples(60)
@given(
    st.fixed_dictionaries({name: st.floats(0.01, 10) for name in SIZES}),
    st.integers(1, 1200),
    st.fixed_dictionaries({name: st.integers(1, 5000) for name in SIZES}),
)
def test_no_domain_is_read_more_than_its_bound(
    weights: dict[str, float], steps: int, most: dict[str, int]
) -> None:
    plain = blocks(weights)
    try:
        mix = bounded(blocks, weights, most, steps)
    except TahonaError:
        # One draw in PATTERN is the least that a domain is given, and its place in the last period is chance.
        short = math.ceil(steps * 4 / PATTERN)
        assert min(most.values()) <= short or sum(most.values()) < steps * 4 * (1 + 60 / PATTERN)
        return
    drawn = mix.drawn(steps)
    assert drawn.sum() == steps * 4
    assert all(d <= most[n] for n, d in zip(mix.names, drawn, strict=True))
    pools = [mix.places(mix._draws(step))[0] for step in range(min(steps, 40))]
    counted = [sum(int((p == n).sum()) for p in pools) for n in range(3)]
    assert counted == mix.drawn(min(steps, 40)).tolist()
    if all(d <= most[n] for n, d in zip(plain.names, plain.drawn(steps), strict=True)):
        assert (drawn == plain.drawn(steps)).all()


def test_what_a_bounded_domain_cannot_take_goes_to_the_others_in_proportion() -> None:
    mix = bounded(blocks, {"a": 4, "b": 1, "c": 3}, {"a": 4 * 40}, 2560)
    a, b, c = mix.drawn(2560)
    assert a <= 160 < a + 12 and c == pytest.approx(3 * b, rel=0.02)
    with pytest.raises(TahonaError, match=r"leave 4,480 tokens, and the run reads 81,920"):
        bounded(blocks, {"a": 1, "b": 1, "c": 1}, {"a": 40, "b": 400, "c": 120}, 2560)


def test_a_domain_that_may_give_less_than_a_draw_is_named() -> None:
    message = r"leave 0 tokens of b, in whole sequences, .* gives at least 16 of this run: set its `budgets`"
    with pytest.raises(TahonaError, match=message):
        bounded(blocks, {"a": 1, "b": 1, "c": 1}, {"b": 0}, 320)


def test_a_training_tells_what_it_reads_of_each_domain(
    easy: dict[str, Manifest], tmp_path: Path
) -> None:
    params: dict[str, Any] = {"depth": 1, "width": 16, "heads": 1, "context": 16, "batch": 2048}
    params |= {"steps": 12}
    params |= {"temperature": 2.0, "repeats": 4.0, "budgets": {"news": 500}, "eval_every": 12}
    model = run(Pretrain(), tmp_path, easy, params, ALONE)
    mixture = model.shards[0].figures["mixture"]
    assert 400 < mixture["news"]["tokens"] <= 500
    assert max(domain["repeated"] for domain in mixture.values()) <= 4
    assert sum(domain["tokens"] for domain in mixture.values()) == 12 * 2048
    (made_by,) = model.shards
    tokens = easy["tokens"]
    train, domains = token_files(tokens, "train")
    pairs = zip(train["train.bin"], train["train.idx"], strict=True)
    files = [Sequences(Path(tokens.path), Path(index.path)) for tokens, index in pairs]
    read = blocks_of(Training.model_validate(made_by.params), files, 16, lambda n: np.ones(1, int))
    drawn = [read.places(read._draws(step)) for step in range(12)]
    different = {(p, b) for pools, _, of in drawn for p, b in zip(pools, of, strict=True)}
    assert 16 * len(different) < 12 * 2048
    assert f" over 24,576 tokens ({16 * len(different):,} different ones)" in card(model, gone)
    place = domains.index("technical")
    steps = steps_that_read(
        model, tokens, lambda f: Path(f.path), train["train.bin"][place].path, 100, 130
    )
    pool = read.streams[read.names.index("technical")]
    brute = [
        step
        for step in range(12)
        for p, _, b in [read.places(read._draws(step))]
        if any(
            n == 1 and b16 * 16 <= 129 and b16 * 16 + 16 >= 100
            for n, b16 in zip(p.tolist(), b.tolist(), strict=True)
        )
    ]
    assert pool.size and steps is not None and steps.tolist() == brute != []
    with pytest.raises(TahonaError, match=r"pretrain\.budgets names legal, which has no training"):
        run(Pretrain(), tmp_path, easy, params | {"budgets": {"legal": 5}}, ALONE)
    with pytest.raises(TahonaError, match=r"general\.weights names legal, which has no training"):
        run(Pretrain("general"), tmp_path, easy, params | {"weights": {"legal": 5}}, ALONE)


@pytest.mark.parametrize("packing", ["cut", "best-fit"])
def test_a_training_repeats_what_was_kept_of_many_and_accounts_for_every_token(
    easy: dict[str, Manifest], tmp_path: Path, packing: str
) -> None:
    ids, tables = pq.read_table(easy["corpus"].files()[0].path)["id"].to_pylist(), []
    for number in range(2):
        columns = {"id": ids[:8], "cluster": ids[:8], "size": [5] * 4 + [2] * 4}
        path = tmp_path / f"clusters-{number}.parquet"
        pq.write_table(
            pa.table(columns if not number else {k: v[:0] for k, v in columns.items()}), path
        )
        tables.append(shard("deduplicate", [file(path, "clusters")]))
    clusters = manifest("deduplicate", ("clusters",), tables)
    inputs = {"corpus": easy["corpus"], "tokenizer": easy["tokenizer"], "clusters": clusters}
    options = {"validation": 0.15, "test": 0.1, "cluster_sizes": True}
    tokens = run(Shard(), tmp_path / "tokens", inputs, options)
    tokens.params = options
    params: dict[str, Any] = {"depth": 1, "width": 16, "heads": 1, "context": 16, "batch": 128}
    params |= {"steps": 12, "eval_every": 12, "upsample": {2: 2, 4: 3}, "packing": packing}
    read_by = {"tokens": tokens, "tokenizer": easy["tokenizer"]}
    model = run(Pretrain(), tmp_path / "model", read_by, params, ALONE)
    epoch = model.shards[0].figures["epoch"]
    assert re.search(r"over 1,536 tokens \(at most 1,[\d,]+ different", card(model, gone))
    train, domains = token_files(tokens, "train")
    for row, name in zip(train["train.parquet"], domains, strict=True):
        table = pq.read_table(row.path)
        times = {1: 1, 2: 2, 5: 3}
        pairs = zip(table["tokens"].to_pylist(), table["cluster_size"].to_pylist(), strict=True)
        of = epoch["domains"][name]
        assert of["tokens"] == pc.sum(table["tokens"]).as_py()
        assert of["tokens"] + of["copies"] == sum(n * times[size] for n, size in pairs)
        assert of["tokens"] + of["copies"] == of["read"] + of["cut"]
        written = sum(s.figures["tokens"].get(f"{name}/train", 0) for s in tokens.shards)
        assert of["tokens"] == written
    assert epoch["domains"]["news"]["copies"] > 0 == epoch["domains"]["technical"]["copies"]
    assert (packing == "best-fit") == (epoch["padding"] > 0)

    steps = steps_that_read(
        model, tokens, lambda f: Path(f.path), train["train.bin"][0].path, 100, 130
    )
    files = [
        Sequences(*map(Path, (t.path, i.path)))
        for t, i in zip(train["train.bin"], train["train.idx"], strict=True)
    ]
    rows = [LocalFile(Path(f.path), f) for f in train["train.parquet"]]
    sizes = [pq.read_table(f.path)["cluster_size"].to_numpy() for f in train["train.parquet"]]
    read = blocks_of(Training.model_validate(model.shards[0].params), files, 16, sizes.__getitem__)
    assert steps is not None and steps.tolist() == read.steps_of(0, 100, 130, 12).tolist() != []
    tables = {file.path: row for file, row in zip(files, rows, strict=True)}
    named = [set(documents_of(read, tables, step)) for step in range(12)]
    for binary, table, held_by in zip(train["train.bin"], rows, files, strict=True):
        ends = np.cumsum(held_by.lengths)
        for name, first, last in zip(
            pq.read_table(table.path)["id"].to_pylist(), ends - held_by.lengths, ends, strict=True
        ):
            steps = steps_that_read(
                model, tokens, lambda f: Path(f.path), binary.path, int(first), int(last)
            )
            assert steps is not None
            assert steps.tolist() == [step for step in range(12) if name in named[step]]
    with pytest.raises(TahonaError, match=r"upsample asks for the sizes .* shard\.cluster_sizes"):
        run(Pretrain(), tmp_path, easy, params, ALONE)
    with pytest.raises(ValidationError, match="best-fit packing is for the objective causal"):
        Pretrain.Params.model_validate({"objective": "masked", "packing": "best-fit"})

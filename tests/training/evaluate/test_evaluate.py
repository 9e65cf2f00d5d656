"""Bits per byte are exact: every token of every document once, whatever the batch; all of it repeats."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest
from tests.examples import examples
from tests.training.corpora import ALONE, measured, run
from training.evaluate.stage import Evaluate
from training.losses.bits import _windows, model_nats, unigram_nats
from training.models.decoder import Llama
from training.models.transformer import Shape
from training.tokenizer.vocabulary import END


@examples(60)
@given(st.lists(st.integers(0, 70), max_size=6), st.integers(1, 24))
def test_every_token_is_scored_once_with_half_a_context_before_it(
    lengths: list[int], context: int
) -> None:
    documents = [np.arange(n, dtype=np.int64) + 100 * i for i, n in enumerate(lengths)]
    scored: list[int] = []
    for window in _windows(documents, context, 2):
        assert len(window.inputs) == len(window.targets) <= context
        assert (window.inputs[1:] == window.targets[:-1]).all()
        assert window.inputs[0] == END or window.first >= context // 2
        scored += window.targets[window.first :].tolist()
    assert scored == [token for document in documents for token in document.tolist()]


def test_a_document_costs_what_its_tokens_cost_one_by_one() -> None:
    model = Llama(Shape(vocabulary=64, depth=2, width=32, heads=2, context=16), seed=1).eval()
    draw = np.random.default_rng(0)
    documents = [draw.integers(0, 64, n) for n in (5, 16, 1, 11)]
    nats = model_nats(model, documents)
    for document, cost in zip(documents, nats, strict=True):
        ids = [END, *document.tolist()]
        alone = 0.0
        for i in range(1, len(ids)):
            with torch.no_grad():
                logits = model(torch.tensor([ids[:i]]))[0, -1]
            alone -= float(torch.log_softmax(logits, 0)[ids[i]])
        assert cost == pytest.approx(alone, abs=1e-3)


def test_the_unigram_is_a_distribution() -> None:
    counts = np.array([0, 3, 7, 0])
    every = unigram_nats(counts, [np.array([i]) for i in range(4)])
    assert sum(math.exp(-n) for n in every) == pytest.approx(1)


def test_a_model_is_measured_by_domain_beside_the_unigram(
    trained: dict[str, Manifest], tmp_path: Path
) -> None:
    metrics = run(Evaluate(), tmp_path, trained, {"length": 12}, ALONE)
    table = {(r["split"], r["domain"]): r for r in measured(metrics)["bits_per_byte"]}
    assert {split for split, _ in table} == {"validation", "test"}
    before = trained["model"].shards[0].figures
    whole = table["validation", "all"]
    assert whole["bpb"] == pytest.approx(before["validation_bpb"], abs=1e-4)
    assert whole["unigram_bpb"] == before["unigram_bpb"]
    assert whole["bpb"] < whole["unigram_bpb"]
    parts = [r for (split, d), r in table.items() if split == "test" and d != "all"]
    for name in ("bytes", "tokens", "documents"):
        assert sum(r[name] for r in parts) == table["test", "all"][name]
    samples = measured(metrics, "samples")
    assert len(samples) == 4 and all(s["tokens"] <= 12 for s in samples)
    again = run(Evaluate(), tmp_path / "again", trained, {"length": 12}, ALONE)
    assert [f.sha256 for f in again.files()] == [f.sha256 for f in metrics.files()]
    other = run(Evaluate(), tmp_path / "other", trained, {"length": 12, "seed": 2}, ALONE)
    assert measured(other, "samples") != samples


def test_no_held_out_text_is_a_clear_error(trained: dict[str, Manifest], tmp_path: Path) -> None:
    shards = [
        s.model_copy(update={"files": [f for f in s.files if f.part.endswith("/train")]})
        for s in trained["tokens"].shards
    ]
    tokens = trained["tokens"].model_copy(update={"shards": shards})
    with pytest.raises(TahonaError, match=r"no document .* set shard\.validation or shard\.test"):
        run(Evaluate(), tmp_path, trained | {"tokens": tokens}, {}, ALONE)

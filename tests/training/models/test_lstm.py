"""An LSTM is a causal model like any other: it learns, is measured in bits per byte, and comes back from its folder."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from pipeline.model.dataset import Manifest
from tests.training.corpora import ALONE, measured, run
from training.evaluate.stage import Evaluate
from training.models.model import Model, Shape, load, save
from training.models.rivals.lstm import Lstm
from training.models.rivals.lstm_residual import ResidualLstm
from training.pretrain.stage import Pretrain

SHAPE = Shape(vocabulary=301, depth=2, width=32, context=48)


@pytest.mark.parametrize("family", [Lstm, ResidualLstm])
def test_a_saved_lstm_is_the_same_model(tmp_path: Path, family: type[Model]) -> None:
    model = family(SHAPE, dropout=0.1, seed=5).eval()
    files = tmp_path / "model.safetensors", tmp_path / "config.json"
    save(model, *files)
    ids = torch.randint(0, 301, (2, 48))
    assert torch.equal(load(*files)(ids), model(ids))


@pytest.mark.parametrize("family", [Lstm, ResidualLstm])
def test_a_position_sees_nothing_that_comes_after_it(family: type[Model]) -> None:
    model = family(SHAPE).eval()
    with torch.no_grad():  # projections that begin at zero would hide what is seen
        for weight in model.parameters():
            weight.add_(torch.randn(weight.shape) * 0.1)
    ids = torch.randint(0, 300, (1, 48))
    changed = ids.clone()
    changed[0, 20:] = torch.randint(0, 300, (28,))
    assert torch.allclose(model(ids)[0, :20], model(changed)[0, :20], atol=1e-6)
    assert model.sees == "before"


@pytest.mark.parametrize("family", ["lstm", "lstm-residual"])
def test_it_learns_and_is_measured_beside_the_unigram(
    easy: dict[str, Manifest], tmp_path: Path, family: str
) -> None:
    params = {"model": family, "depth": 1, "width": 64, "context": 32, "batch": 256}
    params |= {"steps": 60, "learning_rate": 0.02, "eval_every": 60, "eval_tokens": 10**6}
    model = run(Pretrain(), tmp_path, easy, params, ALONE)
    figures = model.shards[0].figures
    assert figures["validation_bpb"] < 0.9 * figures["unigram_bpb"]
    table = measured(run(Evaluate(), tmp_path, easy | {"model": model}, {"length": 5}, ALONE))
    whole = next(r for r in table["bits_per_byte"] if r["domain"] == "all")
    assert whole["bpb"] == pytest.approx(figures["validation_bpb"], abs=1e-4)

"""An encoder learns by the masked objective, is measured by it, and comes back from its folder."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest
from tests.training.corpora import ALONE, measured, run, stirred
from training.evaluate.stage import Evaluate
from training.models.encoder import Encoder, Shape
from training.models.model import load, save
from training.pretrain.stage import Pretrain

SHAPE = Shape(vocabulary=301, depth=2, width=32, heads=2, context=48)


def test_a_saved_encoder_is_the_same_model(tmp_path: Path) -> None:
    model = Encoder(SHAPE, dropout=0.1, seed=5).eval()
    files = tmp_path / "model.safetensors", tmp_path / "config.json"
    save(model, *files)
    ids = torch.randint(0, 301, (2, 48))
    assert torch.equal(load(*files)(ids), model(ids))
    files[1].write_text(files[1].read_text().replace('"full_attention",', '"sliding_attention",'))
    with pytest.raises(TahonaError, match="has layer_types"):
        load(*files)


def test_a_position_sees_what_comes_before_and_after_it() -> None:
    model = stirred(Encoder(SHAPE))
    ids = torch.randint(0, 300, (1, 48))
    for place in (0, 47):
        changed = ids.clone()
        changed[0, place] += 1
        assert not torch.allclose(model(ids)[0, 20], model(changed)[0, 20], atol=1e-6)
    assert model.sees == "all"


def test_it_learns_and_is_measured_beside_the_unigram(
    easy: dict[str, Manifest], tmp_path: Path
) -> None:
    params = {"objective": "masked", "model": "encoder", "depth": 1, "width": 64, "heads": 2}
    params |= {
        "context": 32,
        "batch": 256,
        "steps": 60,
        "learning_rate": 0.01,
        "eval_tokens": 10**6,
        "eval_every": 60,
    }
    model = run(Pretrain(), tmp_path, easy, params, ALONE)
    figures = model.shards[0].figures
    assert figures["validation_masked_loss"] < 0.95 * figures["unigram_masked_loss"]
    assert set(figures["validation_masked_loss_by_domain"]) == {"news", "technical"}
    assert "validation_bpb" not in figures
    metrics = run(Evaluate(), tmp_path, easy | {"model": model}, {}, ALONE)
    table = measured(metrics)
    assert "bits_per_byte" not in table and measured(metrics, "samples") == []
    rows = {(r["split"], r["domain"]): r for r in table["masked_loss"]}
    whole = rows["validation", "all"]
    assert whole["masked_loss"] == pytest.approx(figures["validation_masked_loss"], abs=1e-4)
    assert whole["masked_accuracy"] > whole["unigram_masked_accuracy"]
    assert metrics.shards[0].figures["test_masked_loss"] == rows["test", "all"]["masked_loss"]

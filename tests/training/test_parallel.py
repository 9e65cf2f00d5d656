"""Several processes train what one trains: the same data, and losses that differ by rounding alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import Stopped, TahonaError
from pipeline.model.dataset import Manifest
from tests.training.corpora import ALONE, run
from tests.training.test_pretrain import curve
from training.pretrain.stage import Pretrain

PARAMS: dict[str, Any] = {"depth": 1, "width": 32, "heads": 2, "context": 32, "batch": 256}
PARAMS |= {"steps": 6, "log_every": 1, "eval_every": 6, "eval_tokens": 500, "model": "encoder"}
PARAMS |= {"objective": "masked"}


def losses(model: Manifest) -> list[float]:
    return [line["loss"] for line in curve(model) if "loss" in line]


@pytest.mark.parametrize("strategy", ["ddp", "fsdp"])
def test_two_processes_train_what_one_trains(
    easy: dict[str, Manifest], tmp_path: Path, strategy: str
) -> None:
    alone = run(Pretrain(), tmp_path / "one", easy, PARAMS | {"micro_batch": 64}, ALONE)
    many = ALONE | {"processes": 2, "strategy": strategy}
    together = run(Pretrain(), tmp_path / "two", easy, PARAMS | {"micro_batch": 64}, many)
    assert losses(together)[0] == pytest.approx(losses(alone)[0], rel=1e-6)
    assert losses(together) == pytest.approx(losses(alone), rel=1e-4)
    figures = [m.shards[0].figures for m in (alone, together)]
    assert figures[1]["world_size"] == 2
    loss = "validation_masked_loss"
    assert figures[1][loss] == pytest.approx(figures[0][loss], rel=1e-4)


def test_a_stopped_run_goes_on_in_another_number_of_processes(
    easy: dict[str, Manifest], tmp_path: Path
) -> None:
    whole = run(Pretrain(), tmp_path / "one", easy, PARAMS, ALONE)
    told: list[float] = []
    many = ALONE | {"processes": 2, "strategy": "fsdp"}
    params = PARAMS | {"steps": 400, "eval_every": 400}
    with pytest.raises(Stopped, match="it is saved"):
        run(
            Pretrain(),
            tmp_path / "parts",
            easy,
            params,
            many,
            lambda: bool(told),
            lambda done, total, unit: told.append(done) if done else None,
        )
    params |= {"steps": 400}
    stopped = next((tmp_path / "parts").rglob("step-*")).name
    assert 0 < int(stopped[5:]) < 400 and whole


def test_a_batch_that_can_not_be_shared_is_told(easy: dict[str, Manifest], tmp_path: Path) -> None:
    with pytest.raises(TahonaError, match=r"rank \d of 3: a batch of 8 rows .* among 3 processes"):
        run(Pretrain(), tmp_path, easy, PARAMS, ALONE | {"processes": 3})

"""A step that would spoil a run is skipped, undone or ends it, as the policy says; and small values survive fp16."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from pipeline.errors import TahonaError
from tests.training.pretrain.test_loop import run
from training.pretrain.loop.guard import SCALE, Guard, RolledBack
from training.pretrain.loop.loop import Run, train
from training.pretrain.loop.noise import Noise, noise_scale
from training.pretrain.loop.optimizer import orthogonal

CPU = torch.device("cpu")


def spoilt(folder: Path, steps: int, at: int, by: float, guard: Guard, **changed: Any) -> Run:
    """A run whose loss is multiplied by a number in the step `at`, each time that it is come to."""
    training = run(folder, steps, guard=guard, log_every=1, micro_rows=4, **changed)
    batch, loss = training.batch, training.loss
    current = [0]

    def told(step: int) -> Any:
        return batch(step)

    def spoil(micro_batch: Mapping[str, Tensor]) -> Tensor:
        step = int((micro_batch["ids"] * 0).sum()) + current[0]
        current[0] += 1
        return loss(micro_batch) * (by if step == at else 1.0)

    return Run(**vars(training) | {"batch": told, "loss": spoil})


def weights(trained: Run) -> list[Tensor]:
    return [w.detach().clone() for w in trained.model.parameters()]


@pytest.mark.parametrize("by", [float("nan"), float("inf")])
def test_what_is_no_number_is_skipped_and_named(
    tmp_path: Path, by: float, caplog: pytest.LogCaptureFixture
) -> None:
    guard = Guard(CPU, documents=lambda step: [f"{letter}{step}" for letter in "abcde"])
    training = spoilt(tmp_path, 6, 3, by, guard)
    train(training)
    lines = [x for x in training.metrics.lines() if "skipped" in x]
    assert [(x["step"], x["skipped"]) for x in lines] == [(4, [3])]
    assert lines[0]["documents"] == [["a3", "b3", "c3", "d3", "e3"]]
    assert (
        "skipped step 4 (documents a3, b3, c3 and 2 more): its loss or gradient is far out or no number"
        in caplog.text
    )
    assert all(w.isfinite().all() for w in weights(training))
    assert float(guard.state["count"]) == 5


def test_a_spike_is_skipped(tmp_path: Path) -> None:
    guard = Guard(CPU)
    guard.state["losses"].fill_(4.2).add_(torch.randn(128) * 0.05)
    guard.state["norms"].fill_(1.0).add_(torch.randn(128) * 0.1)
    guard.state["count"].fill_(128)
    training = spoilt(tmp_path, 3, 1, 50.0, guard)
    train(training)
    assert [x["skipped"] for x in training.metrics.lines() if "skipped" in x] == [[1]]


def test_a_policy_may_end_the_run(tmp_path: Path) -> None:
    training = spoilt(tmp_path, 5, 2, float("nan"), Guard(CPU, "stop"))
    with pytest.raises(TahonaError, match=r"stopped at step 3: .* set pretrain\.trouble to skip"):
        train(training)


def test_a_policy_may_go_back_and_leave_the_batch_out(tmp_path: Path) -> None:
    left_out = tmp_path / "left_out.json"
    training = spoilt(
        tmp_path,
        5,
        2,
        float("nan"),
        Guard(CPU, "rollback", left_out=left_out),
        checkpoint_seconds=0,
    )
    train(training)
    assert left_out.read_text() == "[2]"
    assert [x["skipped"] for x in training.metrics.lines() if "skipped" in x] == [[2]]
    steps = [x["step"] for x in training.metrics.lines() if "loss" in x]
    assert steps == [1, 2, 3, 4, 5]
    assert all(w.isfinite().all() for w in weights(training))


def test_a_run_that_goes_back_before_its_first_checkpoint_begins_anew(tmp_path: Path) -> None:
    """What it had learnt until then is forgotten: its curve is that of a run that always left the batch out."""
    (tmp_path / "known").mkdir()
    (tmp_path / "known/left_out.json").write_text("[2]")
    curves = []
    for name, by in (("found", float("nan")), ("known", 1.0)):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        guard = Guard(CPU, "rollback", left_out=folder / "left_out.json")
        training = spoilt(folder, 5, 2, by, guard)
        train(training)
        curves.append(training.metrics.lines())
    assert curves[0] == curves[1]


def test_a_run_that_finds_nothing_to_go_back_to_says_so(tmp_path: Path) -> None:
    def damage(done: float, total: float | None, unit: str) -> None:
        training.checkpoints.wait()  # it is written by a thread of its own, which may be slower than three steps
        for file in tmp_path.glob("checkpoints/step-?????????/*.safetensors"):
            file.write_bytes(b"")

    guard = Guard(CPU, "rollback", left_out=tmp_path / "left_out.json")
    training = spoilt(tmp_path, 5, 2, float("nan"), guard, progress=damage)
    with pytest.raises(TahonaError, match="no whole checkpoint to go back to: run again"):
        train(training)


def test_the_scale_of_fp16_falls_and_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.pretrain.loop.guard.GROW_AFTER", 20)
    guard = Guard(CPU, scaling=True)
    model = torch.nn.Linear(2, 2)
    for step, good in enumerate([False, *[True] * 20]):
        model.weight.grad = torch.full((2, 2), 3.0 if good else torch.inf) * guard.state["scale"]
        skip, norm = guard.judge(step, model, torch.tensor(1.0))
        assert bool(skip) != good
        if good:
            assert norm == pytest.approx(6.0) and model.weight.grad.norm() == pytest.approx(1.0)
        if step == 0:
            assert float(guard.state["scale"]) == SCALE / 2
    assert float(guard.state["scale"]) == SCALE


@pytest.mark.parametrize("policy", ["skip", "rollback", "stop"])
def test_a_gradient_too_large_for_its_scale_is_no_trouble(
    policy: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Of whatever comes after it until the host looks."""
    guard = Guard(CPU, policy, scaling=True)
    model = torch.nn.Linear(2, 2)
    for step, value in enumerate((1.0, torch.inf, 1.0)):
        model.weight.grad = torch.full((2, 2), value)
        guard.judge(step, model, torch.tensor(1.0))
    assert guard.check()["skipped"] == [1]
    assert not caplog.text


def test_a_loss_of_fp16_that_is_no_number_is_trouble(caplog: pytest.LogCaptureFixture) -> None:
    guard = Guard(CPU, "stop", scaling=True)
    model = torch.nn.Linear(2, 2)
    model.weight.grad = torch.full((2, 2), torch.nan)
    guard.judge(4, model, torch.tensor(torch.nan))
    with pytest.raises(TahonaError, match="stopped at step 5"):
        guard.check()


def test_of_several_ranks_one_writes_what_is_left_out(tmp_path: Path) -> None:
    """They go back in the same moment: two that renamed the same file, one of them would not find it."""
    path = tmp_path / "left_out.json"
    for writes in (False, True):
        guard = Guard(CPU, "rollback", left_out=path, writes=writes)
        model = torch.nn.Linear(2, 2)
        model.weight.grad = torch.full((2, 2), torch.nan)
        guard.judge(4, model, torch.tensor(torch.nan))
        with pytest.raises(RolledBack):
            guard.check()
        assert guard.steps_left_out == {4} and path.exists() is writes


def test_the_noise_scale_is_that_of_the_draws() -> None:
    """Gradients of 64 targets with a known mean and covariance, seen in 4 parts."""
    draw = torch.Generator().manual_seed(1)
    model = torch.nn.Linear(50, 1, bias=False)
    lines = []
    for _ in range(300):
        samples = 0.3 + torch.randn(64, 50, generator=draw)
        noise, guard = Noise(on=True), Guard(CPU)
        for number in range(1, 5):
            part = samples[: 16 * number].sum(0, keepdim=True) / 64
            model.weight.grad = part
            noise.after(number, 4, model, guard)
        lines.append(noise.figures(64))
    true = 50 / (50 * 0.3**2)  # the trace of the covariance over the squared mean
    assert noise_scale(lines) == pytest.approx(true, rel=0.15)


def test_a_step_of_muon_is_orthogonal() -> None:
    for shape in ((3, 8, 8), (2, 16, 4), (2, 4, 16)):
        values = torch.linalg.svdvals(orthogonal(torch.randn(shape)))
        assert values.min() > 0.3 and values.max() < 1.3


def test_long_matrices_take_the_same_step_as_those_that_are_multiplied_whole() -> None:
    """Of small singular values too, which the square of a matrix holds coarsely."""
    long = torch.randn(2, 16, 64) @ torch.diag(torch.logspace(0, -4, 64))
    square = torch.cat([long, torch.zeros(2, 48, 64)], dim=1)  # rows of zeros stay zeros
    torch.testing.assert_close(orthogonal(long), orthogonal(square)[:, :16], rtol=0, atol=1e-4)

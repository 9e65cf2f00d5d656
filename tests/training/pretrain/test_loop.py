"""The loop waits for the device where it says so and nowhere else, and the next batch is made while it works."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from training.models.model import Shape
from training.models.rivals.lstm import Lstm
from training.objectives.causal import Causal
from training.objectives.objective import Batch
from training.pretrain.loop.ahead import ahead
from training.pretrain.loop.checkpoint import Checkpoints
from training.pretrain.loop.guard import Guard
from training.pretrain.loop.loop import Run, train
from training.pretrain.loop.metrics import Metrics
from training.pretrain.loop.noise import Noise
from training.pretrain.loop.optimizer import optimizers
from training.pretrain.loop.pace import Pace
from training.pretrain.loop.ranks import Ranks
from training.pretrain.loop.rates import Rates

IDS = np.random.default_rng(1).integers(0, 64, (40, 4, 9))


def run(folder: Path, steps: int, **changed: Any) -> Run:
    """A run of a tiny model over random blocks."""
    model = Lstm(Shape(vocabulary=64, depth=1, width=16, context=8), seed=1)
    causal = Causal(lambda step: IDS[step], tokenizer=None, seed=1)
    values: dict[str, Any] = {
        "model": model,
        "loss": partial(causal.loss, model),
        "optimizer": optimizers(model, "muon", Rates(0.01, 0.01), 0.1),
        "batch": causal.batch,
        "share": lambda step: 1.0,
        "tokens": lambda steps: steps * 32,
        "validate": lambda tell: {},
        "checkpoints": Checkpoints(folder / "checkpoints", {}, {}),
        "metrics": Metrics(folder / "metrics.jsonl"),
        "guard": Guard(torch.device("cpu")),
        "ranks": Ranks(),
        "pace": Pace(changed.pop("progress", lambda *told: None), steps, lambda n: n * 32),
        "noise": Noise(),
        "cast": nullcontext,
        "stopping": lambda: False,
        "steps": steps,
        "seed": 1,
        "micro_rows": 2,
        "log_every": 4,
        "eval_every": 100,
        "checkpoint_seconds": 1e9,
    }
    return Run(**values | changed)


class Reads(TorchDispatchMode):
    """Counts the values that are taken from tensors: on a device, each waits until it is there."""

    count = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        self.count += func is torch.ops.aten._local_scalar_dense.default
        return func(*args, **(kwargs or {}))


def test_the_host_waits_for_the_device_only_where_a_line_is_written(tmp_path: Path) -> None:
    with Reads() as reads:
        after: list[int] = []
        train(
            run(
                tmp_path, 10, progress=lambda done, *of: after.append(reads.count) if done else None
            )
        )
    waited = [step for step, (a, b) in enumerate(zip([0, *after], after, strict=False), 1) if b > a]
    assert waited == [4, 8, 10]


def test_the_next_batch_is_made_while_the_device_works(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "ahead").mkdir()
    plain, both = run(tmp_path / "plain", 4), run(tmp_path / "ahead", 4)
    begun = [threading.Event() for _ in range(5)]
    threads = set()

    def batch(step: int) -> Batch:
        begun[step].set()
        threads.add(threading.current_thread().name)
        return both.batch(step)

    parts = iter(range(8))  # two of a batch

    def loss(part: Mapping[str, Tensor]) -> Tensor:
        step = next(parts) // 2
        assert step == 3 or begun[step + 1].wait(600), f"batch {step + 1} was not begun"
        assert not begun[min(step + 2, 4)].is_set()  # and no more than that one
        return both.loss(part)

    ours = Run(**vars(both) | {"batch": batch, "loss": loss})
    train(ours)
    train(plain)
    assert threads == {"batch_0"}
    assert ours.metrics.lines() == plain.metrics.lines()  # and no byte is another
    assert all(map(torch.equal, ours.model.parameters(), plain.model.parameters()))


def test_what_a_batch_raises_stops_the_run_at_its_step(tmp_path: Path) -> None:
    def make(step: int) -> int:
        if step == 2:
            raise ValueError("no batch 2")
        return step * 10

    seen: list[tuple[int, int]] = []
    with pytest.raises(ValueError, match="no batch 2"):
        for pair in ahead(make, 0, 5):
            seen.append(pair)
    assert seen == [(0, 0), (1, 10)]
    assert list(ahead(make, 3, 3)) == []


class Board:
    """Takes what TensorBoard's writer takes."""

    def __init__(self) -> None:
        self.scalars: dict[str, list[int]] = {}

    def add_scalar(self, name: str, value: float, step: int) -> None:
        assert type(value) in (int, float)
        self.scalars.setdefault(name, []).append(step)


def test_whoever_watches_is_told_the_loss_and_the_rest_of_a_line(tmp_path: Path) -> None:
    messages: list[str] = []
    watched = run(tmp_path, 8, progress=lambda done, of, said: messages.append(said))
    board = watched.pace.board = Board()
    watched.noise.on = True
    train(watched)
    loss = watched.metrics.lines()[-2]["loss"]
    assert f", loss {loss:.3f}, gradient " in messages[-1] and ", rate 100%" in messages[-1]
    assert messages[0] == "tokens"
    for name in ("loss", "grad_norm", "lr", "tokens_per_second", "seconds_left", "gradient_trace"):
        assert board.scalars[name] == [4, 8]

"""The training loop, on one page: what happens in a step stands here in the order in which it happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from pipeline.errors import Stopped, TahonaError
from training.objectives.objective import Batch
from training.pretrain.loop.ahead import ahead
from training.pretrain.loop.checkpoint import Checkpoints
from training.pretrain.loop.guard import Guard, RolledBack
from training.pretrain.loop.metrics import Metrics, plain
from training.pretrain.loop.noise import Noise
from training.pretrain.loop.optimizer import Optimizers
from training.pretrain.loop.pace import Pace
from training.pretrain.loop.ranks import Ranks
from training.streams.chance import key


@dataclass
class Run:
    """What the loop is given. `batch` and `share` are functions of the step alone."""

    model: nn.Module
    loss: Callable[[Mapping[str, Tensor]], Tensor]  # micro-batch -> sum over its targets
    optimizer: Optimizers
    batch: Callable[[int], Batch]  # made on the host, by another thread
    share: Callable[[int], float]  # step -> share of the peak rates
    tokens: Callable[[int], int]  # steps -> tokens of text that they read
    validate: Callable[[Callable[[int], None]], dict[str, Any]]
    checkpoints: Checkpoints
    metrics: Metrics
    guard: Guard
    ranks: Ranks
    pace: Pace
    noise: Noise
    cast: Callable[[], AbstractContextManager[Any]]
    stopping: Callable[[], bool]
    steps: int
    seed: int
    micro_rows: int  # rows of a batch that go through the model at once
    log_every: int  # steps
    eval_every: int  # steps
    checkpoint_seconds: float


def train(run: Run) -> None:
    """Trains `run.model` for `run.steps` steps, from the newest checkpoint on.

    Raises Stopped, with the state saved, when asked to stop; TahonaError when there is trouble that it may not skip.
    """
    back = False
    while True:
        try:
            return _train(run, back)
        except RolledBack:  # to the checkpoint before; the step is left out from now on
            back = True
        finally:
            run.checkpoints.wait()


def _train(run: Run, back: bool) -> None:
    model, optimizer, guard, ranks = run.model, run.optimizer, run.guard, run.ranks
    device = next(model.parameters()).device
    done = run.checkpoints.restore(model, optimizer, guard)
    if done is None:
        if back:  # the weights in memory are those of a later step
            raise TahonaError("no whole checkpoint to go back to: run again, which begins anew")
        done = 0
        if guard.policy == "rollback":
            run.checkpoints.save(done, model, optimizer, guard)
    run.metrics.rewind(done)
    run.pace.begin(done)
    _evaluate(run, done)
    make = run.batch if device.type == "cpu" else lambda step: run.batch(step).pinned()
    model.train()
    for step, batch in ahead(make, done, run.steps):
        torch.manual_seed(key(run.seed, "noise", step, ranks.number) >> 1)  # of dropout
        total = torch.zeros((), device=device)
        micro_batches = list(ranks.own_rows(batch).micro_batches(run.micro_rows, device))
        for number, micro_batch in enumerate(micro_batches, 1):
            with run.cast(), ranks.synchronising(number == len(micro_batches)):
                loss = run.loss(micro_batch) / max(1, batch.count)
                guard.scaled(loss * ranks.size).backward()  # type: ignore[no-untyped-call]
            total += loss.detach()
            run.noise.after(number, len(micro_batches), model, guard)

        total = ranks.sum(total)
        skip, norm = guard.judge(step, model, total)
        optimizer.rate(run.share(step), step)
        optimizer.step(skip)
        optimizer.zero_grad()

        done, last = step + 1, step + 1 == run.steps
        run.pace.read(run.tokens(done) - run.tokens(step))
        stop = ranks.any(run.stopping()) and not last
        save = stop or last or ranks.any(run.pace.unsaved >= run.checkpoint_seconds)
        log, evaluate = done % run.log_every == 0 or last, done % run.eval_every == 0 or last
        if log or save or evaluate:  # the only synchronisations of host and device
            trouble = guard.check()
            if log or evaluate or trouble:
                line = {
                    "step": done,
                    "tokens": run.tokens(done),
                    "loss": total,
                    "grad_norm": norm,
                }
                line |= {"lr": run.share(step)} | run.noise.figures(batch.count) | trouble
                line = plain(line)
                run.metrics.add(line)  # without the speed: the same run gives the same bytes
                run.pace.tell(line)
        if save:
            run.checkpoints.save(done, model, optimizer, guard)
            run.pace.saved()
        run.pace.progress(done)
        if stop:
            raise Stopped(f"pretrain stopped after step {done} of {run.steps}: it is saved")
        if evaluate:
            _evaluate(run, done)


def _evaluate(run: Run, done: int) -> None:
    """Scores the held-out text, where it is due after `done` steps and was not scored before a stop."""
    due = done % run.eval_every == 0 or done == run.steps
    scored = any("validated" in line for line in run.metrics.lines(done))
    if not due or not run.ranks.any(run.ranks.number == 0 and not scored):
        return
    try:
        with run.pace.evaluating():
            figures = run.validate(run.pace.scored)
    except Stopped:
        if done:
            run.checkpoints.save(done, run.model, run.optimizer, run.guard)
        raise Stopped(
            f"pretrain stopped while it validated after step {done} of {run.steps}: it is saved"
        ) from None
    run.metrics.add({"step": done, "validated": bool(figures)} | figures)
    run.pace.progress(done)

"""The training loop, on one page: what happens in a step stands here in the order in which it happens."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from pipeline.errors import Stopped, TahonaError
from training.chance import key
from training.objectives.objective import Batch
from training.pretrain.ahead import ahead
from training.pretrain.checkpoint import Checkpoints
from training.pretrain.metrics import Metrics

CLIP = 1.0  # the largest norm of the gradient


@dataclass
class Run:
    """What the loop is given. `batch` and `rate` are functions of the step alone."""

    model: nn.Module
    loss: Callable[[Mapping[str, Tensor]], Tensor]  # micro-batch -> sum over its targets
    optimizer: torch.optim.Optimizer
    batch: Callable[[int], Batch]  # made on the host, by another thread
    rate: Callable[[int], float]  # step -> learning rate
    validate: Callable[[], dict[str, float]]
    checkpoints: Checkpoints
    metrics: Metrics
    progress: Callable[[float, float | None, str], None]
    stopping: Callable[[], bool]
    steps: int
    seed: int
    micro_rows: int  # rows of a batch that go through the model at once
    log_every: int  # steps
    eval_every: int  # steps
    checkpoint_seconds: float


def train(run: Run) -> None:
    """Trains `run.model` for `run.steps` steps, from the newest checkpoint on.

    Raises Stopped, with the state saved, when asked to stop; TahonaError when the loss is no number.
    """
    model, optimizer = run.model, run.optimizer
    device = next(model.parameters()).device
    autocast = torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda")
    done = run.checkpoints.restore(model, optimizer)
    run.metrics.rewind(done)
    if done == 0:
        run.metrics.add({"step": 0, "tokens": 0} | run.validate())
    saved, marked, since = time.monotonic(), time.monotonic(), 0
    speed = 0.0  # tokens a second since the last line of the log
    make = run.batch if device.type == "cpu" else lambda step: run.batch(step).pinned()
    model.train()
    for step, batch in ahead(make, done, run.steps):
        torch.manual_seed(key(run.seed, "noise", step) >> 1)  # dropout is a function of the step
        total = torch.zeros((), device=device)
        for micro_batch in batch.micro_batches(run.micro_rows, device):
            with autocast:
                loss = run.loss(micro_batch) / max(1, batch.count)
            loss.backward()  # type: ignore[no-untyped-call]
            total += loss.detach()

        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        rate = run.rate(step)
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        optimizer.zero_grad()

        done, since, last = step + 1, since + batch.tokens, step + 1 == run.steps
        stop = run.stopping() and not last
        save = stop or last or time.monotonic() - saved >= run.checkpoint_seconds
        log, evaluate = done % run.log_every == 0 or last, done % run.eval_every == 0 or last
        if log or save or evaluate:  # the only places where the host waits for the device
            _check(done, total, norm, rate)
        if log or evaluate:
            line = {"step": done, "tokens": done * batch.tokens, "loss": round(float(total), 5)}
            line |= {"lr": rate, "grad_norm": round(float(norm), 5)}
            if evaluate:
                line |= run.validate()
            run.metrics.add(line)  # the speed is no part of it: the same run gives the same bytes
            speed = since / max(1e-9, time.monotonic() - marked)
            marked, since = time.monotonic(), 0
        if save:
            run.checkpoints.save(done, model, optimizer)
            saved = time.monotonic()
        run.progress(
            done * batch.tokens, run.steps * batch.tokens, f"tokens, {speed:,.0f} a second"
        )
        if stop:
            raise Stopped(f"pretrain stopped after step {done} of {run.steps}")


def _check(step: int, loss: torch.Tensor, norm: torch.Tensor, rate: float) -> None:
    if not (math.isfinite(loss) and math.isfinite(norm)):
        raise TahonaError(
            f"the loss ({float(loss)}) or the norm of the gradient ({float(norm)}) is no "
            f"number at step {step}, learning rate {rate:g}: set pretrain.learning_rate lower"
        )

"""The training loop, on one page: what happens in a step stands here in the order in which it happens."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.errors import Stopped, TahonaError
from training.models.decoder import Decoder
from training.objectives.causal import causal_loss, target_count
from training.pretrain.checkpoint import Checkpoints
from training.pretrain.metrics import Metrics
from training.pretrain.permutation import key

CLIP = 1.0  # the largest norm of the gradient


@dataclass
class Run:
    """What the loop is given. `batch` and `rate` are functions of the step alone."""

    model: Decoder
    optimizer: torch.optim.Optimizer
    batch: Callable[[int], NDArray[np.int64]]  # step -> ids (rows, context + 1)
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
    model.train()
    for step in range(done, run.steps):
        ids = torch.from_numpy(run.batch(step)).to(device, non_blocking=True)
        targets = ids[:, 1:]
        count = target_count(targets)  # of the whole batch: micro-batches change nothing
        torch.manual_seed(key(run.seed, "noise", step) >> 1)  # dropout is a function of the step

        loss = torch.zeros((), device=device)
        for row in range(0, len(ids), run.micro_rows):
            micro = slice(row, row + run.micro_rows)
            with autocast:
                logits = model(ids[micro, :-1])
            part = causal_loss(logits, targets[micro]) / count
            part.backward()  # type: ignore[no-untyped-call]
            loss += part.detach()

        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        rate = run.rate(step)
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        optimizer.zero_grad()

        done, since, last = step + 1, since + targets.numel(), step + 1 == run.steps
        stop = run.stopping() and not last
        save = stop or last or time.monotonic() - saved >= run.checkpoint_seconds
        log, evaluate = done % run.log_every == 0 or last, done % run.eval_every == 0 or last
        if log or save or evaluate:  # the only places where the host waits for the device
            _check(done, loss, norm, rate)
        if log or evaluate:
            line = {"step": done, "tokens": done * targets.numel(), "loss": round(float(loss), 5)}
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
            done * targets.numel(), run.steps * targets.numel(), f"tokens, {speed:,.0f} a second"
        )
        if stop:
            raise Stopped(f"pretrain stopped after step {done} of {run.steps}")


def _check(step: int, loss: torch.Tensor, norm: torch.Tensor, rate: float) -> None:
    if not (math.isfinite(loss) and math.isfinite(norm)):
        raise TahonaError(
            f"the loss ({float(loss)}) or the norm of the gradient ({float(norm)}) is no "
            f"number at step {step}, learning rate {rate:g}: set pretrain.learning_rate lower"
        )

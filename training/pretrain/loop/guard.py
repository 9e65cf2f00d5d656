"""Keeps a run from what would spoil it: gradients that are no numbers, spikes, values too small for fp16.

A step is judged on the device, and skipped there, without the host waiting to know: when its loss or the norm of its
gradient is no number, or more than 6 deviations over the mean of the last 128 steps (OLMo-core's skip_step_optimizer).
With fp16 the loss is scaled, by twice as much after 2,000 good steps and by half after a bad one (Micikevicius 2018).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from pipeline.errors import TahonaError
from training.pretrain.loop.optimizer import local, whole

log = logging.getLogger(__name__)
# Steps that are looked at, fewest of them, how far is too far.
LAST, ENOUGH, DEVIATIONS = 128, 64, 6.0
PATIENCE = 8  # steps one after another that may be skipped
FEW = 3  # documents that a sentence names
SCALE, GROW_AFTER, LEAST_SCALE = 2.0**16, 2000, 2.0**-10


class RolledBack(Exception):
    """The run is to go on from the checkpoint before."""


class Guard:
    """Judges the steps of a run by its `policy`: skip, rollback or stop.

    `documents` gives the ids of all that a step read: a sentence names the first, the curve all. `left_out` is the
    file of the steps that a rollback leaves out; of several ranks one `writes` it.
    """

    def __init__(
        self,
        device: torch.device,
        policy: str = "skip",
        clip: float = 1.0,
        scaling: bool = False,
        documents: Callable[[int], list[str]] = lambda step: [],
        left_out: Path | None = None,
        writes: bool = True,
    ) -> None:
        self.policy, self.clip, self.scaling, self.documents = policy, clip, scaling, documents
        self.left_out, self.writes = left_out, writes

        def zero(*size: int) -> Tensor:
            return torch.zeros(size, device=device)

        self.state = {
            "losses": zero(LAST),
            "norms": zero(LAST),
            "count": zero(),  # steps taken
            "lost": zero(),  # steps skipped since the last one taken, for what is no number
            "far": zero(),  # the same, for a spike
            "scale": zero() + (SCALE if scaling else 1.0),
            "good": zero(),  # steps since the scale was changed
        }
        # Whether skipped, and whether that is no trouble.
        self._skips: list[tuple[int, Tensor, Tensor]] = []
        written = left_out and left_out.exists() and json.loads(left_out.read_text())
        self.steps_left_out: set[int] = set(written or [])

    def scaled(self, loss: Tensor) -> Tensor:
        """What the backward pass begins with."""
        return loss * self.state["scale"] if self.scaling else loss

    def judge(self, step: int, model: nn.Module, loss: Tensor) -> tuple[Tensor, Tensor]:
        """1 where the step is to be skipped, else 0; and the norm of the gradient, which is clipped here."""
        state = self.state
        gradients = [w.grad for w in model.parameters() if w.grad is not None]
        norm = whole(torch.nn.utils.get_total_norm(gradients)) / state["scale"]
        finite = norm.isfinite() & loss.isfinite()
        spike = (state["count"] >= ENOUGH) & (state["far"] < PATIENCE)
        spike &= self._far(norm, state["norms"]) | self._far(loss, state["losses"])
        skip = (~finite | spike).float()
        if step in self.steps_left_out:
            skip = torch.ones_like(skip)
        factor = (self.clip / (norm + 1e-6)).clamp(max=1.0) / state["scale"]
        torch._foreach_mul_([local(g) for g in gradients], factor)
        self._remember(skip, finite, spike, norm, loss)
        # Of fp16 a gradient alone that is too large for its scale, which is halved: no trouble of the text.
        overflow = ~norm.isfinite() & loss.isfinite() & self.scaling
        self._skips.append((step, skip, overflow))
        return skip, norm

    def _far(self, value: Tensor, history: Tensor) -> Tensor:
        number = self.state["count"].clamp(max=LAST)
        filled = torch.arange(LAST, device=history.device) < number
        mean = history.sum() / number.clamp(min=1)
        variance = torch.where(filled, (history - mean).square(), 0.0).sum() / number.clamp(min=1)
        return value > mean + DEVIATIONS * variance.sqrt()

    def _remember(
        self, skip: Tensor, finite: Tensor, spike: Tensor, norm: Tensor, loss: Tensor
    ) -> None:
        state, taken = self.state, skip == 0
        here = torch.arange(LAST, device=skip.device) == (state["count"] % LAST)
        for name, value in (("losses", loss), ("norms", norm)):
            state[name].copy_(torch.where(here & taken, value, state[name]))
        state["count"] += taken
        state["lost"].copy_(torch.where(taken, 0.0, state["lost"] + (~finite).float()))
        state["far"].copy_(torch.where(taken, 0.0, state["far"] + (finite & spike).float()))
        if self.scaling:
            grown = finite & (state["good"] + 1 >= GROW_AFTER)
            changed = torch.where(grown, 2.0, torch.where(finite, 1.0, 0.5))
            state["scale"] *= changed
            state["good"].copy_(torch.where(finite & ~grown, state["good"] + 1, 0.0))

    def check(self) -> dict[str, Any]:
        """What was skipped since it was last asked, for the curve; where the policy bids so, the end of the run."""
        taken_out = {step: bool(overflow) for step, skip, overflow in self._skips if bool(skip)}
        self._skips = []
        every = list(taken_out)
        new = [step for step in every if step not in self.steps_left_out]
        if (
            new
            and float(self.state["lost"]) >= PATIENCE
            and (not self.scaling or float(self.state["scale"]) < LEAST_SCALE)
        ):
            raise TahonaError(
                f"the loss or the norm of the gradient is no number at step {new[-1] + 1}, as in the "
                f"{PATIENCE} steps before: set pretrain.learning_rate lower"
            )
        skipped = [step for step in new if not taken_out[step]]
        if not skipped:  # what a rollback left out was told when it was
            return self._line(every) if every else {}
        what = "; ".join(f"step {step + 1}{_named(self.documents(step))}" for step in skipped)
        what += ": its loss or gradient is far out or no number"
        if self.policy == "stop":
            raise TahonaError(
                f"stopped at {what}: set pretrain.trouble to skip or rollback, or look at the text"
            )
        if self.policy == "rollback":
            self._leave_out(skipped)
            log.warning("rolled back to the checkpoint before %s; its batch is left out", what)
            raise RolledBack
        log.warning("skipped %s", what)
        return self._line(every)

    def _line(self, skipped: list[int]) -> dict[str, Any]:
        """What the curve says of skipped steps: which, and the documents of each."""
        return {"skipped": skipped, "documents": [self.documents(step) for step in skipped]}

    def _leave_out(self, steps: list[int]) -> None:
        self.steps_left_out |= set(steps)
        if self.left_out and self.writes:
            aside = self.left_out.with_suffix(".tmp")
            aside.write_text(json.dumps(sorted(self.steps_left_out)))
            aside.replace(self.left_out)


def _named(documents: list[str]) -> str:
    """The first few, as a sentence goes on."""
    more = f" and {len(documents) - FEW:,} more" if len(documents) > FEW else ""
    return f" (documents {', '.join(documents[:FEW])}{more})" if documents else ""

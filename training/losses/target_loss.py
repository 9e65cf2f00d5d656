"""The loss of the tokens that a model is asked for, hidden ones or those of a noised text: no likelihood of a text.

Beside it are the frequencies of the training tokens, which know nothing of what is around.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.errors import Stopped
from training.losses.bits import unigram_nats
from training.losses.held_out import HeldOut
from training.losses.measure import Measure, Stopping, Sums, Tell, silent
from training.models.cost import costs
from training.models.model import Model


class Asked(NamedTuple):
    """Some targets of a text: states before the head (..., width), targets (...), the ids among them that count."""

    states: Tensor
    targets: Tensor
    ids: NDArray[np.int64]
    tokens: int  # of the text, that were read for them


class TargetLoss(Measure):
    """Nats a target, and the share of them that the likeliest piece tells right."""

    name: ClassVar[str]  # of its figures
    likeliest: int  # the piece that the unigram would tell

    def score(
        self,
        model: Model,
        text: HeldOut,
        stopping: Stopping = lambda: False,
        tell: Tell = silent,
    ) -> Sums:
        sums = dict.fromkeys(("targets", "nats", "right", "unigram_nats", "unigram_right"), 0.0)
        training = model.training
        model.eval()
        with torch.inference_mode():
            for batch in self.asked(model, text):
                if stopping():
                    raise Stopped("scoring was stopped")
                lost, right = costs(model, batch.states, batch.targets)
                sums["targets"] += len(batch.ids)
                sums["nats"] += float(lost.double().sum())
                sums["right"] += int(right.sum())
                sums["unigram_nats"] += float(unigram_nats(self.counts, [batch.ids]).sum())
                sums["unigram_right"] += int((batch.ids == self.likeliest).sum())
                tell(batch.tokens)
        model.train(training)
        return sums

    def figures(self, texts: Sequence[HeldOut], sums: Mapping[str, float]) -> dict[str, Any]:
        targets = max(1, sums["targets"])
        return {
            "documents": sum(len(t.documents) for t in texts),
            "tokens": sum(t.tokens for t in texts),
            "targets": int(sums["targets"]),
            f"{self.name}_loss": round(sums["nats"] / targets, 5),
            f"{self.name}_accuracy": round(sums["right"] / targets, 5),
            f"unigram_{self.name}_loss": round(sums["unigram_nats"] / targets, 5),
            f"unigram_{self.name}_accuracy": round(sums["unigram_right"] / targets, 5),
        }

    @abstractmethod
    def asked(self, model: Model, text: HeldOut) -> Iterator[Asked]:
        """What the model is asked of a text, some targets at a time."""

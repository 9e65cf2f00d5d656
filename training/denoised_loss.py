"""The loss of what an encoder-decoder writes of held-out text that is noised as in training, always in the same way.

It is no likelihood of the text. Beside it are the frequencies of the training tokens, which know nothing of the source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.errors import Stopped
from training.bits import unigram_nats
from training.held_out import HeldOut
from training.measure import TOKENS_AT_ONCE, Measure, Stopping, Sums, Tell, of_targets, silent
from training.models.cost import IGNORED, costs
from training.models.model import Model
from training.objectives.denoising import Denoising, Part, pairs
from training.objectives.objective import Batch
from training.objectives.registry import OBJECTIVES


class DenoisedLoss(Measure):
    """Nats a token of what is written, and the share of them that the likeliest piece tells right.

    Signs are told by the model and not by the unigram, which has never seen one: they are left out of both.
    """

    table = "denoised_loss"
    headline = ("denoised_loss", "denoised_accuracy")

    def __init__(
        self, counts: NDArray[np.int64], tokenizer: Any, objective: str | None = None
    ) -> None:
        super().__init__(counts, tokenizer, objective)
        noise = OBJECTIVES[objective or "infilling"].load()(None, tokenizer, seed=0)  # type: ignore[arg-type]
        assert isinstance(noise, Denoising)
        self.noise = noise
        self.likeliest = int(counts.argmax())

    def score(
        self,
        model: Model,
        text: HeldOut,
        stopping: Stopping = lambda: False,
        tell: Tell = silent,
    ) -> Sums:
        sums = dict.fromkeys(("targets", "nats", "right", "unigram_nats", "unigram_right"), 0.0)
        device = next(model.parameters()).device
        training = model.training
        model.eval()
        with torch.inference_mode():
            for batch in self._batches(text, model.shape.context):
                if stopping():
                    raise Stopped("scoring was stopped")
                tensors = {name: tensor.to(device) for name, tensor in batch.tensors.items()}
                targets = tensors.pop("targets")
                targets[targets >= len(self.counts)] = IGNORED
                lost, right = costs(model, model.states(**tensors), targets)
                own = targets[targets != IGNORED].cpu().numpy()
                sums["targets"] += len(own)
                sums["nats"] += float(lost.double().sum())
                sums["right"] += int(right.sum())
                sums["unigram_nats"] += float(unigram_nats(self.counts, [own]).sum())
                sums["unigram_right"] += int((own == self.likeliest).sum())
                tell(batch.tokens)
        model.train(training)
        return sums

    def figures(self, texts: Sequence[HeldOut], sums: Sums) -> dict[str, Any]:
        return of_targets("denoised", texts, sums)

    def _batches(self, text: HeldOut, context: int) -> Iterator[Batch]:
        """Documents one by one, a long one in pieces of the context; some pieces at a time."""
        pieces = [
            Part(ids[start : start + context], (0, 0, number), start)
            for number, document in enumerate(text.documents)
            if len(ids := np.append(document, self.noise.end))
            for start in range(0, len(ids), context)
        ]
        at_once = max(1, TOKENS_AT_ONCE // context)
        for first in range(0, len(pieces), at_once):
            yield pairs(
                [self.noise.noised([p]) for p in pieces[first : first + at_once]],
                context,
                self.noise.end,
            )

"""The loss of what an encoder-decoder writes of held-out text that is noised as in training, always in the same way.

It is no likelihood of the text. Beside it are the frequencies of the training tokens, which know nothing of the source.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.losses.held_out import HeldOut
from training.losses.measure import TOKENS_AT_ONCE
from training.losses.target_loss import Asked, TargetLoss
from training.models.cost import IGNORED
from training.models.model import Model
from training.objectives.denoising import Denoising, Piece, pairs
from training.objectives.objective import Batch
from training.objectives.registry import OBJECTIVES


class DenoisedLoss(TargetLoss):
    """Of the tokens that are written.

    Signs are told by the model and not by the unigram, which has never seen one: they are left out of both.
    """

    name = "denoised"
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

    def asked(self, model: Model, text: HeldOut) -> Iterator[Asked]:
        device = next(model.parameters()).device
        for batch in self._batches(text, model.shape.context):
            tensors = {name: tensor.to(device) for name, tensor in batch.tensors.items()}
            targets = tensors.pop("targets")
            targets[targets >= len(self.counts)] = IGNORED
            ids = targets[targets != IGNORED].cpu().numpy()
            yield Asked(model.states(**tensors), targets, ids, batch.tokens)

    def _batches(self, text: HeldOut, context: int) -> Iterator[Batch]:
        """Documents one by one, a long one in pieces of the context; some pieces at a time."""
        pieces = [
            Piece(ids[start : start + context], (0, 0, number), start)
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

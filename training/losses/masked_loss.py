"""The loss of hidden tokens of held-out text, for models that see all of their input.

It is no likelihood of the text, and no bits per byte come from it: a token is told from both sides, by a
model that knows the rest. The tokens are hidden as in training, always the same ones, in blocks as in
training; beside it are the frequencies of the training tokens, which know nothing of what is around.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from training.losses.held_out import HeldOut
from training.losses.measure import TOKENS_AT_ONCE
from training.losses.target_loss import Asked, TargetLoss
from training.models.model import Model
from training.objectives.masked import Masking, targets_of
from training.tokenizer.vocabulary import END


class MaskedLoss(TargetLoss):
    """Of hidden tokens."""

    name = "masked"
    table = "masked_loss"
    headline = ("masked_loss", "masked_accuracy")

    def __init__(
        self, counts: NDArray[np.int64], tokenizer: Any, objective: str | None = None
    ) -> None:
        super().__init__(counts, tokenizer, objective)
        self.end: int = getattr(tokenizer, "end", END)
        self.masking = Masking(tokenizer, seed=0)
        ordinary = self.masking.ordinary
        self.likeliest = int(ordinary[counts[ordinary].argmax()])

    def asked(self, model: Model, text: HeldOut) -> Iterator[Asked]:
        device = next(model.parameters()).device
        for ids, shown, chosen in self._batches(text, model.shape.context):
            places, targets = (torch.from_numpy(a).to(device) for a in targets_of(ids, chosen))
            states = model.states(torch.from_numpy(shown).to(device))
            states = states.gather(1, places[..., None].expand(-1, -1, states.shape[-1]))
            yield Asked(states, targets, ids[chosen], ids.size)

    def _batches(self, text: HeldOut, context: int) -> Iterator[tuple[NDArray[Any], ...]]:
        """Ids, what stands for them, and which are targets: (blocks, context), the last one shorter."""
        documents = [np.append(document, self.end) for document in text.documents]
        ids = np.concatenate(documents)
        numbers = np.repeat(np.arange(len(documents)), [len(d) for d in documents])
        positions = np.concatenate([np.arange(len(d)) for d in documents])
        arrays = (ids, *self.masking(ids, numbers, positions))
        whole = len(ids) // context * context
        at_once = max(1, TOKENS_AT_ONCE // context) * context
        for start in range(0, whole, at_once):
            end = min(whole, start + at_once)
            yield tuple(a[start:end].reshape(-1, context) for a in arrays)
        if whole < len(ids):
            yield tuple(a[None, whole:] for a in arrays)

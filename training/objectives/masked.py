"""The masked objective (Devlin 2018): some tokens are hidden, and told from all that stands around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.errors import TahonaError
from training.blocks import Blocks
from training.chance import key, uniform
from training.models.model import Model
from training.objectives.objective import IGNORED, Batch, Objective, nats
from training.tokenizer.vocabulary import special_pieces

RATE = 0.15  # of the tokens are targets; of these
HIDDEN, CHANGED = 0.8, 0.1  # stand as <mask>, as another piece, and the rest as they are
MASK = "<mask>"


class Masking:
    """Hides tokens, each by a draw of its own that is a function of the seed and of where it comes from.

    A special piece is never a target and never the other piece.
    """

    def __init__(self, tokenizer: Any, seed: int) -> None:
        special = special_pieces(tokenizer)
        self.mask: int = tokenizer.piece_to_id(MASK)
        if self.mask not in special or tokenizer.is_unknown(self.mask):
            raise TahonaError(
                f"the tokenizer has no special piece {MASK}, which this objective needs"
            )
        self.special = np.zeros(tokenizer.get_piece_size(), dtype=bool)
        self.special[special] = True
        self.ordinary = np.flatnonzero(~self.special)
        self.keys = [key(seed, "mask", what) for what in ("target", "fate", "piece")]

    def __call__(
        self, ids: NDArray[np.int64], *places: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """What stands for `ids`, and which of them are targets: both of their shape. `places` name
        where each comes from, by arrays that are broadcast to it.
        """
        target, fate, piece = (uniform(seed, *places) for seed in self.keys)
        chosen = (target < RATE) & ~self.special[ids]
        other = self.ordinary[(piece * len(self.ordinary)).astype(np.int64)]
        shown = np.where(fate < HIDDEN, self.mask, np.where(fate < HIDDEN + CHANGED, other, ids))
        return np.where(chosen, shown, ids), chosen


def targets_of(
    ids: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places of the targets in their row, and the targets: both (rows, the most of a row).

    A row that has fewer is filled with places whose target is ignored. So the logits are computed
    where there is something to learn, and the host alone has to know where that is.
    """
    counts = chosen.sum(axis=1)
    width = max(1, int(counts.max()))
    places = np.argsort(~chosen, axis=1, kind="stable")[:, :width]
    targets = np.take_along_axis(ids, places, axis=1)
    targets[np.arange(width) >= counts[:, None]] = IGNORED
    return places, targets


def target_logits(model: Model, ids: Tensor, places: Tensor) -> Tensor:
    """Logits (rows, targets, pieces) at `places` (rows, targets) of `ids` (rows, time)."""
    states = model.states(ids)
    return model.logits(states.gather(1, places.unsqueeze(-1).expand(-1, -1, states.shape[-1])))


class Masked(Objective):
    """15 % of the tokens, drawn anew in each epoch (RoBERTa, Liu 2019)."""

    def __init__(self, blocks: Blocks, tokenizer: Any, seed: int) -> None:
        super().__init__(blocks, tokenizer, seed)
        self.masking = Masking(tokenizer, seed)

    def batch(self, step: int) -> Batch:
        # A block comes with the token after it, which is of the next one.
        ids = self.blocks(step)[:, :-1]
        pools, epochs, documents, positions = self.blocks.origins(step)
        shown, chosen = self.masking(ids, pools, epochs, documents[:, :-1], positions[:, :-1])
        places, targets = targets_of(ids, chosen)
        arrays = {"ids": shown, "places": places, "targets": targets}
        tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
        return Batch(tensors, count=int(chosen.sum()), tokens=ids.size)

    def loss(self, model: Model, micro_batch: Mapping[str, Tensor]) -> Tensor:
        return nats(
            target_logits(model, micro_batch["ids"], micro_batch["places"]), micro_batch["targets"]
        )

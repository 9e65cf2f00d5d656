"""The causal objective: each token from those before it."""

from __future__ import annotations

import numpy as np

from training.objectives.objective import IGNORED, Batch, Objective, batch_of, documents_of
from training.streams.stream import HOLE


class Causal(Objective):
    """Every token of a block but its first is a target; where a packed block holds nothing, nothing is learnt."""

    def batch(self, step: int) -> Batch:
        ids = self.blocks(step)
        empty = ids == HOLE
        ids = np.where(empty, self.end, ids)
        arrays = {"ids": ids[:, :-1], "targets": np.where(empty, IGNORED, ids)[:, 1:]}
        if self.apart:
            arrays["documents"] = documents_of(ids, self.end)[:, :-1]
        return batch_of(arrays)

"""The causal objective: each token from those before it."""

from __future__ import annotations

from training.objectives.objective import Batch, Objective, batch_of, documents_of


class Causal(Objective):
    """Every token of a block but its first is a target."""

    def batch(self, step: int) -> Batch:
        ids = self.blocks(step)
        arrays = {"ids": ids[:, :-1], "targets": ids[:, 1:]}
        if self.apart:
            arrays["documents"] = documents_of(ids, self.end)[:, :-1]
        return batch_of(arrays)

"""Fill-in-the-middle (Bavarian 2022): a document is cut in three, and its middle told from what stands around it.

Half of the documents of a block are written prefix, suffix, middle (PSM), or suffix first (SPM, as often); the
rest stay as they are, so that a causal model loses nothing. It is done by document, before the block is cut.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.objectives.objective import Batch, Objective, batch_of, documents_of
from training.streams.blocks import Blocks
from training.streams.chance import key, uniform

RATE = 0.5  # of the documents
SHORTEST = 6  # tokens of a document that is cut


class Middle(Objective):
    """A causal objective over documents some of which are written in another order."""

    signs = ("<fim_prefix>", "<fim_middle>", "<fim_suffix>")

    def __init__(self, blocks: Blocks, tokenizer: Any, seed: int, apart: bool = False) -> None:
        super().__init__(blocks, tokenizer, seed, apart)
        self.prefix, self.middle, self.suffix = self.sign_ids.tolist()
        self.keys = [key(seed, "middle", what) for what in ("cut", "order", "first", "second")]

    def batch(self, step: int) -> Batch:
        ids = self.blocks(step)
        pools, epochs, documents, _ = self.blocks.origins(step)
        rows = [
            self._row(ids[row], (pools[row], epochs[row]), documents[row])
            for row in range(len(ids))
        ]
        # The three signs make a row longer than its block: its end is cut.
        written = np.stack([row[: ids.shape[1]] for row in rows])
        arrays = {"ids": written[:, :-1], "targets": written[:, 1:]}
        if self.apart:
            arrays["documents"] = documents_of(written, self.end)[:, :-1]
        return batch_of(arrays)

    def _row(
        self,
        ids: NDArray[np.int64],
        where: tuple[NDArray[np.int64], ...],
        documents: NDArray[np.int64],
    ) -> NDArray[np.int64]:
        cuts = np.flatnonzero(np.diff(documents)) + 1
        pieces = []
        for piece in np.split(np.arange(len(ids)), cuts):
            draws = [float(uniform(k, *where, documents[piece[:1]])[0]) for k in self.keys]
            pieces.append(self._document(ids[piece], *draws))
        return np.concatenate(pieces)

    def _document(
        self, ids: NDArray[np.int64], cut: float, order: float, first: float, second: float
    ) -> NDArray[np.int64]:
        end = ids[-1:] if len(ids) and ids[-1] == self.end else ids[:0]
        text = ids[: len(ids) - len(end)]
        if cut >= RATE or len(text) < SHORTEST:
            return ids
        a, b = sorted(int(x * (len(text) + 1)) for x in (first, second))
        before, between, after = text[:a], text[a:b], text[b:]
        pre, mid, suf = ([sign] for sign in (self.prefix, self.middle, self.suffix))
        if order < 0.5:
            return np.concatenate([pre, before, suf, after, mid, between, end])
        return np.concatenate([pre, suf, after, mid, before, between, end])

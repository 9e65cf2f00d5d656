"""The masked objective (Devlin 2018): some tokens are hidden, and told from all that stands around them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import TahonaError
from training.objectives.objective import IGNORED, Batch, Objective, batch_of, documents_of
from training.streams.blocks import Blocks
from training.streams.chance import key, uniform
from training.tokenizer.vocabulary import special_pieces

RATE = 0.15  # of the tokens are targets (Devlin 2018); of these
HIDDEN, CHANGED = 0.8, 0.1  # stand as <mask>, as another piece, and the rest as they are
MASK = "<mask>"
SPACES = ("\u2581", "\u0120")  # how SentencePiece and GPT-2 write one
BROKEN = "\ufffd"  # a piece of a letter


class Masking:
    """Hides tokens, each by a draw of its own that is a function of the seed and of where it comes from.

    A special piece is never a target and never the other piece. With `words`, a word is drawn as one (whole-word
    masking), by the place where it begins; what stands for each of its pieces is drawn apart.
    """

    def __init__(self, tokenizer: Any, seed: int, rate: float = RATE, words: bool = False) -> None:
        special = special_pieces(tokenizer)
        self.rate = rate
        self.begins = begins_word(tokenizer) if words else None
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
        if self.begins is not None:
            target = target.ravel()[self._starts(ids, places)]
        chosen = (target < self.rate) & ~self.special[ids]
        other = self.ordinary[(piece * len(self.ordinary)).astype(np.int64)]
        shown = np.where(fate < HIDDEN, self.mask, np.where(fate < HIDDEN + CHANGED, other, ids))
        return np.where(chosen, shown, ids), chosen

    def _starts(
        self, ids: NDArray[np.int64], places: tuple[NDArray[np.int64], ...]
    ) -> NDArray[np.int64]:
        """For each id, the place in the flat array where its word begins: in its row, and in its document."""
        assert self.begins is not None
        first = self.begins[ids] | self.special[ids]
        # A special piece ends a word, and so does the border of a row.
        first[..., 1:] |= self.special[ids[..., :-1]]
        first[..., 0] = True
        at = np.arange(ids.size).reshape(ids.shape)
        return np.maximum.accumulate(np.where(first, at, 0).ravel()).reshape(ids.shape)


def begins_word(tokenizer: Any) -> NDArray[np.bool_]:
    """Which pieces begin a word: those that begin with a space, or with what is no letter or digit."""
    begins = []
    for number in range(tokenizer.get_piece_size()):
        text = tokenizer.decode([number])[:1]
        space = tokenizer.piece(number).startswith(SPACES)
        begins.append(space or not (text.isalnum() or text == BROKEN))
    return np.array(begins)


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


class Masked(Objective):
    """Some of the tokens, drawn anew in each epoch (RoBERTa, Liu 2019)."""

    rate, words = RATE, False

    def __init__(self, blocks: Blocks, tokenizer: Any, seed: int, apart: bool = False) -> None:
        super().__init__(blocks, tokenizer, seed, apart)
        self.masking = Masking(tokenizer, seed, self.rate, self.words)

    def batch(self, step: int) -> Batch:
        # A block comes with the token after it, which is of the next one.
        ids = self.blocks(step)[:, :-1]
        pools, epochs, documents, positions = self.blocks.origins(step)
        shown, chosen = self.masking(ids, pools, epochs, documents[:, :-1], positions[:, :-1])
        places, targets = targets_of(ids, chosen)
        arrays = {"ids": shown, "places": places, "targets": targets}
        if self.apart:
            arrays["documents"] = documents_of(ids, self.end)
        return batch_of(arrays)


class MaskedMore(Masked):
    """30 % of the tokens (Wettig 2023; ModernBERT, Warner 2024)."""

    rate = 0.3


class MaskedWords(Masked):
    """15 % of the words, each with all of its pieces (whole-word masking, Devlin 2019)."""

    words = True


class MaskedMoreWords(Masked):
    """30 % of the words."""

    rate, words = 0.3, True

"""What the loop knows of an objective: it makes the batch of a step, on the host, and the loss of a micro-batch of it.

An objective is a subclass in a file of its own and an entry in `registry.py`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.models.cost import IGNORED, cost
from training.models.model import Model
from training.streams.blocks import Blocks
from training.tokenizer.vocabulary import END, PAD

__all__ = ["IGNORED", "Batch", "Objective"]


@dataclass(frozen=True)
class Batch:
    """What a step learns from: tensors by name, each with the rows first, which its objective reads.

    `count`: the targets that are learnt, of the whole batch, so that no split into micro-batches or ranks
    changes the loss; `tokens`: what the model reads. Both are counted where the batch is made.
    """

    tensors: Mapping[str, Tensor]
    count: int
    tokens: int

    @property
    def rows(self) -> int:
        return len(next(iter(self.tensors.values())))

    def micro_batches(self, rows: int, device: torch.device) -> Iterator[dict[str, Tensor]]:
        """The tensors on the device, some rows at a time."""
        for row in range(0, self.rows, rows):
            yield {
                name: tensor[row : row + rows].to(device, non_blocking=True)
                for name, tensor in self.tensors.items()
            }

    def pinned(self) -> Batch:
        """The same in memory that a device copies from while the host goes on."""
        tensors = {name: tensor.pin_memory() for name, tensor in self.tensors.items()}
        return Batch(tensors, self.count, self.tokens)

    def rows_of(self, number: int, of: int) -> Batch:
        """The rows of one of several ranks; the counts stay those of the whole."""
        tensors = {name: tensor[number::of] for name, tensor in self.tensors.items()}
        return Batch(tensors, self.count, self.tokens)


class Objective(ABC):
    """What is learnt from `blocks` of tokens of a `tokenizer`; noise is keyed by the seed.

    `apart`: the documents of a row do not see one another. `signs` are the pieces that stand for no text which it
    writes; the ids of those that the tokenizer has not follow its own.
    """

    signs: ClassVar[tuple[str, ...]] = ()

    def __init__(self, blocks: Blocks, tokenizer: Any, seed: int, apart: bool = False) -> None:
        self.blocks, self.tokenizer, self.apart = blocks, tokenizer, apart
        self.end: int = getattr(tokenizer, "end", END)

    @cached_property
    def sign_ids(self) -> NDArray[np.int64]:
        """The ids of the signs."""
        own = {name: self.tokenizer.piece_to_id(name) for name in self.signs}
        new = missing(self.tokenizer, self.signs)
        size = self.tokenizer.get_piece_size()
        return np.array([size + new.index(n) if n in new else own[n] for n in self.signs])

    @abstractmethod
    def batch(self, step: int) -> Batch:
        """The batch of a step: a function of the seed and the step, whatever was asked before."""

    def loss(self, model: Model, micro_batch: Mapping[str, Tensor]) -> Tensor:
        """Sum of -log p (nats) over the targets of some rows of a batch, as `Batch.micro_batches` gives them.

        What stands beside `ids` and `targets` is told the model; `places` chooses the positions of the targets.
        """
        inputs = dict(micro_batch)
        targets, places = inputs.pop("targets"), inputs.pop("places", None)
        states = model.states(**inputs)
        if places is not None:
            states = states.gather(1, places.unsqueeze(-1).expand(-1, -1, states.shape[-1]))
        return cost(model, states, targets)


def missing(tokenizer: Any, signs: Sequence[str]) -> list[str]:
    """The signs that a tokenizer has not."""
    return [name for name in signs if tokenizer.is_unknown(tokenizer.piece_to_id(name))]


def documents_of(ids: NDArray[np.int64], end: int) -> NDArray[np.int64]:
    """Numbers of the documents in each row of ids, separated by the end of document, which is the last of its own."""
    ends = np.zeros_like(ids)
    ends[:, 1:] = ids[:, :-1] == end
    return ends.cumsum(axis=1)


def batch_of(arrays: Mapping[str, NDArray[np.int64]], tokens: int | None = None) -> Batch:
    """A batch of arrays with `ids` and `targets`; `tokens`, where that is more than the ids."""
    tensors = {name: torch.from_numpy(np.ascontiguousarray(a)) for name, a in arrays.items()}
    count = int((arrays["targets"] != IGNORED).sum())
    return Batch(tensors, count=count, tokens=tokens or arrays["ids"].size)


def filled(rows: list[NDArray[np.int64]], width: int, value: int = PAD) -> NDArray[np.int64]:
    """Rows of different lengths in one array, filled up with `value`; what is longer than `width` is cut."""
    whole = np.full((len(rows), width), value, dtype=np.int64)
    for row, ids in enumerate(rows):
        whole[row, : len(ids)] = ids[:width]
    return whole

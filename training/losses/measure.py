"""What a measure of held-out text is; there is one for each way in which a position sees its input."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from training.losses.held_out import HeldOut
from training.models.model import Model
from training.models.registry import Sees

TOKENS_AT_ONCE = 4_096  # through the model, so that a request to stop is heard within seconds

Sums = Mapping[str, float]  # what adds up over texts
Stopping = Callable[[], bool]
Tell = Callable[[int], None]  # tokens that were scored since it was last told


def silent(tokens: int) -> None:
    """Tells nobody."""


class Measure(ABC):
    """Scores texts one by one; sums of scores become figures, of one text or of several.

    `table` is its name in `metrics.json`; `headline` are the figures that a run tells while it trains,
    each of which has one of the unigram beside it, `unigram_<name>`. `counts`: how often each id occurs
    in the training tokens. `objective`: what the model learnt, where its measure depends on it.
    """

    table: ClassVar[str]
    headline: ClassVar[tuple[str, ...]]

    def __init__(
        self, counts: NDArray[np.int64], tokenizer: Any, objective: str | None = None
    ) -> None:
        self.counts, self.tokenizer, self.objective = counts, tokenizer, objective

    @abstractmethod
    def score(
        self,
        model: Model,
        text: HeldOut,
        stopping: Stopping = lambda: False,
        tell: Tell = silent,
    ) -> Sums:
        """What a text costs the model, and the unigram. Raises Stopped when asked."""

    @abstractmethod
    def figures(self, texts: Sequence[HeldOut], sums: Sums) -> dict[str, Any]:
        """The figures of some texts together."""


def total(scores: Sequence[Sums]) -> Sums:
    """The sum of scores of several texts."""
    return {name: sum(score[name] for score in scores) for name in scores[0]}


_MEASURES: Mapping[Sees, str] = {
    "before": "training.losses.bits:BitsPerByte",
    "all": "training.losses.masked_loss:MaskedLoss",
    "source": "training.losses.denoised_loss:DenoisedLoss",
}


def measure_for(sees: Sees) -> type[Measure]:
    """The measure that fits a model, by what its positions see."""
    module, _, name = _MEASURES[sees].partition(":")
    measure: type[Measure] = getattr(import_module(module), name)
    return measure

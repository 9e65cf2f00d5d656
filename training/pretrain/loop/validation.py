"""What a run scores of the held-out text while it trains, and how often: about a tenth of its time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.model.stage import LocalFile, Work
from training.losses.held_out import HeldOut, read_held_out
from training.losses.measure import Measure, total
from training.models.model import Model
from training.pretrain.params import Training
from training.shard.megatron import Sequences
from training.streams.blocks import Blocks

EVALUATION = 1 / 3  # held-out tokens scored for each one trained on: about a tenth of the time
FEWEST = 4_096  # held-out tokens that are worth being scored
TIMES, MOST = 11, 100_000  # evaluations of a run, and tokens of a domain that each scores, at most


@dataclass(frozen=True)
class Validation:
    """The text that each evaluation scores, by domain, and the steps between two of them."""

    every: int
    texts: Sequence[HeldOut]

    @property
    def tokens(self) -> int:
        """Of all domains."""
        return sum(text.tokens for text in self.texts)

    def figures(
        self,
        model: Model,
        measure: Measure,
        stopping: Callable[[], bool],
        tell: Callable[[int], None],
    ) -> dict[str, Any]:
        """The headline of the text under a model, whole and by domain."""
        scores = [measure.score(model, text, stopping, tell) for text in self.texts]
        whole = measure.figures(self.texts, total(scores))
        pairs = zip(self.texts, scores, strict=True)
        domains = {text.domain: measure.figures([text], score) for text, score in pairs}
        figures: dict[str, Any] = {}
        for name in measure.headline:
            figures[f"validation_{name}"] = whole[name]
            figures[f"unigram_{name}"] = whole[f"unigram_{name}"]
            figures[f"validation_{name}_by_domain"] = {d: f[name] for d, f in domains.items()}
        return figures


def validation_of(
    work: Work[Training], blocks: Blocks, steps: int, decode: Callable[[list[int]], str]
) -> Validation:
    """By the parameters of a run, else by how many tokens it trains on."""
    params = work.params
    budget = EVALUATION * blocks.tokens(steps)
    times = int(min(TIMES, max(2, budget // FEWEST)))
    every = params.eval_every or max(1, math.ceil(steps / (times - 1)))
    if params.eval_every:
        times = 1 + math.ceil(steps / every)
    domains = max(1, len(set(params.validation_domains)))
    own = min(MOST, max(FEWEST // 8, int(budget / times / domains)))
    return Validation(every, _texts(work, params.eval_tokens or own, decode))


def _texts(work: Work[Training], most: int, decode: Callable[[list[int]], str]) -> list[HeldOut]:
    inputs = (work.inputs[f"validation.{end}"] for end in ("bin", "idx", "parquet"))
    by_domain: dict[str, list[tuple[LocalFile, ...]]] = {}
    for domain, *files in zip(work.params.validation_domains, *inputs, strict=True):
        by_domain.setdefault(domain, []).append(tuple(files))
    texts = []
    for domain, some in sorted(by_domain.items()):
        # Opened one by one: behind what is scored no file is.
        opened = ((Sequences(b.path, i.path), table.path) for b, i, table in some)
        texts.append(read_held_out(domain, opened, most, decode))
    return [text for text in texts if text.bytes]  # of domains without any `shard` warns

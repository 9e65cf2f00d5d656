"""Bits per byte of held-out documents: under a model, and under the unigram frequencies of its training tokens.

Every document is scored exactly and alone, from its first token, with the end-of-document id as what
came before; the end itself is not scored, so that the bits are those of the text's bytes. A document
longer than the context is read in windows that overlap by half: each token is scored once, with at
least half a context before it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.errors import Stopped
from training.losses.held_out import HeldOut
from training.losses.interval import half_width, moments
from training.losses.measure import TOKENS_AT_ONCE, Measure, Stopping, Sums, Tell, silent
from training.models.cost import IGNORED, costs
from training.models.model import Model
from training.tokenizer.vocabulary import END


class BitsPerByte(Measure):
    """Of a model that reads from left to right, whatever it learnt and of whatever family it is."""

    table = "bits_per_byte"
    headline = ("bpb",)

    def score(
        self,
        model: Model,
        text: HeldOut,
        stopping: Stopping = lambda: False,
        tell: Tell = silent,
    ) -> Sums:
        nats = model_nats(model, text.documents, stopping, tell, self.tokenizer.end)
        return {
            "nats": float(nats.sum()),
            **moments(nats, text.sizes),
            "unigram_nats": float(unigram_nats(self.counts, text.documents).sum()),
        }

    def figures(self, texts: Sequence[HeldOut], sums: Sums) -> dict[str, Any]:
        size, tokens = sum(t.bytes for t in texts), sum(t.tokens for t in texts)
        margin = half_width(sums, sums["nats"], size)
        return {
            "documents": sum(len(t.documents) for t in texts),
            "tokens": tokens,
            "bytes": size,
            "loss": round(sums["nats"] / tokens, 5),
            "bpb": bits_per_byte(sums["nats"], size),
            "bpb_margin": None if margin is None else round(margin / math.log(2), 5),
            "unigram_bpb": bits_per_byte(sums["unigram_nats"], size),
        }


def model_nats(
    model: Model,
    documents: Sequence[NDArray[np.int64]],
    stopping: Stopping = lambda: False,
    tell: Tell = silent,
    end: int = END,
) -> NDArray[np.float64]:
    """-log p of each document under the model (nats), in the order given. Raises Stopped when asked."""
    device = next(model.parameters()).device
    windows = sorted(_windows(documents, model.shape.context, end), key=lambda w: -len(w.inputs))
    nats = np.zeros(len(documents))
    training = model.training
    model.eval()
    at = 0
    with torch.inference_mode():
        while at < len(windows):
            if stopping():
                raise Stopped("scoring was stopped")
            longest = len(windows[at].inputs)
            some = windows[at : at + max(1, TOKENS_AT_ONCE // longest)]
            inputs = torch.full((len(some), longest), end)
            targets = torch.full((len(some), longest), IGNORED)
            for row, window in enumerate(some):
                length = len(window.inputs)
                inputs[row, :length] = torch.from_numpy(window.inputs)
                targets[row, window.first : length] = torch.from_numpy(
                    window.targets[window.first :]
                )
            lost, _ = costs(model, model.states(inputs.to(device)), targets.to(device))
            sums = lost.double().sum(1).cpu().numpy()
            np.add.at(nats, [window.document for window in some], sums)
            at += len(some)
            tell(sum(len(window.inputs) - window.first for window in some))
    model.train(training)
    return nats


def unigram_nats(
    counts: NDArray[np.int64], documents: Sequence[NDArray[np.int64]]
) -> NDArray[np.float64]:
    """-log p of each document when tokens are drawn by `counts` (add-one smoothed), in nats."""
    cost = -np.log((counts + 1) / (counts.sum() + len(counts)))
    return np.array([cost[document].sum() for document in documents])


def bits_per_byte(nats: float, size: int) -> float:
    """Bits per byte to five decimals, which rounding in another order does not reach."""
    return round(nats / math.log(2) / size, 5)


@dataclass
class _Window:
    document: int
    inputs: NDArray[np.int64]
    targets: NDArray[np.int64]
    first: int  # the first target that no earlier window has scored


def _windows(
    documents: Sequence[NDArray[np.int64]], context: int, before: int
) -> Iterable[_Window]:
    stride = max(1, context // 2)
    for number, document in enumerate(documents):
        whole = np.concatenate([[before], document])
        scored, start = 0, 0
        while scored < len(document):
            end = min(start + context, len(document))
            yield _Window(number, whole[start:end], whole[start + 1 : end + 1], scored - start)
            scored, start = end, start + stride

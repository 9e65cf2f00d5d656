"""Bits per byte of held-out documents: under a model, and under the unigram frequencies of its training tokens.

Every document is scored exactly and alone, from its first token, with the end-of-document id as what
came before; the end itself is not scored, so that the bits are those of the text's bytes. A document
longer than the context is read in windows that overlap by half: each token is scored once, with at
least half a context before it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from pipeline.errors import Stopped, TahonaError
from training.models.decoder import Decoder
from training.objectives.causal import IGNORED
from training.shard.megatron import Sequences
from training.tokenizer.vocabulary import END

TOKENS_AT_ONCE = 16_384


@dataclass
class HeldOut:
    """Documents of one domain and split: ids without the end of document, and their UTF-8 bytes."""

    domain: str
    documents: list[NDArray[np.int64]]
    bytes: int

    @property
    def tokens(self) -> int:
        return sum(len(d) for d in self.documents)


def read_held_out(
    domain: str, files: Iterable[tuple[Sequences, Path]], most_tokens: int | None = None
) -> HeldOut:
    """The documents of token files and their tables, in order, up to `most_tokens` tokens."""
    held: list[NDArray[np.int64]] = []
    size, tokens = 0, 0
    for sequences, table in files:
        sizes = pq.read_table(table, columns=["bytes"]).column(0).to_pylist()
        if len(sizes) != len(sequences):
            raise TahonaError(
                f"{table.name} has {len(sizes)} rows for {len(sequences)} sequences: "
                "the two files are not of one shard"
            )
        for number, amount in enumerate(sizes):
            document = sequences[number][:-1].astype(np.int64)
            if most_tokens is not None and held and tokens + len(document) > most_tokens:
                return HeldOut(domain, held, size)
            held.append(document)
            size, tokens = size + amount, tokens + len(document)
    return HeldOut(domain, held, size)


def model_nats(
    model: Decoder,
    documents: Sequence[NDArray[np.int64]],
    stopping: Callable[[], bool] = lambda: False,
) -> NDArray[np.float64]:
    """-log p of each document under the model (nats), in the order given. Raises Stopped when asked."""
    device = next(model.parameters()).device
    windows = sorted(_windows(documents, model.shape.context), key=lambda w: -len(w.inputs))
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
            inputs = torch.full((len(some), longest), END)
            targets = torch.full((len(some), longest), IGNORED)
            for row, window in enumerate(some):
                length = len(window.inputs)
                inputs[row, :length] = torch.from_numpy(window.inputs)
                targets[row, window.first : length] = torch.from_numpy(
                    window.targets[window.first :]
                )
            logits = model(inputs.to(device)).float().transpose(1, 2)
            lost = F.cross_entropy(
                logits, targets.to(device), ignore_index=IGNORED, reduction="none"
            )
            sums = lost.double().sum(1).cpu().numpy()
            np.add.at(nats, [window.document for window in some], sums)
            at += len(some)
    model.train(training)
    return nats


def unigram_nats(
    counts: NDArray[np.int64], documents: Sequence[NDArray[np.int64]]
) -> NDArray[np.float64]:
    """-log p of each document when tokens are drawn by `counts` (add-one smoothed), in nats."""
    cost = -np.log((counts + 1) / (counts.sum() + len(counts)))
    return np.array([cost[document].sum() for document in documents])


def token_counts(files: Iterable[Sequences], vocabulary: int) -> NDArray[np.int64]:
    """How often each id occurs in token files: int64 (vocabulary)."""
    counts = np.zeros(vocabulary, dtype=np.int64)
    piece = 1 << 24
    for file in files:
        for start in range(0, len(file.tokens), piece):
            found = np.bincount(file.tokens[start : start + piece], minlength=vocabulary)
            if len(found) > vocabulary:
                raise TahonaError(
                    f"the tokens hold the id {len(found) - 1}, the tokenizer ends at "
                    f"{vocabulary - 1}: they were made with another tokenizer"
                )
            counts += found
    return counts


def bits_per_byte(nats: float, size: int) -> float:
    """Bits per byte to five decimals, which rounding in another order does not reach."""
    return round(nats / math.log(2) / size, 5)


@dataclass
class _Window:
    document: int
    inputs: NDArray[np.int64]
    targets: NDArray[np.int64]
    first: int  # the first target that no earlier window has scored


def _windows(documents: Sequence[NDArray[np.int64]], context: int) -> Iterable[_Window]:
    stride = max(1, context // 2)
    for number, document in enumerate(documents):
        whole = np.concatenate([[END], document])
        scored, start = 0, 0
        while scored < len(document):
            end = min(start + context, len(document))
            yield _Window(number, whole[start:end], whole[start + 1 : end + 1], scored - start)
            scored, start = end, start + stride

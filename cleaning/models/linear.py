"""A small linear model over the words of texts: which of some labels a text, or any span of its words, has.

Multinomial logistic regression over hashed features of each word: the word in lower case, its first and
last two, three and four letters, the pair with the word before it, and in larger models the runs of three letters
inside it. A span's evidence is the sum over its words divided by the square root of their number, so that more
words make it surer, but no length makes it sure of everything. The features are hashes of the spans that
`cleaning.text.batch` has found already, so one pass serves a document, its paragraphs and its sentences alike.

Hashed features: Weinberger et al. 2009. Training: L-BFGS on one thread, the same bytes every time.
"""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from cleaning.text.batch import Batch, Bools, Floats, Ints, slices
from pipeline.errors import TahonaError

Scores = npt.NDArray[np.float32]

FEATURES = 8  # of each word
INSIDE = 4  # runs of three letters from the second, third, ... letter on, in a model that has them
BITS = 16  # of the number of buckets of a model that is trained without saying


@dataclass(frozen=True)
class Linear:
    """A trained model: `weights` int8 [2**bits, labels] times `scale`, plus `bias` [labels].

    `features` of each word: FEATURES, or INSIDE more.
    """

    labels: tuple[str, ...]
    weights: npt.NDArray[np.int8]
    scale: float
    bias: Scores
    features: int = FEATURES

    @property
    def bits(self) -> int:
        return len(self.weights).bit_length() - 1

    @cached_property
    def _rows(self) -> npt.NDArray[np.int8]:
        """The weights, with as many columns as are added together."""
        from cleaning.models.lanes import LANES

        return np.pad(self.weights, ((0, 0), (0, -len(self.labels) % LANES)))

    def evidence(self, batch: Batch, edges: Ints, wanted: Bools | None = None) -> Ints:
        """The sums [runs, labels] of the weights, in units of `scale`, of the words of a batch from each edge to the
        next, of those runs that are wanted; 0 of others. From the first edge to the last there are all words.

        The units are whole numbers, so that their sums are the same in any blocks, and add up to those of longer runs.
        """
        from cleaning.models.features import (
            add_evidence,  # numba, which whoever only names a model spares
        )

        rows = self._rows
        if wanted is None:
            wanted = np.ones(len(edges) - 1, bool)
        sums = np.zeros((len(wanted), rows.shape[1]), np.int64)
        for first, stop, codes in batch.blocks(batch.word_start, batch.word_end):
            here = np.clip(edges, first, stop) - first
            add_evidence(batch, slice(first, stop), codes, rows, self.features, here, wanted, sums)
        return sums[:, : len(self.labels)]

    def chances(self, evidence: Ints, words: Ints) -> Scores:
        """The probabilities [spans, labels] of spans of so many words, which are evenly spread but for the bias where
        there is no word.
        """
        units = self.scale / np.sqrt(np.maximum(words, 1))
        logits = (evidence * units[:, None]).astype(np.float32) + self.bias
        chances: Scores = softmax(logits)
        return chances

    def of_batch(self, batch: Batch) -> Scores:
        """Of each text [texts, labels]."""
        first = batch.word_first
        return self.chances(self.evidence(batch, first), np.diff(first))

    def probabilities(self, texts: Sequence[str]) -> Scores:
        """The same of texts."""
        scores = [np.zeros((0, len(self.labels)), np.float32)]
        scores += [self.of_batch(Batch(texts[begin:stop])) for begin, stop in slices(texts)]
        return np.concatenate(scores)

    def dump(self) -> bytes:
        """The model as a file: an npz archive without pickles, the same bytes for the same model."""
        buffer = io.BytesIO()
        more: Any = {} if self.features == FEATURES else {"features": np.array(self.features)}
        np.savez_compressed(
            buffer,
            labels=np.array(self.labels, "U"),
            weights=self.weights,
            scale=np.array(self.scale),
            bias=self.bias,
            **more,
        )
        return buffer.getvalue()


def load(path: str | os.PathLike[str]) -> Linear:
    """The model of a file that `Linear.dump` gave; a TahonaError where it is none."""
    try:
        with np.load(Path(path), allow_pickle=False) as file:
            model = Linear(
                tuple(str(label) for label in file["labels"]),
                file["weights"],
                float(file["scale"]),
                file["bias"],
                int(file["features"]) if "features" in file else FEATURES,
            )
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
        raise TahonaError(f"{path} is no model of `classifier`, or a damaged one") from error
    size, labels = model.weights.shape if model.weights.ndim == 2 else (0, 0)
    sound = model.weights.dtype == np.int8 and size & (size - 1) == 0 and size > 1
    sound = sound and model.features in (FEATURES, FEATURES + INSIDE)
    if not sound or labels != len(model.labels) or model.bias.shape != (labels,):
        raise TahonaError(f"{path} is no model of `classifier` (its tables don't fit one another)")
    return model


def softmax(values: Any) -> Any:
    """Probabilities [rows, labels] of logits."""
    # The largest of a few columns is found by whole columns in a fifth of the time.
    largest = np.ascontiguousarray(values.T).max(axis=0, initial=-np.inf)
    powers = np.exp(values - largest[:, None])
    return powers / powers.sum(axis=1, keepdims=True)


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    weights: Floats | None = None,
    bits: int = BITS,
    penalty: float = 1e-6,
    iterations: int = 60,
    features: int = FEATURES,
) -> Linear:
    """A model of labelled texts, of so many features of each word.

    `weights` says how much each text counts (None: all labels the same); `penalty` is that of squared
    weights beside the mean loss. Raises TahonaError where fewer than two labels have a text with a word.
    """
    from scipy.optimize import minimize

    matrix, keep = _matrix(texts, bits, features)
    names = sorted({labels[i] for i in keep})
    if len(names) < 2:
        raise TahonaError(f"a classifier needs texts of two labels at least; there is {names}")
    number = {name: i for i, name in enumerate(names)}
    target = np.array([number[labels[i]] for i in keep])
    if weights is None:
        counts = np.bincount(target, minlength=len(names))
        weight = 1.0 / counts[target]
    else:
        weight = np.asarray(weights, np.float64)[keep]
    weight = (weight / weight.sum()).astype(np.float32)
    shape = (matrix.shape[1], len(names))
    rows = np.arange(len(target))

    def loss(flat: Floats) -> tuple[float, Floats]:
        table = flat[: -len(names)].reshape(shape).astype(np.float32)
        chances = softmax(matrix @ table + flat[-len(names) :].astype(np.float32))
        value = -(weight * np.log(np.maximum(chances[rows, target], 1e-30))).sum()
        chances[rows, target] -= 1
        chances *= weight[:, None]
        slope = matrix.T @ chances + 2 * penalty * table
        gradient = np.concatenate((slope.ravel(), chances.sum(axis=0)))
        return float(value + penalty * (table**2).sum()), gradient.astype(np.float64)

    start = np.zeros(shape[0] * shape[1] + len(names))
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": iterations}).x
    table = best[: -len(names)].reshape(shape)
    table -= table.mean(axis=1, keepdims=True)  # the same probabilities, in a smaller range
    scale = max(float(np.quantile(np.abs(table), 0.99999)), 1e-9) / 127
    rounded = np.clip(np.rint(table / scale), -127, 127).astype(np.int8)
    return Linear(tuple(names), rounded, scale, best[-len(names) :].astype(np.float32), features)


def _matrix(texts: Sequence[str], bits: int, features: int) -> tuple[Any, Ints]:
    """The features of the texts that have a word (a sparse matrix [texts, buckets]), and which these are."""
    from scipy.sparse import csr_matrix

    from cleaning.models.features import buckets

    data, places, sizes = [], [], []
    for begin, stop in slices(texts):
        batch = Batch(texts[begin:stop])
        words = np.diff(batch.word_first)
        places.append(buckets(batch, bits, features).astype(np.int32).ravel())
        data.append(np.repeat(1 / np.sqrt(np.maximum(words, 1)), words * features).astype("f4"))
        sizes.append(words)
    number = np.concatenate([np.zeros(0, np.int64), *sizes])
    keep = np.flatnonzero(number)
    ends = np.concatenate(([0], np.cumsum(number[keep] * features)))
    columns = np.concatenate([np.zeros(0, np.int32), *places])
    values = np.concatenate([np.zeros(0, np.float32), *data])
    return csr_matrix((values, columns, ends), shape=(len(keep), 1 << bits)), keep

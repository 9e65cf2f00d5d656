"""How much likelier a text is in a target than in a source: the ratio of two bags of hashed words and pairs of words.

Data selection by importance resampling (Xie et al. 2023, DSIR), as RedPajama-v2 measures it.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from cleaning.models.linear import Scores
from cleaning.text.batch import Batch, Floats, Ints, by_text, mixed, slices
from pipeline.errors import TahonaError

_PAIR = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Importance:
    """A trained model: of each bucket the logarithm of its chance in the target over that in the source."""

    ratios: Scores

    def of(self, batch: Batch) -> tuple[Floats, Ints]:
        """Of each text the sum of the ratios of its words and pairs, and how many these are."""
        words = np.diff(batch.word_first)
        sums = np.zeros(len(batch))
        for places, opens in _buckets(batch, len(self.ratios)):
            values = self.ratios[places].astype(np.float64)
            values[opens] = 0
            sums += by_text(values, batch.word_first)
        return sums, words + np.maximum(words - 1, 0)

    def per_word(self, texts: Sequence[str]) -> Floats:
        """The mean ratio of the words and pairs of each text."""
        means = [np.zeros(0)]
        for begin, stop in slices(texts):
            sums, number = self.of(Batch(texts[begin:stop]))
            means.append(sums / np.maximum(number, 1))
        return np.concatenate(means)

    def dump(self) -> bytes:
        """The model as a file: an npz archive without pickles, the same bytes for the same model."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, ratios=self.ratios)
        return buffer.getvalue()


def train(target: Sequence[str], source: Sequence[str], bits: int) -> Importance:
    """The model of texts that are wanted and of what they are to be told from, in 2**bits buckets."""
    logs = []
    for texts in (target, source):
        counts = np.ones(1 << bits)  # none is impossible
        for begin, stop in slices(texts):
            for places, opens in _buckets(Batch(texts[begin:stop]), 1 << bits):
                counts += np.bincount(places[~opens], minlength=1 << bits)
        logs.append(np.log(counts / counts.sum()))
    return Importance((logs[0] - logs[1]).astype(np.float32))


def load(path: str | os.PathLike[str]) -> Importance:
    """The model of a file that `Importance.dump` gave; a TahonaError where it is none."""
    try:
        with np.load(Path(path), allow_pickle=False) as file:
            ratios = file["ratios"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise TahonaError(
            f"{path} is no model of `classifier: {{kind: importance}}`, or a damaged one"
        ) from error
    if ratios.dtype != np.float32 or ratios.ndim != 1 or len(ratios) & (len(ratios) - 1):
        raise TahonaError(f"{path} is no model of importance (its table doesn't fit)")
    return Importance(ratios)


def _buckets(batch: Batch, size: int) -> Iterator[tuple[Ints, Ints]]:
    """The buckets of the words of a batch, then of each with the word before it; and which have none: the first words
    of texts have no pair.
    """
    shift = np.uint64(64 - (size.bit_length() - 1))
    words = batch.word_hashes
    none = np.zeros(len(words), bool)
    yield (mixed(words) >> shift).astype(np.int64), none
    before = np.concatenate((words[:1], words[:-1]))
    first = none.copy()
    first[batch.word_first[:-1][np.diff(batch.word_first) > 0]] = True
    yield (mixed(mixed(before * _PAIR) ^ words) >> shift).astype(np.int64), first

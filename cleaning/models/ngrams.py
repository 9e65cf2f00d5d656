"""A small n-gram model of the characters of a language: how surprising a text is under it.

The chance of a character after those before it is that of its longest run (ORDER), drawn towards that of the shorter
ones (MacKay & Peto 1995: a Dirichlet prior at each order). Counts stand in hashed tables, on a scale of logarithms
in a byte, so that the model is small, needs no vocabulary and knows every word a little: one that a scanner broke, a
list, a text in another language are surprising, a run of the most frequent words is not.

`python -m cleaning.models.ngrams MODEL FILE...` makes one of texts in UTF-8; the same files give the same bytes.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from cleaning.text.batch import BLOCK, Batch, Floats, Hashes, Ints, mixed, slices
from cleaning.text.kinds import DIGIT, SPACE
from pipeline.errors import TahonaError

ORDER = 5  # characters of the longest run
BITS = 18  # of the number of counts of an order
PRIOR = 4.0  # characters that the shorter runs count for beside the longer
ALPHABET = 120.0  # characters among which one that was never seen is
STEP = 8  # counts are kept as logarithms to the base 2, in eighths

_BASE = np.uint64(0x9E3779B97F4A7C15)  # as in cleaning/text/batch.py
_BLANK, _ZERO = np.uint32(0x20), np.uint32(0x30)

Table = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Ngrams:
    """A model: for each order the counts [orders, 2**BITS] of its runs."""

    counts: Table

    def surprise(self, batch: Batch) -> Floats:
        """How surprising each text is, as a whole, in nats; 0 where it is empty."""
        edges = np.concatenate((batch.start, batch.end))
        sums = np.zeros(len(edges))
        total = np.zeros(1)
        for begin in range(0, len(batch.codes), BLOCK):
            stop = min(begin + BLOCK, len(batch.codes))
            # One after another.
            before = np.cumsum(np.append(total, self._nats(batch, begin, stop)))
            here = (edges >= begin) & (edges < stop)
            sums[here] = before[edges[here] - begin]
            total = before[-1:]
        return np.asarray(sums[len(batch) :] - sums[: len(batch)], np.float64)

    def _nats(self, batch: Batch, begin: int, stop: int) -> Floats:
        """How surprising each of the code points [begin, stop) is."""
        scale = (np.exp2(np.arange(256) / STEP) - 1).astype(np.float32)
        led = max(begin - ORDER, 0)  # what they stand on is before them
        codes, place = _prepared(batch, led, stop)
        chance = np.full(len(codes), 1 / ALPHABET, np.float32)
        whole = np.full(len(codes), scale[self.counts[0]].sum(), np.float32)
        for order, hashes in enumerate(_runs(codes)):
            count = scale[self.counts[order][_buckets(hashes)]]
            seen = np.minimum(count, whole)  # where two runs share a place, more
            longer = (seen + PRIOR * chance) / (whole + PRIOR)
            chance = np.where(place >= order, longer, chance)
            whole = np.append(np.float32(0), count[:-1])  # what the next order stands on
        nats = -np.log(chance[begin - led :])
        ends = batch.end[(batch.end >= begin) & (batch.end < stop)]
        nats[ends - begin] = 0  # the newline that separates two texts
        return nats.astype(np.float64)

    def dump(self) -> bytes:
        """The model as a file: an npz archive without pickles, the same bytes for the same model."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, counts=self.counts)
        return buffer.getvalue()


def train(texts: Iterable[str]) -> Ngrams:
    """The model of some texts."""
    counts = np.zeros((ORDER, 1 << BITS), np.int64)
    listed = list(texts)
    for begin, stop in slices(listed):
        batch = Batch(listed[begin:stop])
        codes, place = _prepared(batch, 0, len(batch.codes))
        inside = np.ones(len(codes), bool)
        inside[batch.end] = False
        for order, hashes in enumerate(_runs(codes)):
            at = _buckets(hashes)[inside & (place >= order)]
            counts[order] += np.bincount(at, minlength=1 << BITS)
    return Ngrams(np.rint(STEP * np.log2(counts + 1.0)).clip(0, 255).astype(np.uint8))


def load(path: str | os.PathLike[str]) -> Ngrams:
    """The model of a file that `Ngrams.dump` gave; a TahonaError where it is none."""
    try:
        with np.load(Path(path), allow_pickle=False) as file:
            counts = file["counts"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise TahonaError(f"{path} is no model of n-grams ({error})") from error
    if counts.dtype != np.uint8 or counts.shape != (ORDER, 1 << BITS):
        raise TahonaError(f"{path} is no model of n-grams (its table doesn't fit)")
    return Ngrams(counts)


def _prepared(batch: Batch, begin: int, stop: int) -> tuple[npt.NDArray[np.uint32], Ints]:
    """Code points in lower case, white space as blanks and digits as 0; and which of its text each is."""
    codes = batch.lowered(slice(begin, stop)).copy()
    codes[(batch.classes[begin:stop] & SPACE) != 0] = _BLANK
    codes[(batch.classes[begin:stop] & DIGIT) != 0] = _ZERO
    at = np.arange(begin, stop)
    return codes, at - batch.start[np.searchsorted(batch.end, at)]


def _runs(codes: npt.NDArray[np.uint32]) -> Iterable[Hashes]:
    """For each order the sums that tell apart the runs of so many characters, by their last one."""
    hashes = np.zeros(len(codes), np.uint64)
    power = np.uint64(1)
    with np.errstate(over="ignore"):
        for order in range(ORDER):
            hashes[order:] += codes[: max(len(codes) - order, 0)].astype(np.uint64) * power
            yield hashes
            power *= _BASE


def _buckets(hashes: Hashes) -> Any:
    return (mixed(hashes) >> np.uint64(64 - BITS)).astype(np.int32)


def main(arguments: Sequence[str]) -> None:
    """Writes a model of the files."""
    model, *files = arguments
    texts = [Path(file).read_text(encoding="utf-8") for file in files]
    Path(model).write_bytes(train(texts).dump())


if __name__ == "__main__":
    main(sys.argv[1:])

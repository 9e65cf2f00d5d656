"""Makes `iberian.npz`: `python -m cleaning.language.train MODEL FOLDER`, where FOLDER holds LABEL/SOURCE.txt.

A line is a text in UTF-8; it is cut into pieces of 6 to 40 words. Of a label at most MOST pieces are taken, of each of
its sources as many as of the others as far as they go, an eighth of them once more without accents, and all labels
weigh the same. Pairs of pieces in two languages are examples of both, as a text that is half a quotation is. The loss
is that of `models/linear.py`; its minimum is looked for by AdaGrad (Duchi et al. 2011) one example after another,
which takes a tenth of the time of L-BFGS here. One thread and a fixed order: the same texts give the same bytes.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cleaning.language.codes import UNKNOWN
from cleaning.models.features import buckets
from cleaning.models.linear import FEATURES, INSIDE, Linear
from cleaning.text.batch import Batch, Ints, slices
from cleaning.text.words import without_accent
from pipeline.compiled import compiled

MOST = 100_000  # pieces of a label
LENGTHS = (3, 6, 10, 16, 24, 40)  # words of a piece
PAIRS = 500  # of two languages
BITS = 19
USED = FEATURES + INSIDE  # features of a word
LEVELS = 31  # of a weight on either side of zero: with 127 the file is half as large again, and no better
RUNS = 4  # whose mean is taken: one alone is luckier or less, by a dozen sentences of the test
PASSES, RATE = 4, 0.25
PENALTY = 2e-7  # of a weight each time that its feature is seen

Floats = NDArray[np.float32]


@compiled
def _learn(
    places: NDArray[np.int32],
    ends: Ints,
    targets: NDArray[np.int32],
    weights: Floats,
    order: Ints,
    table: Floats,
    bias: Floats,
    squares: Floats,
    rate: float,
    penalty: float,
) -> float:
    """One pass over the examples in an order; changes `table` [buckets, labels], `bias` and `squares` [buckets]."""
    labels = len(bias)
    scores = np.empty(labels, np.float32)
    loss = 0.0
    for example in order:
        start, end = ends[example], ends[example + 1]
        value = np.float32(1.0 / np.sqrt((end - start) / 8))
        for j in range(labels):
            scores[j] = bias[j]
        for i in range(start, end):
            place = places[i]
            for j in range(labels):
                scores[j] += value * table[place, j]
        most = scores.max()
        total = np.float32(0.0)
        for j in range(labels):
            scores[j] = np.exp(scores[j] - most)
            total += scores[j]
        target, weight = targets[example], weights[example]
        norm = np.float32(0.0)
        for j in range(labels):
            scores[j] /= total
            if j == target:
                loss -= weight * np.log(max(scores[j], np.float32(1e-30)))
                scores[j] -= np.float32(1.0)
            scores[j] *= weight
            norm += scores[j] * scores[j]
            bias[j] -= np.float32(0.01 * rate) * scores[j]
        norm *= value * value
        for i in range(start, end):
            place = places[i]
            squares[place] += norm
            step = np.float32(rate / np.sqrt(squares[place] + np.float32(1e-6)))
            for j in range(labels):
                pull = value * scores[j] + np.float32(penalty) * table[place, j]
                table[place, j] -= step * pull
    return loss


def fitted(runs: Iterable[Iterable[tuple[str, str, float]]]) -> Linear:
    """A model of weighted examples (text, label, weight), each with a word at least: the mean over the runs."""
    names: list[str] = []
    tables: list[Floats] = []
    biases: list[Floats] = []
    for run in runs:
        texts, labels, weights = zip(*run, strict=True)
        names = sorted(set(labels))
        targets = np.array([names.index(label) for label in labels], np.int32)
        table, bias = _fitted(texts, targets, np.array(weights), len(names), len(tables))
        table -= table.mean(axis=1, keepdims=True)  # the same probabilities, in a smaller range
        tables.append(table)
        biases.append(bias)
    mean = np.mean(tables, axis=0)
    scale = max(float(np.quantile(np.abs(mean), 0.99999)), 1e-9) / LEVELS
    rounded = np.clip(np.rint(mean / scale), -LEVELS, LEVELS).astype(np.int8)
    return Linear(tuple(names), rounded, scale, np.mean(biases, axis=0), USED)


def _fitted(
    texts: Sequence[str],
    targets: NDArray[np.int32],
    weights: NDArray[np.float64],
    labels: int,
    seed: int,
) -> tuple[Floats, Floats]:
    """The table [buckets, labels] and the bias of one run; what order the examples come in is of the seed."""
    places, sizes = [], []
    for begin, stop in slices(texts):
        batch = Batch(texts[begin:stop])
        places.append(buckets(batch, BITS, USED).astype(np.int32).ravel())
        sizes.append(np.diff(batch.word_first) * USED)
    flat = np.concatenate(places)
    ends = np.concatenate(([0], np.cumsum(np.concatenate(sizes))))
    scaled = (weights / weights.mean()).astype(np.float32)
    table = np.zeros((1 << BITS, labels), np.float32)
    bias = np.zeros(labels, np.float32)
    squares = np.zeros(1 << BITS, np.float32)
    used = np.flatnonzero(np.diff(ends))
    draw = np.random.default_rng(seed)
    for turn in range(PASSES):
        rate = RATE * (1 - turn / PASSES)
        order = draw.permutation(used)
        loss = _learn(flat, ends, targets, scaled, order, table, bias, squares, rate, PENALTY)
        print(f"run {seed + 1}, pass {turn + 1}: loss {loss / len(used):.4f}")
    return table, bias


def pieces(lines: Sequence[str], draw: random.Random) -> list[str]:
    """The lines cut into pieces, in an order by chance."""
    parts = []
    for line in lines:
        words, at = line.split(), 0
        while at < len(words):
            size = draw.choice(LENGTHS)
            if at == 0 or len(words) - at >= min(LENGTHS) // 2:
                parts.append(" ".join(words[at : at + size]))
            at += size
    draw.shuffle(parts)
    return parts


def of_label(folder: Path, draw: random.Random) -> list[str]:
    """The pieces of one label: each source gives as many, and one that has fewer leaves the rest to the others."""
    sources = [
        pieces(path.read_text(encoding="utf-8").splitlines(), draw)
        for path in sorted(folder.glob("*.txt"))
    ]
    chosen: list[str] = []
    for left, source in zip(range(len(sources), 0, -1), sorted(sources, key=len), strict=True):
        chosen += source[: (MOST - len(chosen)) // left]
    return chosen


def bare(text: str) -> str:
    """The text without its accents."""
    return "".join(map(without_accent, text))


def examples(folder: Path, draw: random.Random) -> Iterator[tuple[str, str, float]]:
    """Text, label and weight of each example."""
    by_label = {path.name: of_label(path, draw) for path in sorted(folder.iterdir())}
    for label, texts in by_label.items():
        every = [*texts, *map(bare, texts[:: 8 if label != UNKNOWN else len(texts)])]
        for text in every:
            yield text, label, 1 / len(every)
    languages = [label for label in by_label if label != UNKNOWN]
    couples = [(a, b) for i, a in enumerate(languages) for b in languages[i + 1 :]]
    for couple in couples:
        for _ in range(PAIRS):
            halves = [draw.choice(by_label[label]) for label in couple]
            draw.shuffle(halves)
            for label in couple:
                yield " ".join(halves), label, 0.5 / PAIRS / len(languages)


def main(arguments: Sequence[str]) -> None:
    """Writes the model of the texts in a folder."""
    model, folder = arguments
    runs = (examples(Path(folder), random.Random(seed)) for seed in range(RUNS))
    Path(model).write_bytes(fitted(runs).dump())


if __name__ == "__main__":
    main(sys.argv[1:])

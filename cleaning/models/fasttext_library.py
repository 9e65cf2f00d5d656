"""A fastText model of any kind, trained and asked by fastText's own code: one call for all texts of a batch.

It is given what those who publish such models give it, as DCLM does: the text as one line, as it is written.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning.models.fasttext_file import LABEL, labels
from cleaning.text.batch import Batch, Ints
from pipeline.errors import TahonaError


class Library:
    """A model; a TahonaError where the file is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        labels(path)  # its own code would believe a damaged one
        import fasttext

        try:
            self._model: Any = fasttext.load_model(os.fspath(path)).f
        except (ValueError, RuntimeError) as error:
            raise TahonaError(f"{path} is no fastText model, or a damaged one: {error}") from error
        names, _ = self._model.getLabels("strict")
        self.labels = tuple(name.removeprefix(LABEL) for name in names)
        self._places = {name: place for place, name in enumerate(names)}

    def likeliest(self, lines: Sequence[str], number: int) -> tuple[Ints, NDArray[np.float32]]:
        """So many likeliest labels of each line [lines, number] by their place, and their probabilities; -1 and 0 where
        there is none. A line ends with its only newline.
        """
        places = np.full((len(lines), number), -1, np.int64)
        chances = np.zeros((len(lines), number), np.float32)
        asked = [row for row, line in enumerate(lines) if line != "\n"]
        try:
            told, said = self._model.multilinePredict(
                [lines[r] for r in asked], number, 0.0, "strict"
            )
        except RuntimeError as error:  # sums of numbers that are too large
            raise TahonaError(f"{self._path} is a damaged fastText model: {error}") from error
        for row, names, values in zip(asked, told, said, strict=True):
            places[row, : len(names)] = [self._places[name] for name in names]
            chances[row, : len(names)] = values
        return places, chances

    def of_batch(self, batch: Batch) -> NDArray[np.float32]:
        """The probabilities of all labels [texts, labels]; 0 where there is nothing to read."""
        return self.probabilities(batch.texts)

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same of texts."""
        places, chances = self.likeliest([line(text) for text in texts], len(self.labels))
        table = np.zeros(places.shape, np.float32)
        rows, ranks = np.nonzero(places >= 0)
        table[rows, places[rows, ranks]] = np.minimum(chances[rows, ranks], 1)
        return table


def line(text: str) -> str:
    """A text as fastText reads it."""
    return text.strip().replace("\n", " ") + "\n"


def load(path: str | os.PathLike[str]) -> Library:
    """The model of a file, the last one of a process kept: it may be large."""
    status = os.stat(path)
    return _loaded(os.fspath(path), (status.st_size, status.st_mtime_ns))


@lru_cache(1)
def _loaded(path: str, state: tuple[int, int]) -> Library:
    return Library(Path(path))


# What such models are trained with (tests/benchmarks/LOG.md): pairs of words, numbers of a vector, rounds, the rate.
PAIRS, WIDTH, EPOCHS, RATE = 2, 16, 10, 0.5
LETTERS = (3, 5)  # runs of letters inside a word, where these are asked for


def train(path: Path, texts: Sequence[str], names: Sequence[str], bits: int, inside: bool) -> None:
    """Writes a model of labelled texts; a TahonaError for a label with white space, which ends one for fastText.

    Labels count alike: those of few texts are repeated. One thread and one order give the same bytes each time.
    """
    if spaced := next((name for name in names if len(name.split()) != 1), None):
        raise TahonaError(f"fastText knows no label with white space, as {spaced!r}")
    import fasttext

    counts = Counter(names)
    most = max(counts.values())
    lines: list[str] = []
    for text, name in zip(texts, names, strict=True):
        lines += [f"{LABEL}{name} {line(text.replace(LABEL, ' '))}"] * round(most / counts[name])
    random.Random(0).shuffle(lines)
    least, longest = LETTERS if inside else (0, 0)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        file.writelines(lines)
        file.flush()
        model = fasttext.train_supervised(
            file.name,
            thread=1,
            seed=0,
            verbose=0,
            dim=WIDTH,
            epoch=EPOCHS,
            lr=RATE,
            wordNgrams=PAIRS,
            bucket=1 << bits,
            minn=least,
            maxn=longest,
        )
    model.save_model(os.fspath(path))

"""A model that tells labels of texts, of whichever kind: one that the stage `classifier` made, or any of fastText."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol
from zipfile import is_zipfile

from cleaning.models import fasttext_file, linear
from cleaning.models.linear import Scores
from cleaning.text.batch import Batch
from pipeline.errors import TahonaError


class Labelled(Protocol):
    """What is asked of such a model."""

    @property
    def labels(self) -> tuple[str, ...]:
        """All that it knows."""

    def of_batch(self, batch: Batch) -> Scores:
        """The probabilities [texts, labels]."""

    def probabilities(self, texts: Sequence[str]) -> Scores:
        """The same of texts."""


def load(path: str | os.PathLike[str]) -> Labelled:
    """The model of a file; a TahonaError where it is none."""
    if fasttext_file.is_one(Path(path)):
        from cleaning.models import fasttext_library  # fastText, which most need not

        return fasttext_library.load(path)
    return _linear(path)


def labels(path: Path) -> tuple[str, ...]:
    """Its labels; a TahonaError where it is none. No native code reads the file."""
    if fasttext_file.is_one(path):
        return fasttext_file.labels(path)
    return _linear(path).labels


def _linear(path: str | os.PathLike[str]) -> linear.Linear:
    if not is_zipfile(path):
        raise TahonaError(f"{path} is neither a model of `classifier` nor one of fastText")
    return linear.load(path)

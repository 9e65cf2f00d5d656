"""What a model of the recipe says of a text by its labels, of quality most often: a classifier that the recipe trains,
or one that it names.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from cleaning.models import labelled
from cleaning.models.labelled import Labelled
from cleaning.models.linear import Scores
from cleaning.signals.measures import Model, measure
from cleaning.text.batch import Batch

GOOD = "good"  # the label whose probability is a signal of its own, unless the recipe names another


@dataclass(frozen=True)
class Judge:
    """A model, and the label that it calls good."""

    model: Labelled
    good: str


def load(path: str | os.PathLike[str], good: str = GOOD) -> Judge:
    """The model of a file; a TahonaError where it is none."""
    return Judge(labelled.load(path), good)


@measure(
    model=Model(load=load, input="classifier"),
    label=(str, "the likeliest label of the recipe's classifier"),
    label_p=(float, "how probable it is"),
    good_p=(float, "how probable the label `good` is; none where the classifier has no such label"),
)
def _label(batch: Batch, judge: Judge) -> Any:
    model = judge.model
    chances = model.of_batch(batch)
    good = model.labels.index(judge.good) if judge.good in model.labels else None
    return (
        *likeliest(model, chances),
        np.full(len(batch), np.nan) if good is None else _told(chances, chances[:, good]),
    )


def likeliest(model: Labelled, chances: Scores) -> tuple[list[str | None], Any]:
    """The likeliest label of each text, and how probable it is; none where the model says nothing of a text."""
    best = chances.argmax(axis=1) if len(chances) else np.zeros(0, np.int64)
    highest = chances[np.arange(len(best)), best]
    labels = [
        model.labels[i] if p else None for i, p in zip(best.tolist(), highest.tolist(), strict=True)
    ]
    return labels, _told(chances, highest)


def _told(chances: Scores, values: Any) -> Any:
    return np.where(chances.any(axis=1), values, np.nan)

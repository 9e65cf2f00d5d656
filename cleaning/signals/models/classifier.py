"""What a classifier of the recipe says of a text: quality, topic or variety, as its examples were labelled."""

from __future__ import annotations

from typing import Any

import numpy as np

from cleaning.models.linear import Linear, load
from cleaning.signals.measures import Model, measure
from cleaning.text.batch import Batch

GOOD = "good"  # the label whose probability is a signal of its own


@measure(
    model=Model(load=load, input="classifier"),
    label=(str, "the likeliest label of the recipe's classifier"),
    label_p=(float, "how probable it is"),
    good_p=(float, "how probable the label `good` is; none where the classifier has no such label"),
)
def _label(batch: Batch, model: Linear) -> Any:
    first = batch.word_first
    (chances,) = model.of_spans(batch, (first[:-1], first[1:]))
    best = chances.argmax(axis=1) if len(batch) else np.zeros(0, np.int64)
    good = model.labels.index(GOOD) if GOOD in model.labels else None
    return (
        [model.labels[i] for i in best.tolist()],
        chances[np.arange(len(best)), best],
        np.full(len(best), np.nan) if good is None else chances[:, good],
    )

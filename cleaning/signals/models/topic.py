"""What a text is about, by the labels of a second model of the recipe, beside the one of its quality."""

from __future__ import annotations

from typing import Any

from cleaning.models.labelled import Labelled, load
from cleaning.signals.measures import Model, measure
from cleaning.signals.models.classifier import likeliest
from cleaning.text.batch import Batch


@measure(
    model=Model(load=load, input="topic"),
    topic=(str, "the likeliest label of the recipe's model of topics"),
    topic_p=(float, "how probable it is"),
)
def _topic(batch: Batch, model: Labelled) -> Any:
    return likeliest(model, model.of_batch(batch))

"""How like a text is to the recipe's good examples, against its others: an importance weight."""

from __future__ import annotations

from typing import Any

from cleaning.models.importance import Importance, load
from cleaning.signals.arrays import share
from cleaning.signals.measures import Model, measure
from cleaning.text.batch import Batch


@measure(
    model=Model(load=load, input="importance"),
    importance=(
        float,
        "logarithm of its chance among the good examples over that among the others, in nats (DSIR, RedPajama-v2)",
    ),
    importance_per_word=(float, "the same, over its words and pairs of words"),
)
def _importance(batch: Batch, model: Importance) -> Any:
    sums, number = model.of(batch)
    return sums, share(sums, number)

"""What is told of a model is what it was made from."""

from __future__ import annotations

from typing import Any

from tests.training.corpora import manifest, shard
from training.provenance import provenance_of


def test_tokens_of_domains_that_a_training_leaves_out_are_not_counted() -> None:
    counts = {"web/train": 900, "web/validation": 9, "legal/train": 80, "news/train": 7}
    tokens = manifest("shard", ("tokens",), [shard("shard", [], figures={"tokens": counts})])

    def counted(weights: dict[str, float], kind: str = "model") -> dict[str, int]:
        params: dict[str, Any] = {"domains": [*"abc"], "validation_domains": [], "weights": weights}
        made = manifest("pretrain", (kind,), [shard("pretrain", [], params=params)])
        made.inputs = {"tokens": [tokens.reference]}
        return provenance_of(made, lambda _: tokens).tokens

    assert counted({"web": 1, "legal": 2}) == {"web": 900, "legal": 80}
    assert counted({}) == counted({"web": 1}, "index") == {"web": 900, "legal": 80, "news": 7}

"""What is told of a model is what it was made from."""

from __future__ import annotations

from typing import Any

from pipeline.model.dataset import Manifest
from tests.training.corpora import manifest, shard
from training.pretrain.publish.provenance import Provenance, provenance_of


def test_tokens_of_domains_that_a_training_leaves_out_are_not_counted() -> None:
    counts = {"web/train": 900, "web/validation": 9, "legal/train": 80, "news/train": 7}
    tokens = manifest("shard", ("tokens",), [shard("shard", [], figures={"tokens": counts})])

    def counted(weights: dict[str, float], kind: str = "model") -> dict[str, int]:
        params: dict[str, Any] = {"domains": [*"abc"], "validation_domains": [], "weights": weights}
        model = manifest("pretrain", (kind,), [shard("pretrain", [], params=params)])
        model.inputs = {"tokens": [tokens.reference]}
        return provenance_of(model, lambda _: tokens).tokens

    assert counted({"web": 1, "legal": 2}) == {"web": 900, "legal": 80}
    assert counted({}) == counted({"web": 1}, "index") == {"web": 900, "legal": 80, "news": 7}


def test_what_a_model_to_go_on_from_read_is_told_apart() -> None:
    counts = {"web/train": 900, "news/train": 70}
    tokens = manifest("shard", ("tokens",), [shard("shard", [], figures={"tokens": counts})])
    manifests = {str(tokens.reference): tokens}

    def trained(number: str, **params: Any) -> Manifest:
        own = {"domains": ["news", "web"], "validation_domains": [], **params}
        model = manifest("pretrain", ("model",), [shard("pretrain", [], params=own)])
        model = model.model_copy(update={"fingerprint": number * 32})
        model.inputs = {"tokens": [tokens.reference]}
        manifests[str(model.reference)] = model
        return model

    first, more = trained("1"), trained("2", weights={"news": 1})
    more.inputs["model"] = [first.reference]
    figures = manifest("evaluate", ("metrics",), [])
    figures.inputs = {"model": [more.reference]}

    def of(dataset: Manifest) -> Provenance:
        return provenance_of(dataset, lambda reference: manifests[str(reference)])

    assert (of(first).tokens, of(first).tokens_before) == ({"web": 900, "news": 70}, {})
    assert (of(more).tokens, of(more).tokens_before) == ({"news": 70}, {"web": 900, "news": 70})
    assert (of(figures).tokens, of(figures).tokens_before) == ({"web": 900, "news": 70}, {})

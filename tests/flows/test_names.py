"""The parameters of the real stages that stand in every name: whoever has a store finds what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from flows.stages import STAGES, load
from pipeline.model.canonical import digest
from pipeline.model.stage import Params, hashed, later

# Of all parameters of a stage and its kernels that are neither `later` nor `free`, with their defaults, a digest. One
# that changes without a raised version gives every dataset of that stage another name: make the option `later`, with
# what was done before as its default. Where the version is raised for another meaning, the new digest stands here.
PINNED = {
    "crawl": "9249566edce2",
    "extract": "9577f723d1cb",
    "classifier": "129645c70682",
    "annotate": "28b5afb4a4d4",
    "filter": "4c17b18de548",
    "deduplicate": "9b8641deae44",
    "decontaminate": "2c4771d68e4f",
    "corpus": "a3ddbbfa1531",
    "export": "68a1be94c9ef",
    "tokenizer": "2add635ac6d4",
    "shard": "875cc5219086",
    "index": "3a79bb9fcf76",
    "pretrain": "262794d79f5a",
    "evaluate": "d48520725c6d",
}


def described(model: type[Params]) -> dict[str, Any]:
    """The fields of a model that are in keys, with their defaults as JSON; None for what must be given."""
    plain = {
        name: field.get_default(call_default_factory=True)
        for name, field in model.model_fields.items()
        if not field.is_required()
    }
    kept = hashed(model.model_construct(**plain))
    return {
        name: kept.get(name)
        for name, field in model.model_fields.items()
        if field.is_required() or name in kept
    }


def all_params(model: type[Params] = Params) -> Iterator[type[Params]]:
    for inner in model.__subclasses__():
        yield inner
        yield from all_params(inner)


@pytest.mark.parametrize("stage", STAGES)
def test_an_option_that_comes_later_renames_no_dataset(stage: str) -> None:
    package = type(load(stage)).__module__.rpartition(".")[0]
    own = [model for model in all_params() if model.__module__.startswith(f"{package}.")]
    assert digest({model.__qualname__: described(model) for model in own})[:12] == PINNED[stage]


class Plain(Params):
    depth: int = 3
    rules: list[str]


class WithLater(Plain):
    tone: str | None = later(None)


class WithMore(Plain):
    tone: str | None = None


def test_only_what_is_not_later_is_pinned() -> None:
    assert described(Plain) == described(WithLater) == {"depth": 3, "rules": None}
    assert described(WithMore) == {"depth": 3, "rules": None, "tone": None}

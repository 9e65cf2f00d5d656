"""Stage `evaluate`: a model measured on held-out documents by domain, and samples of its text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

import pipeline.model.stage
from pipeline.errors import TahonaError
from pipeline.model.dataset import File
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task, later
from training import EXTRA
from training.inputs.inputs import check_tokenizer, model_files, token_files
from training.objectives.registry import OBJECTIVES


class Evaluate(Stage):
    """Measures a model; gives `metrics.json` and `samples.json`."""

    name = "evaluate"
    # 2: samples are drawn with a cache, whose sums are rounded otherwise. 3: a mark that ends a prompt is drawn again
    version = 3
    gives = ("metrics",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "model": Input("model", parts=("model", "unigram")),
        "tokens": Input("tokens"),
        "tokenizer": Input("tokenizer", parts=("model",), same=True),
    }
    libraries = ("torch",)
    extra = EXTRA

    class Params(pipeline.model.stage.Params):
        """`splits`: those that are measured on. `prompts`: what the samples go on from. `length`: tokens of a sample;
        0: there are none. `temperature`: of the draw: the lower, the more often a likely piece. `top_k`: likeliest
        pieces that a token is drawn from. `seed`: of the draw.
        """

        splits: list[Literal["validation", "test"]] = Field(["validation", "test"], min_length=1)
        prompts: list[str] = Field(
            ["La ciudad", "El ayuntamiento ha", "Según el informe", "Los vecinos"]
        )
        length: int = Field(80, ge=0, le=100_000)
        temperature: float = Field(0.8, gt=0, le=100)
        top_k: int = Field(40, ge=1, le=1_000_000)
        seed: int = Field(1, ge=0, lt=1 << 32)

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        (model,), (tokens,), (tokenizer,) = inputs["model"], inputs["tokens"], inputs["tokenizer"]
        check_tokenizer(self.called, tokens, tokenizer)
        token_inputs: dict[str, list[File]] = {}
        domains: dict[str, list[str]] = {}
        for split in params.splits:
            files, domains[split] = token_files(tokens, split)
            token_inputs |= files
        if not any(domains.values()):
            raise TahonaError(
                f"evaluate found no document in {' or '.join(params.splits)}: "
                "set shard.validation or shard.test higher"
            )
        task = Task(
            inputs={
                **token_inputs,
                **model_files(model),
                "unigram": model.files("unigram"),
                "tokenizer": tokenizer.files("model"),
            },
            params=Measuring(
                **params.model_dump(), domains=domains, objective=_objective(model.params)
            ),
            context={"device": context.get("device"), "threads": context.get("threads")},
        )
        return (
            yield Step("measure", "training.evaluate.measure:measure_model", [task], driver=True)
        )


class Measuring(Evaluate.Params):
    """The parameters of the kernel: with the domains of the token files of each split, in their order, and the
    objective of a model whose measure depends on it.
    """

    domains: dict[str, list[str]]
    objective: str | None = later(None)


def _objective(params: Mapping[str, Any]) -> str | None:
    name = params.get("objective")
    aim = OBJECTIVES.get(str(name))
    return name if aim and aim.sees == "source" else None

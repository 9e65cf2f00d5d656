"""Stage `evaluate`: bits per byte of a model by domain on held-out documents, and samples of its text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

import pipeline.model.stage
from pipeline.errors import TahonaError
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task, Work
from training import PART, training_part
from training.pretrain.stage import check_tokenizer, token_files


class Evaluate(Stage):
    """Measures a model; gives `metrics.json` and `samples.json`."""

    name = "evaluate"
    gives = ("metrics",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "model": Input("model", parts=("model", "unigram")),
        "tokens": Input("tokens"),
        "tokenizer": Input("tokenizer", parts=("model",)),
    }
    libraries = ("torch",)
    part = PART

    class Params(pipeline.model.stage.Params):
        """`splits` to measure on; for the samples, the prompts, the tokens of each and the draw."""

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
        check_tokenizer(self.name, tokens, tokenizer)
        held: dict[str, list[Any]] = {}
        domains: dict[str, list[str]] = {}
        for split in params.splits:
            files, domains[split] = token_files(tokens, split)
            held |= files
        if not any(domains.values()):
            raise TahonaError(
                f"evaluate found no document in {' or '.join(params.splits)}: "
                "set shard.validation or shard.test higher"
            )
        weights, config = (
            [f for f in model.files("model") if f.name == name]
            for name in ("model.safetensors", "config.json")
        )
        task = Task(
            inputs={
                **held,
                "weights": weights,
                "config": config,
                "unigram": model.files("unigram"),
                "tokenizer": tokenizer.files("model"),
            },
            params=params.model_dump(mode="json") | {"domains": domains},
            context={"device": context.get("device"), "threads": context.get("threads")},
        )
        return (yield Step("measure", "training.evaluate.stage:measure_model", [task], driver=True))


def measure_model(work: Work) -> None:
    """The kernel: scores the held-out documents and draws the samples."""
    with training_part("evaluate"):
        from training.device import computing
        from training.evaluate.measure import Evaluation

    with computing(work.context) as device:
        Evaluation(work, device).write()

"""The stage `classifier`: a small model of our own from labelled texts, for languages, quality, topics or varieties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

import pipeline.model.stage
from pipeline.model.key import release
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task, later

ModelKind = Literal["regression", "importance", "fasttext"]
GOOD, BAD = "good", "bad"  # labels of what is wanted and what is not


class Training(pipeline.model.stage.Params):
    """What a model hangs on besides its examples; `names` are those of the files and their groups, in order."""

    names: list[tuple[str, str]]
    label: str | None
    unit: Literal["file", "block", "line"]
    piece: int | None
    held_out: float
    bits: int
    penalty: float
    iterations: int
    inside: bool = later(False)
    kind: ModelKind = later("regression")
    release: str | None = later(None)  # of fastText, where it trains


class Classifier(Stage):
    """Learns from the recipe's `examples`, each group a label, and tells how it does on those held out."""

    name = "classifier"
    inputs: ClassVar[Mapping[str, Input]] = {"examples": Input("examples", many=True)}
    gives = ("classifier",)

    class Params(pipeline.model.stage.Params):
        """`label`: the field of JSON lines, or column of Parquet, that holds the label; None: the group's name.

        `unit` is what one example of a plain text file is. `piece`: examples are cut into so many words, for a model
        that will be asked of short texts. `held_out`: the share of the examples that only the figures see. `bits`: the
        logarithm to base 2 of the number of buckets of features. `penalty`: of squared weights. `iterations`: of the
        optimizer, at most. `inside`: runs of letters inside a word are features, too, which tells languages apart.
        `kind`: a `regression` tells all labels apart, and so does a model of `fasttext`; `importance` tells how much
        likelier a text is among the examples `good` than among the others.
        """

        label: str | None = None
        unit: Literal["file", "block", "line"] = "block"
        piece: int | None = Field(None, ge=1)
        held_out: float = Field(0.1, gt=0, lt=1)
        bits: int = Field(16, ge=8, le=20)
        penalty: float = Field(1e-6, ge=0, allow_inf_nan=False)
        iterations: int = Field(60, ge=1, le=10_000)
        inside: bool = later(False)
        kind: ModelKind = later("regression")

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        """One task: the examples are small, and one thread gives the same bytes each time.

        fastText trains in a process of its own, which a crash of its code may end.
        """
        files = [
            file for manifest in inputs["examples"] for s in manifest.shards for file in s.files
        ]
        training = Training(
            names=[(file.part, file.name) for file in files],
            **{name: getattr(params, name) for name in type(params).model_fields},
            release=release("fasttext-community") if params.kind == "fasttext" else None,
        )
        kernel, driver = "cleaning.classifier.train:train_classifier", params.kind != "fasttext"
        return (yield Step("train", kernel, [Task({"examples": files}, training)], driver=driver))

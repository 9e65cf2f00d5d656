"""The stage `annotate`: what is found out about every document, one column a signal, beside its text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

import pipeline.model.stage
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task


class Annotate(Stage):
    """Language, size, characters, words, lines, repetition and residue of every kept document."""

    name = "annotate"
    inputs: ClassVar[Mapping[str, Input]] = {"documents": Input("documents", parts=("kept",))}
    gives = ("signals",)
    libraries = ("fasttext-community",)
    conserves = ("documents",)

    class Params(pipeline.model.stage.Params):
        """`model`: the path of a fastText language model; None: lid.176.ftz, which is fetched once."""

        model: str | None = Field(None, min_length=1)

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        """One task a shard of documents; the model's digest, not its path, is in the task."""
        from cleaning.language.identify import model_digest

        chosen = {"model": model_digest(params.model)}
        place = {"model_path": params.model}
        (documents,) = inputs["documents"]
        tasks = [
            Task({"documents": [shard.one("kept")]}, chosen, place) for shard in documents.shards
        ]
        return (yield Step("annotate", "cleaning.annotate.annotate:annotate_shard", tasks))

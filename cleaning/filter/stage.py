"""The stage `filter`: rules over signals decide what stays, and boilerplate lines are cut from the text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field, field_validator

import pipeline.model.stage
from cleaning.rules.rule import Bounds, Rule
from cleaning.rules.rules import bounds, check_signals, resolve
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task

Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


class Editing(pipeline.model.stage.Params):
    """What the edits of a shard hang on: whether boilerplate lines are cut."""

    edits: bool


class Deciding(pipeline.model.stage.Params):
    """What the decisions of a shard hang on."""

    rules: list[Bounds]
    languages: list[str]


class Filter(Stage):
    """Two steps with keys of their own: another threshold reads no text again, and changes no edit."""

    name = "filter"
    inputs: ClassVar[Mapping[str, Input]] = {
        "documents": Input("documents", parts=("kept",), same=True),
        "signals": Input("signals"),
    }
    gives = ("decisions", "edits")
    versions: ClassVar[Mapping[str, int]] = {"edits": 1, "decisions": 1}
    conserves = ("documents",)

    class Params(pipeline.model.stage.Params):
        """`rules`: a preset (`spanish`), or a list of presets and rules, later ones changing earlier ones.

        `languages` are those that `corpus` has a part for; the rule `language` removes all others.
        `edits` says whether boilerplate lines are cut.
        """

        rules: str | list[str | Rule] = "spanish"
        languages: list[Language] = Field(["es", "ca", "gl", "eu", "pt", "en"], min_length=1)
        edits: bool = True

        @field_validator("rules")
        @classmethod
        def _sound(cls, rules: str | list[str | Rule]) -> str | list[str | Rule]:
            if rules == "spanish":  # checked by tests; the signals take their time to import
                return rules
            from cleaning.signals.signals import NUMBERS

            check_signals(rules, NUMBERS)
            return rules

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        """Edits by shard from the text, then decisions by shard from the signals."""
        from cleaning.signals.signals import files_with

        rules = resolve(params.rules)
        (documents,), (signals,) = inputs["documents"], inputs["signals"]
        kept = [shard.one("kept") for shard in documents.shards]
        edited = yield Step(
            "edits",
            "cleaning.filter.edits:edit_shard",
            [Task({"documents": [file]}, Editing(edits=params.edits)) for file in kept],
        )
        chosen = Deciding(rules=bounds(rules), languages=params.languages)
        columns = ["language", "language_p", "characters", *(rule.signal for rule in rules)]
        tasks = [
            Task(
                {
                    "documents": [file],
                    "signals": files_with(shard.files, columns),
                    "edits": [edits.one("edits")],
                },
                chosen,
            )
            for file, shard, edits in zip(kept, signals.shards, edited, strict=True)
        ]
        return (yield Step("decisions", "cleaning.filter.decisions:decide_shard", tasks))

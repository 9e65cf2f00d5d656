"""The stage `filter`: rules over signals decide what stays, and boilerplate lines are cut from the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field, field_validator

import pipeline.model.stage
from cleaning.rules.rule import Bounds, Rule
from cleaning.rules.rules import bounds, check_signals, resolve
from pipeline.model.dataset import File
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
    """Steps with keys of their own: another threshold reads no text again, and changes no edit."""

    name = "filter"
    inputs: ClassVar[Mapping[str, Input]] = {
        "documents": Input("documents", parts=("kept",), same=True),
        "signals": Input("signals"),
    }
    gives = ("decisions", "edits")
    # edits 2: lines that a host repeats are cut.
    versions: ClassVar[Mapping[str, int]] = {"lines": 1, "memory": 1, "edits": 2, "decisions": 1}
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
        """What hosts repeat, over all shards; edits by shard from the text; decisions by shard from the signals."""
        from cleaning.signals.signals import files_with

        rules = resolve(params.rules)
        (documents,), (signals,) = inputs["documents"], inputs["signals"]
        kept = [shard.one("kept") for shard in documents.shards]
        edited = yield from _edits(params, kept)
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


def _edits(params: Filter.Params, kept: Sequence[File]) -> Plan:
    """The edits of each shard, with what the hosts of its pages repeat in all shards."""
    memory: list[list[File]] = [[] for _ in kept]
    if params.edits:
        counted = yield Step(
            "lines",
            "cleaning.filter.sites:count_lines",
            [Task({"documents": [file]}) for file in kept],
        )
        (remembered,) = yield Step(
            "memory",
            "cleaning.filter.sites:remember",
            [Task({"lines": [shard.one("lines") for shard in counted]})],
            driver=True,
        )
        memory = [[file] for file in remembered.part("slice")]
    tasks = [
        Task({"documents": [file], "memory": own}, Editing(edits=params.edits))
        for file, own in zip(kept, memory, strict=True)
    ]
    return (yield Step("edits", "cleaning.filter.edits:edit_shard", tasks))

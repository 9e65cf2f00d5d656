"""The stage `filter`: rules over signals decide what stays, and boilerplate lines are cut from the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field, field_validator

import pipeline.model.stage
from cleaning.privacy.kinds import VERSION
from cleaning.rules.rule import FOREIGN, LANGUAGE, Bounds, Rule
from cleaning.rules.rules import bounds, check_signals, resolve
from pipeline.errors import WrongParameter
from pipeline.model.dataset import File, Shard
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task, later

Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


class Editing(pipeline.model.stage.Params):
    """What the edits of a shard hang on: whether boilerplate lines are cut, and the rules that cut and mask; where one
    masks, on what finds personal data, too.
    """

    edits: bool
    rules: list[Bounds] = later([])
    privacy: int = later(0)


class Deciding(pipeline.model.stage.Params):
    """What the decisions of a shard hang on."""

    rules: list[Bounds]
    languages: list[str]
    passages: bool = later(False)


class Filter(Stage):
    """Steps with keys of their own: another threshold reads no text again, and changes no edit."""

    name = "filter"
    inputs: ClassVar[Mapping[str, Input]] = {
        "documents": Input("documents", parts=("kept", "lines"), same=True),
        "signals": Input("signals"),
    }
    gives = ("decisions", "edits")
    # edits 2: lines that a host repeats are cut. 3: those that a site shows on its pages, as `extract` counts them,
    # of folders without a host too, and what such a line announces at the end of a text. 4: whatever
    # day they say; a heading that the menu has, too, stays. 5: so do the facts below a heading that stays. 6: lines
    # of the template above all of a text announce nothing, and a cut at the end of a text leaves no empty line.
    # 7: nor do they announce sentences; where and when a text was signed is its own.
    # 8: behind the last line of a paragraph of which some stays, the empty line does.
    # 9: what laws, sittings and other records that are no pages share stays, and the sentences of such pages.
    # 10: calls to read on that name their text, and the question whether it was interesting.
    # decisions 2: of the words those count that edits leave. 3 to 12: the preset `tahona` has other rules. 13: `c4` and
    # `fineweb` ask for { alone, and `c4-lines` of a long word;
    # notices by their address and sample pages go. 14: `tahona` asks more of pages of firms and clubs; `c4-lines` cuts
    # lines that end in an ellipsis. 15: of pages `tahona` asks for sentences of their own. 16: of what `corpus` parts
    # how much it leaves in other languages; of pages sentences in place of full stops and lines; clinical notes are
    # asked less. 17: a legal text may tell half of it in lists; files of text are asked for their sentences, pages of
    # firms by a bound of their own; lists are looked for on the web alone.
    versions: ClassVar[Mapping[str, int]] = {"memory": 2, "edits": 10, "decisions": 17}
    conserves = ("documents",)

    class Params(pipeline.model.stage.Params):
        """`rules`: a preset (the default is `tahona` by its earlier name), or a list of presets and rules, later ones
        changing earlier ones.

        `languages` are those that `corpus` has a part for; the rule `language` removes all others.
        `passages` is for a corpus that parts documents by language (`corpus: {passages: true}`): one of which a fifth
        is in one of `languages` is judged as one of that language, whatever the rest is in.
        `edits` says whether boilerplate lines are cut; what a rule cuts or masks doesn't hang on it.
        """

        rules: str | list[str | Rule] = "spanish"
        languages: list[Language] = Field(["es", "ca", "gl", "eu", "pt", "en"], min_length=1)
        edits: bool = True
        passages: bool = later(False)

        @field_validator("rules")
        @classmethod
        def _sound(cls, rules: str | list[str | Rule]) -> str | list[str | Rule]:
            if rules == "spanish":  # checked by tests; the signals take their time to import
                return rules
            from cleaning.filter.boilerplate import PATTERNS, SITE
            from cleaning.signals.signals import NUMBERS

            own = {LANGUAGE, SITE, *PATTERNS}
            for place, rule in enumerate(rules):
                if isinstance(rule, Rule) and rule.name in own:
                    raise WrongParameter(
                        f"`filter` has a rule {rule.name!r} of its own, which no recipe can change: give this one "
                        "another name",
                        place,
                        "name",
                    )
            check_signals(rules, NUMBERS)
            return rules

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        """What sites repeat, over all shards; edits by shard from the text; decisions by shard from the signals."""
        from cleaning.signals.signals import files_with
        from cleaning.thresholds.parted import columns_of

        rules = resolve(params.rules)
        (documents,), (signals,) = inputs["documents"], inputs["signals"]
        edited = yield from _edits(params, bounds(rules), documents.shards, signals.shards)
        kept = [shard.one("kept") for shard in documents.shards]
        chosen = Deciding(rules=bounds(rules), languages=params.languages, passages=params.passages)
        columns = columns_of(rules, params.passages)
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
        decided = yield Step("decisions", "cleaning.filter.decisions:decide_shard", tasks)
        return [
            Shard.adopting([own, edits], own.ledger, own.params, own.figures)
            for own, edits in zip(decided, edited, strict=True)
        ]


def _edits(
    params: Filter.Params, rules: list[Bounds], documents: Sequence[Shard], signals: Sequence[Shard]
) -> Plan:
    """The edits of each shard, with what the sites of its pages repeat in all shards."""
    kept = [shard.one("kept") for shard in documents]
    memory: list[list[File]] = [[] for _ in kept]
    if params.edits and all(shard.part("lines") for shard in documents):
        (remembered,) = yield Step(
            "memory",
            "cleaning.filter.sites:remember",
            [Task({"lines": [shard.one("lines") for shard in documents]})],
            alone=True,
        )
        memory = [[file] for file in remembered.part("slice")]
    editing = Editing(
        edits=params.edits,
        rules=[rule for rule in rules if rule.edits],
        privacy=VERSION if any(rule.action == "mask" for rule in rules) else 0,
    )
    labelled = any(rule.languages or rule.signal == FOREIGN for rule in editing.rules)
    tasks = [
        Task(
            {
                "documents": [file],
                "memory": own,
                **({"signals": [shard.one("signals")]} if labelled else {}),
            },
            editing,
        )
        for file, own, shard in zip(kept, memory, signals, strict=True)
    ]
    return (yield Step("edits", "cleaning.filter.edits:edit_shard", tasks))

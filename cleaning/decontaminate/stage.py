"""The stage `decontaminate`: text of the recipe's benchmarks is removed, cut or marked. See decontaminate.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

import pipeline.model.stage
from pipeline.model.dataset import Shard
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task

RULES = NGRAM, NEAR, ANSWER = "benchmark_ngram", "benchmark_near", "benchmark_answer"


class Reading(pipeline.model.stage.Params):
    """The set that the files are of, and their names, in which some have their ids."""

    set: str
    files: list[str]


class Comparing(pipeline.model.stage.Params):
    """From when on a text holds an item, and what is done then."""

    # Words in a row; of GPT-3's decontamination (Brown et al. 2020).
    ngram: int = Field(13, ge=5, le=100)
    near: float | None = Field(0.5, gt=0, le=1)
    answers: bool = True
    mode: Literal["remove", "cut", "mark"] = "remove"


class Decontaminate(Stage):
    """Items of the benchmarks, then decisions, edits and findings by shard, then what was found by item."""

    name = "decontaminate"
    # items 2: in the form of documents, without places and classes; findings 2: words that a line's end cuts are
    # whole, what many items of a set have is no answer, an answer alone is nothing, texts from 13 words on may be
    # nearly held.
    versions: ClassVar[Mapping[str, int]] = {"items": 2, "findings": 2}
    inputs: ClassVar[Mapping[str, Input]] = {
        "documents": Input("documents", parts=("kept",), same=True),
        "decisions": Input("decisions", parts=("decisions", "edits"), optional=True, many=True),
        "benchmarks": Input("benchmarks", many=True),
    }
    gives = ("decisions", "edits", "contamination")
    conserves = ("decisions", "documents")

    class Params(Comparing):
        """`ngram` words in a row of an item contaminate a text, or all of an item of eight or more.

        `near` is the share of an item's 5-word shingles that contaminates (None: none does). `answers`: a
        question of five words or more does with its answer close by. `mode`: the document is removed, the
        passages are cut, or nothing changes; the findings are told in each case.
        """

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        """Items by set, findings by shard, and their sum."""
        from cleaning.view_files import view_files

        tasks = []
        for manifest in inputs["benchmarks"]:
            for name in dict.fromkeys(file.part for file in manifest.files()):
                files = manifest.files(name)
                tasks.append(
                    Task({"files": files}, Reading(set=name, files=[file.name for file in files]))
                )
        read = yield Step("items", "cleaning.decontaminate.items:read_set", tasks)
        items = [shard.one("items") for shard in read]
        views = view_files(inputs["documents"][0], inputs.get("decisions", []))
        compared = yield Step(
            "findings",
            "cleaning.decontaminate.findings:compare_shard",
            [
                Task(
                    {
                        "documents": [documents],
                        "decisions": decisions,
                        "edits": edits,
                        "items": items,
                    },
                    Comparing(**params.model_dump()),
                )
                for documents, decisions, edits in views
            ],
        )
        (summed,) = yield Step(
            "table",
            "cleaning.decontaminate.table:sum_findings",
            [
                Task(
                    {
                        "items": items,
                        "findings": [shard.one("findings") for shard in compared],
                    }
                )
            ],
        )
        # The table by item stands with the first shard: there is one for all.
        return [
            Shard.adopting([shard, summed], shard.ledger) if number == 0 else shard
            for number, shard in enumerate(compared)
        ]

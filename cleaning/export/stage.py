"""The stage `export`: the corpus in the forms that other people's tools open, Parquet and JSON lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

import pipeline.model.stage
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task

Format = Literal["parquet", "jsonl"]

LANGUAGE = "lang="  # begins the parts of a corpus


class Writing(pipeline.model.stage.Params):
    """What decides the files of a shard: their forms, and the language of each file that is read."""

    formats: tuple[Format, ...]
    languages: tuple[str, ...]


class Export(Stage):
    """Every document of the corpus with flat columns, a file a language and form; part: `es/parquet`."""

    name = "export"
    inputs: ClassVar[Mapping[str, Input]] = {"corpus": Input("corpus")}
    gives = ("export",)
    conserves = ("corpus",)

    class Params(pipeline.model.stage.Params):
        """`formats`: `parquet`, `jsonl` (one object a line, zstd), or both, each with all documents."""

        formats: tuple[Format, ...] = Field(("parquet",), min_length=1)

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        """One task for each shard of the corpus."""
        formats = tuple(sorted(set(params.formats)))
        tasks = []
        for shard in inputs["corpus"][0].shards:
            files = [f for f in shard.files if f.part.startswith(LANGUAGE)]
            languages = tuple(f.part.removeprefix(LANGUAGE) for f in files)
            tasks.append(Task({"corpus": files}, Writing(formats=formats, languages=languages)))
        return (yield Step("export", "cleaning.export.export:write_shard", tasks))

"""The stage `extract`: from pages, dumps and tables to documents, one shard an input file or a range of a large one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

import pipeline.model.stage
from cleaning.readers.readers import COMPRESSIONS, READERS, reader_of
from cleaning.readers.records import SourceSpec
from cleaning.rights.policy import Policy
from cleaning.rights.registry import BY_NAME
from cleaning.rules.rule import Bounds, Rule
from cleaning.rules.rules import bounds, check_signals, resolve
from pipeline.errors import UsageError
from pipeline.model.dataset import File
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task, later

RANGE = 256 * 2**20  # bytes; a file of lines that is larger is read in ranges, each a shard


class Source(SourceSpec):
    """What is said of a source, with its name, the name of the file and that of its reader."""

    name: str
    file: str


class Extracting(pipeline.model.stage.Params):
    """What the documents of one file hang on; `model` is the digest of the language model, where it is asked."""

    source: Source
    languages: list[str] | None
    sample: float
    extractor: Literal["trafilatura", "resiliparse"]
    largest: int
    gate: list[Bounds]
    model: str | None = later(None)
    rights: Policy | None = later(None)


class Extract(Stage):
    """Every record of every source counted once: a document, removed by the gate, or unreadable."""

    name = "extract"
    # 2: mojibake is repaired before parsing. 3: reasons begin with a `Damage`, an entry's id holds its text.
    version = 3
    inputs: ClassVar[Mapping[str, Input]] = {
        "crawl": Input("warc", optional=True),
        "files": Input("files", optional=True),
    }
    gives = ("documents",)
    libraries = ("resiliparse", "trafilatura", "htmldate", "ftfy", "fastwarc")

    class Params(pipeline.model.stage.Params):
        """`gate` are the rules that the fast text of a page must keep before it is extracted precisely.

        `languages` (of the gate) removes pages of which the language model is sure that they are in
        none of these; None passes all. `sample` keeps this share of the records, chosen by what they
        are and not by their place; the rest is no input. `largest` bounds a record, in bytes.
        `rights` says which reservations in the answer and the page of a record are heard; None: none.
        """

        sources: dict[str, SourceSpec] = Field({})
        gate: str | list[str | Rule] = "gate"
        languages: list[str] | None = Field(None, min_length=1)
        sample: float = Field(1.0, gt=0, le=1)
        extractor: Literal["trafilatura", "resiliparse"] = "trafilatura"
        largest: int = Field(10_000_000, gt=0, le=1 << 30)

        rights: Policy | None = later(None)

        @field_validator("rights")
        @classmethod
        def _heard(cls, rights: Policy | None) -> Policy | None:
            if rights and (
                unheard := [name for name in rights.refuse if not BY_NAME[name].in_answer]
            ):
                raise ValueError(
                    f"{unheard[0]} is not said in an answer or its page, which is all that extract sees: "
                    "it is heard by the crawl"
                )
            return rights

        @field_validator("gate")
        @classmethod
        def _sound(cls, gate: str | list[str | Rule]) -> str | list[str | Rule]:
            if gate != "gate":  # checked by tests; the signals take their time to import
                from cleaning.signals.signals import LIGHT

                check_signals(gate, LIGHT)
            return gate

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        """One task a file, or a range of a large one; only what is said of its own source is in the task."""
        model = None
        if params.languages is not None:
            from cleaning.language.identify import model_digest

            model = model_digest()
        gate = bounds(resolve(params.gate))
        shared = params.model_dump(exclude={"sources", "gate"})
        tasks = [
            Task(
                {"file": [file]},
                Extracting(
                    source=_source(file, params.sources[file.part]),
                    gate=gate,
                    model=model,
                    **shared,
                ),
            )
            for whole in _files(params, inputs)
            for file in _ranges(whole, params.sources[whole.part])
        ]
        return (yield Step("extract", "cleaning.extract.extract:extract_file", tasks))


def _ranges(file: File, spec: SourceSpec) -> list[File]:
    """A large file of lines on this machine in ranges, any other as it is."""
    suffix = file.name.rpartition(".")[2].lower()
    splits = READERS[reader_of(file.name, spec)].lines(spec) and suffix not in COMPRESSIONS
    return file.ranges(RANGE) if splits and "://" not in file.path else [file]


def _source(file: File, spec: SourceSpec) -> Source:
    said = spec.model_dump(exclude={"reader"})
    return Source(name=file.part, file=file.name, reader=reader_of(file.name, spec), **said)


def _files(params: Extract.Params, inputs: Inputs) -> list[File]:
    """The files of all sources; what else a crawl wrote (its log) is no source and is left out."""
    crawled = [f for m in inputs.get("crawl", []) for f in m.files() if f.part in params.sources]
    named = [f for m in inputs.get("files", []) for f in m.files()]
    for file in named:
        if file.part not in params.sources:
            raise UsageError(f"the recipe says nothing of the source {file.part} of {file.path}")
    if not crawled and not named:
        raise UsageError(
            "extract has no file to read: give the recipe a source with `files` or `crawl`"
        )
    return [*crawled, *named]

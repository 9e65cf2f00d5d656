"""The top level of a recipe file: its keys, and what each value must be."""

from __future__ import annotations

import ipaddress
import re
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    model_validator,
)

from flows.recipe.errors import fields, spelt, suggestion
from flows.recipe.graph import GROUPS
from flows.recipe.schedule import Schedule
from flows.stages import ABOUTS, load
from pipeline.errors import WrongParameter
from pipeline.model.about import REST
from pipeline.model.names import SourceName

MOST = 1024  # workers or threads; more is a slip of the hand

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")
_HEXADECIMAL = re.compile(r"[0-9a-f]{1,64}")
_HOST = re.compile(r"[^\W_](?:[\w.-]*\w)?")


def _recipe(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(spelt(name, _NAME))
    if name.endswith(".html"):  # its folder in the report could have the name of a page
        raise ValueError(f"the name {name!r} must not end in .html, as the pages of the report do")
    return name


def _quoted(given: Any) -> Any:
    if isinstance(given, int | float):  # a leading zero, or all behind an e, is lost
        raise ValueError("a fingerprint of digits is a number to YAML: put it in quotes")
    return given


def _fingerprint(text: str) -> str:
    if not _HEXADECIMAL.fullmatch(text):
        raise ValueError(f"{text!r} is no fingerprint: `tahona status` tells those of a recipe")
    return text


def _host(name: str) -> str:
    if not _HOST.fullmatch(name) or ".." in name:
        raise ValueError(f"{name!r} is no host: write its name alone, as www.example.org")
    return name


def _address(target: str) -> str:
    address, _, port = target.rpartition(":")
    try:
        ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        address = ""
    number = int(port) if port.isascii() and port.isdigit() and len(port) < 6 else 0
    if not address or not 0 < number < 65536:
        raise ValueError(f"{target!r} is no address: write address:port, as 127.0.0.1:8000")
    return target


Count = Annotated[int, Field(strict=True, ge=1, le=MOST)]
Host = Annotated[str, AfterValidator(_host)]
Address = Annotated[str, AfterValidator(_address)]
Pattern = Annotated[str, StringConstraints(min_length=1)]
Fingerprint = Annotated[str, BeforeValidator(_quoted), AfterValidator(_fingerprint)]


class Run(BaseModel):
    """How to run; nothing here changes a byte of the data stages."""

    model_config = ConfigDict(extra="forbid")

    engine: Literal["embedded", "processes", "flink"] = "embedded"
    workers: Count | None = Field(
        None, description="None: as many as a step is worth, the processors of this machine at most"
    )
    threads: Count | None = Field(None, description="of a training run; None: the same")
    device: Literal["auto", "cpu", "cuda"] = "auto"
    processes: Count | None = Field(None, description="of a training run, one a device; None: one")
    strategy: Literal["ddp", "fsdp"] = Field(
        "ddp", description="whether each holds the whole model or a piece of it"
    )
    patience: Annotated[float, Field(gt=0, le=1e9)] = Field(
        1800.0, description="seconds after which such a process of which nothing is heard hangs"
    )
    grace: Annotated[float, Field(gt=0, le=1e9)] = Field(
        25.0,  # who stops others kills after 30
        description="seconds that a run of the command line has to save itself after SIGTERM",
    )
    approval: StrictBool = Field(
        False, description="under Prefect, each training waits for a person's yes"
    )


# The key of a source by which a stage observes it, and that stage.
ORIGINS = {a.sources: a.name for a in ABOUTS if a.sources and a.sources != REST}


class Source(BaseModel):
    """One source: read from files, or observed by a stage (a crawl); its other keys are about its reading."""

    model_config = ConfigDict(extra="allow")

    files: list[Pattern] | None = Field(None, min_length=1)

    @property
    def origin(self) -> str | None:
        """The key by which a stage observes it."""
        return next((key for key in ORIGINS if self.keys.get(key) is not None), None)

    @property
    def keys(self) -> dict[str, Any]:
        """All keys but `files`."""
        return self.model_extra or {}

    @property
    def rest(self) -> dict[str, Any]:
        """Its keys about reading."""
        others = {*ORIGINS, *self.unknown}
        return {key: value for key, value in self.keys.items() if key not in others}

    @property
    def unknown(self) -> dict[str, str]:
        """What is wrong with each key that no stage knows."""
        keys = ["files", *ORIGINS, *_reading()]
        return {
            key: f"there is no parameter {key!r} here{suggestion(key, keys)}"
            for key in self.keys
            if key not in keys
        }

    @model_validator(mode="after")
    def _one_origin(self) -> Source:
        origins = [key for key in ORIGINS if self.keys.get(key) is not None]
        if len(origins) + (self.files is not None) != 1:
            for key, message in self.unknown.items():  # a misspelt `files`, for one
                raise WrongParameter(message, key)
            choices = " or ".join(f"`{key}`" for key in (*ORIGINS, "files"))
            raise ValueError(f"a source needs either {choices}")
        return self


@cache
def _reading() -> list[str]:
    """The keys of a source about reading, whether or not the recipe has the stage that reads."""
    reader = next(a.name for a in ABOUTS if a.sources == REST)
    return fields(load(reader).Params, ("sources", ""))


class Named(BaseModel):
    """Files of the outside by what they are for, and what they may be used for."""

    model_config = ConfigDict(extra="forbid")

    files: list[Pattern] = Field(min_length=1)
    domain: str | None = None
    licence: str | None = None
    terms: str | None = None

    @property
    def statement(self) -> dict[str, str]:
        """The terms of the files beside their paths."""
        return self.model_dump(exclude={"files"}, exclude_none=True)


class Layout(BaseModel):
    """The top level of a recipe file."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, AfterValidator(_recipe)]
    description: str = ""
    serve: Literal["web"] | None = Field(
        None, description="serve the small web that comes with Tahona on loopback while crawling"
    )
    resolve: dict[Host, Address] = Field(
        {}, description="host: address:port, in place of its DNS entry"
    )
    sources: dict[SourceName, Source] = Field(min_length=1)
    examples: dict[SourceName, Named] = Field({}, description="texts that a classifier learns from")
    lists: dict[SourceName, Named] = Field({}, description="hosts, addresses and words to look for")
    benchmarks: dict[SourceName, Named] = Field({}, description="sets that models are measured on")
    models: dict[SourceName, Named] = Field(
        {}, description="folders of models to start from, files of models that are asked"
    )
    stages: dict[str, dict[str, Any] | None] = Field(min_length=1)
    pin: dict[str, Fingerprint] = Field(
        {}, description="name of a stage: fingerprint of a committed dataset to take"
    )
    run: Run = Run()
    schedules: list[Schedule] = Field([], description="when a server runs the recipe by itself")

    def patterns(self, group: str) -> dict[str, list[str]]:
        """The patterns of files that a group names, by name; a source may have none."""
        entries: dict[str, Source | Named] = getattr(self, group)
        return {name: entry.files or [] for name, entry in entries.items()}

    def groups(self) -> dict[str, dict[str, bool]]:
        """Of each group the names, and whether files are named there."""
        return {g: {n: bool(patterns) for n, patterns in self.patterns(g).items()} for g in GROUPS}

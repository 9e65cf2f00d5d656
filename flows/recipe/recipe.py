"""A recipe: one YAML file that names the sources, the stages with their parameters, and how to run them."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationError,
    model_validator,
)

from flows.chain.stages import ABOUTS, STAGES, load
from flows.recipe import check as recipe_check
from flows.recipe.document import Document, Location, parse, shortened
from flows.recipe.errors import clear, fields, suggestion
from flows.recipe.schedule import Schedule
from pipeline.errors import TahonaError, UsageError, WrongParameter
from pipeline.model.about import REST, named
from pipeline.model.names import SourceName
from pipeline.model.stage import Params
from pipeline.store import observe

MOST = 1024  # workers or threads; more is a slip of the hand

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")
_HEXADECIMAL = re.compile(r"[0-9a-f]{1,64}")
_HOST = re.compile(r"[^\W_](?:[\w.-]*\w)?")


def _stage(name: str) -> str:
    if name not in STAGES:
        raise ValueError(f"there is no stage {name!r}{suggestion(name, STAGES)}")
    return name


def _recipe(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"the name {name!r} must be lower-case letters, digits, ., _ and -")
    if name.endswith(".html"):  # its folder in the report could stand where a page does
        raise ValueError(f"the name {name!r} must not end in .html, as the pages of the report do")
    return name


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
StageName = Annotated[str, AfterValidator(_stage)]
Host = Annotated[str, AfterValidator(_host)]
Address = Annotated[str, AfterValidator(_address)]
Pattern = Annotated[str, StringConstraints(min_length=1)]
Fingerprint = Annotated[str, AfterValidator(_fingerprint)]


class Run(BaseModel):
    """How to run; nothing here changes a byte of the data stages."""

    model_config = ConfigDict(extra="forbid")

    engine: Literal["embedded", "processes", "flink"] = "embedded"
    workers: Count | None = Field(None, description="None: the processors of this machine")
    threads: Count | None = Field(None, description="of a training run; None: the same")
    device: Literal["auto", "cpu", "cuda"] = "auto"
    approval: StrictBool = Field(
        False, description="under Prefect, each training waits for a person's yes"
    )


ORIGINS = {a.sources: a.name for a in ABOUTS if a.sources and a.sources != REST}


class Source(BaseModel):
    """One source: read from files, or what a stage observes (a crawl); what else it says is of its reading."""

    model_config = ConfigDict(extra="allow")

    files: list[Pattern] | None = Field(None, min_length=1)

    @property
    def origin(self) -> str | None:
        """The key by which a stage observes it."""
        return next((key for key in ORIGINS if self.said.get(key) is not None), None)

    @property
    def said(self) -> dict[str, Any]:
        """All keys but `files`."""
        return self.model_extra or {}

    @property
    def rest(self) -> dict[str, Any]:
        """What it says of its reading."""
        return {key: value for key, value in self.said.items() if key not in ORIGINS}

    @model_validator(mode="after")
    def _known(self) -> Source:
        # Before its origin: of a misspelt `files`, the word says more than that there are none.
        known = ["files", *ORIGINS, *_reading()]
        for key in self.said:
            if key not in known:
                message = f"there is no parameter {key!r} here{suggestion(key, known)}"
                raise WrongParameter(message, key)
        return self

    @model_validator(mode="after")
    def _one_origin(self) -> Source:
        given = [key for key in ORIGINS if self.said.get(key) is not None]
        if len(given) + (self.files is not None) != 1:
            known = " or ".join(f"`{key}`" for key in (*ORIGINS, "files"))
            raise ValueError(f"a source needs either {known}")
        return self


@cache
def _reading() -> list[str]:
    """What a source may say of its reading, whether or not the recipe has the stage that reads."""
    reader = next(a.name for a in ABOUTS if a.sources == REST)
    return fields(load(reader).Params, ("sources", ""))


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
    stages: dict[StageName, dict[str, Any] | None] = Field(min_length=1)
    pin: dict[StageName, Fingerprint] = Field(
        {}, description="stage: fingerprint of a committed dataset to take"
    )
    run: Run = Run()
    schedules: list[Schedule] = Field([], description="when a server runs the recipe by itself")


@dataclass(frozen=True)
class Recipe:
    """A validated recipe: its layout, the parameters of each stage, and the folder that paths start from."""

    layout: Layout
    params: Mapping[str, Params]  # in the order of the work
    folder: Path
    text: str
    given: str  # as the command line named it
    overrides: Sequence[str]  # what was changed of it, as `stage.key=value`
    where: Callable[[Location], str]  # file, line and key of a place in it, for an error

    @property
    def name(self) -> str:
        return self.layout.name

    @property
    def stages(self) -> list[str]:
        return list(self.params)

    def files(self) -> dict[str, list[str]]:
        """The files of each source that names some, found now, as absolute paths or URLs.

        Raises UsageError where a pattern finds nothing, or a file that no reader knows.
        """
        found: dict[str, list[str]] = {}
        for name, source in self.layout.sources.items():
            if source.files:
                try:
                    found[name] = observe.find(source.files, self.folder)
                    for stage, params in self.params.items():
                        if check := STAGES[stage].files:
                            named(check)(params, name, found[name])
                except TahonaError as error:
                    where = self.where(("sources", name, "files"))
                    raise UsageError(f"{where}: {error}") from error
        return found


def builtin() -> list[str]:
    """The names of the recipes that come with Tahona."""
    folder = files("flows") / "recipes"
    return sorted(
        f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")
    )


def read(
    name: str,
    overrides: Sequence[str] = (),
    sample: float | None = None,
    edition: str | None = None,
) -> Recipe:
    """Reads and validates a recipe, a built-in name or a path; `overrides` are `stage.key=value`.

    `sample` is the share of the records for all stages that read some, `edition` the name for what is
    observed. Raises UsageError: one sentence that names the file, the line and the key.
    """
    path = Path(name)
    if name in builtin() and not path.suffix:
        text = (files("flows") / "recipes" / f"{name}.yaml").read_text(encoding="utf-8")
        file, folder = f"{name}.yaml", Path.cwd()
    else:
        try:
            text, file, folder = path.read_text(encoding="utf-8"), name, path.absolute().parent
        except (OSError, ValueError) as error:  # no UTF-8, or a path with a NUL
            known = ", ".join(builtin())
            reason = (
                "is no UTF-8 text" if isinstance(error, UnicodeDecodeError) else "can't be read"
            )
            raise UsageError(
                f"the recipe {name} {reason}: give the path of a YAML file, or one of: {known}"
            ) from error
    document = parse(file, text)
    changes = [*overrides, *_everywhere(document, sample, edition)]
    for change in changes:
        _override(document, change)
    return _validate(document, folder, text, name, changes)


def _everywhere(document: Document, sample: float | None, edition: str | None) -> Iterator[str]:
    """The changes of all stages that take a sample of the records, or name what they observe."""
    stages = document.data.get("stages")
    for name in stages if isinstance(stages, dict) else ():
        about = STAGES.get(name)
        if about and about.sample and sample is not None:
            yield f"{name}.{about.sample}={sample!r}"
        if about and about.edition and edition is not None:
            yield f"{name}.{about.edition}={json.dumps(edition)}"  # quoted: no date, no number


def _override(document: Document, text: str) -> None:
    key, equals, value = text.partition("=")
    parts = key.strip().split(".")
    said = f"--set {shortened(text)}"
    if not equals or len(parts) < 2 or not all(parts):
        raise UsageError(f"{said}: write it as stage.key=value, for example filter.languages=[es]")
    if parts[0] not in {"run", "sources", "resolve", "pin"}:
        if parts[0] not in STAGES:
            raise UsageError(f"{said}: there is no stage {parts[0]}{suggestion(parts[0], STAGES)}")
        stages = document.data.get("stages")
        if not isinstance(stages, dict) or parts[0] not in stages:
            raise UsageError(f"{said}: the recipe {document.file} does not run {parts[0]}")
        parts = ["stages", *parts]
    elif parts[0] == "resolve":  # the name of a host holds dots
        parts = ["resolve", ".".join(parts[1:])]
    document.set(tuple(parts), value, text)


def _validate(
    document: Document, folder: Path, text: str, given: str, changes: Sequence[str]
) -> Recipe:
    try:
        layout = Layout.model_validate(document.data)
    except ValidationError as error:
        raise clear(document, error, lambda at: at, Layout) from error
    recipe_check.numbers(document, ("run",), document.data.get("run"), layout.run.model_dump())
    params = {name: _params(document, name, layout) for name in STAGES if name in layout.stages}
    for name, source in layout.sources.items():
        observer = ORIGINS[source.origin] if source.origin else None
        if observer and observer not in params and observer not in layout.pin:
            where = document.where(("sources", name))
            raise UsageError(
                f"{where}: has a `{source.origin}` part, but the recipe has no stage {observer}"
            )
    recipe_check.check(document, layout.sources, layout.pin, params)
    return Recipe(layout, params, folder, text, given, changes, document.where)


def _params(document: Document, name: str, layout: Layout) -> Params:
    """The parameters of a stage; the parts of the sources that are its own are named where they stand."""
    about, prefix = STAGES[name], ("stages", name)
    values = dict(layout.stages[name] or {})
    if about.sources:
        if "sources" in values:
            where = document.where((*prefix, "sources"))
            raise UsageError(f"{where}: the sources stand at the top of the recipe, not here")
        values["sources"] = _sources(layout, about.sources)
        if not values["sources"]:
            where = document.where(prefix)
            raise UsageError(f"{where}: no source has a `{about.sources}` part")
    if about.edition and (written := document.written.get((*prefix, about.edition))):
        values[about.edition] = written  # a name: 2026-11-24 is no date, and 007 not 7

    def locate(at: Location) -> Location:
        if at[:1] == ("sources",) and about.sources:
            inside = () if about.sources == REST else (about.sources,)
            return (*at[:2], *inside, *at[2:])
        return (*prefix, *at)

    model = load(name).Params
    try:
        found = model.model_validate(values)
    except ValidationError as error:
        raise clear(document, error, locate, model) from error
    recipe_check.numbers(document, (), values, found.model_dump(), locate)
    return found


def _sources(layout: Layout, key: str) -> dict[str, Any]:
    """What each source says for a stage that takes this key of them."""
    if key == REST:
        return {name: source.rest for name, source in layout.sources.items()}
    return {n: s.said[key] for n, s in layout.sources.items() if s.said.get(key) is not None}

"""A recipe: one YAML file that names the sources, the stages with their parameters, and how to run them."""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from cleaning.records import SourceSpec
from flows.schedule import Schedule
from flows.stages import STAGES, load
from pipeline import observe
from pipeline.errors import TahonaError, UsageError
from pipeline.stage import Params

Location = tuple[str | int, ...]

LARGEST = 100_000  # entries of a recipe


class Run(BaseModel):
    """How to run; nothing here changes a byte of the data stages."""

    model_config = ConfigDict(extra="forbid")

    engine: Literal["embedded", "processes", "flink"] = "embedded"
    workers: int | None = Field(None, ge=1, description="None: the processors of this machine")
    threads: int | None = Field(None, ge=1, description="of a training run; None: the same")
    device: Literal["auto", "cpu", "cuda"] = "auto"


class Source(BaseModel):
    """One source: crawled from seeds, or read from files; what else it says goes to `extract`."""

    model_config = ConfigDict(extra="allow")

    crawl: dict[str, Any] | None = None
    files: list[str] | None = None


class Layout(BaseModel):
    """The top level of a recipe file."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")
    description: str = ""
    serve: Literal["web"] | None = Field(
        None, description="serve the small web that comes with Tahona on loopback while crawling"
    )
    resolve: dict[str, str] = Field({}, description="host: address:port, in place of its DNS entry")
    sources: dict[str, Source] = Field(min_length=1)
    stages: dict[str, dict[str, Any] | None] = Field(min_length=1)
    pin: dict[str, str] = Field({}, description="stage: fingerprint of a committed dataset to take")
    run: Run = Run()
    schedules: list[Schedule] = Field([], description="when a server runs the recipe by itself")

    @field_validator("resolve")
    @classmethod
    def _addressed(cls, resolve: dict[str, str]) -> dict[str, str]:
        for host, target in resolve.items():
            address, _, port = target.rpartition(":")
            try:
                ipaddress.ip_address(address.strip("[]"))
            except ValueError:
                address = ""
            if not address or not port.isdigit() or not 0 < int(port) < 65536:
                raise ValueError(
                    f"{host} is mapped to {target!r}: write address:port, as 127.0.0.1:8000"
                )
        return resolve

    @field_validator("stages", "pin")
    @classmethod
    def _known(cls, stages: dict[str, Any]) -> dict[str, Any]:
        for name in stages:
            if name not in STAGES:
                raise ValueError(f"there is no stage {name!r}{_suggestion(name, STAGES)}")
        return stages

    @field_validator("sources")
    @classmethod
    def _named(cls, sources: dict[str, Source]) -> dict[str, Source]:
        for name, source in sources.items():
            if not name.replace("-", "").replace("_", "").isalnum() or name in {"log", "removed"}:
                raise ValueError(f"the source name {name!r} must be letters, digits, - and _")
            if (source.crawl is None) == (source.files is None):
                raise ValueError(f"the source {name!r} needs either `crawl` or `files`")
        return sources


@dataclass(frozen=True)
class Recipe:
    """A validated recipe: its layout, the parameters of each stage, and the folder that paths start from."""

    layout: Layout
    params: Mapping[str, Params]  # in the order of the work
    folder: Path
    text: str
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
        specs = self.params["extract"].model_dump()["sources"] if "extract" in self.params else {}
        for name, source in self.layout.sources.items():
            if source.files:
                try:
                    found[name] = observe.find(source.files, self.folder)
                    if name in specs:
                        _readable(found[name], SourceSpec.model_validate(specs[name]))
                except TahonaError as error:
                    where = self.where(("sources", name, "files"))
                    raise UsageError(f"{where}: {error}") from error
        return found


@dataclass
class _Document:
    """A YAML document with the line of every key, so that an error can name it."""

    file: str
    data: dict[str, Any]
    lines: dict[Location, int] = field(default_factory=dict)
    overrides: dict[Location, str] = field(default_factory=dict)

    def where(self, location: Location) -> str:
        """`file, line N, key a.b.c` for the nearest key that stands in the file."""
        key = ".".join(str(x) for x in location)
        for end in range(len(location), 0, -1):
            if location[:end] in self.overrides:
                return f"--set {self.overrides[location[:end]]}, key {key}"
        for end in range(len(location), -1, -1):
            if (line := self.lines.get(location[:end])) is not None:
                return f"{self.file}, line {line}" + (f", key {key}" if key else "")
        return f"{self.file}, key {key}"


def builtin() -> list[str]:
    """The names of the recipes that come with Tahona."""
    folder = files("flows") / "recipes"
    return sorted(
        f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")
    )


def read(name: str, overrides: Sequence[str] = ()) -> Recipe:
    """Reads and validates a recipe, a built-in name or a path; `overrides` are `stage.key=value`.

    Raises UsageError: one sentence that names the file, the line and the key.
    """
    path = Path(name)
    if name in builtin() and not path.suffix:
        text = (files("flows") / "recipes" / f"{name}.yaml").read_text(encoding="utf-8")
        file, folder = f"{name}.yaml", Path.cwd()
    else:
        try:
            text, file, folder = path.read_text(encoding="utf-8"), name, path.absolute().parent
        except (OSError, UnicodeDecodeError) as error:
            known = ", ".join(builtin())
            reason = (
                "is no UTF-8 text" if isinstance(error, UnicodeDecodeError) else "can't be read"
            )
            raise UsageError(
                f"the recipe {name} {reason}: give the path of a YAML file, or one of: {known}"
            ) from error
    document = _parse(file, text)
    for override in overrides:
        _override(document, override)
    return _validate(document, folder, text)


def _parse(file: str, text: str) -> _Document:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UsageError(f"{file}, line {line}: not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise UsageError(f"{file}: not YAML: {str(error).splitlines()[0]}") from error
    document = _Document(file, {})
    if not isinstance(node, yaml.MappingNode):
        raise UsageError(f"{file}, line 1: a recipe is a mapping with name, sources and stages")
    try:
        document.data = _build(document, node, ())
    except RecursionError as error:
        raise UsageError(f"{file}: an alias refers to what it stands in") from error
    return document


def _build(document: _Document, node: yaml.Node, at: Location) -> Any:
    """The value of a node, its lines noted; a key that stands twice is an error."""
    document.lines.setdefault(at, node.start_mark.line + 1)
    if len(document.lines) > LARGEST:  # aliases of aliases can unfold without end
        raise UsageError(f"{document.file}: a recipe has at most {LARGEST:,} entries")
    if isinstance(node, yaml.MappingNode):
        value: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or _scalar(key_node) is None:
                named = isinstance(key_node, yaml.ScalarNode)
                said = repr(key_node.value) if named else "a list or mapping"
                raise UsageError(
                    f"{document.file}, line {key_node.start_mark.line + 1}: "
                    f"{said} can't be a key: put it in quotes, or write a name"
                )
            # As it is written: to YAML, `off`, `on`, `yes` and `no` would be truth values.
            key = str(key_node.value)
            where = (*at, key)
            if key in value:
                first, line = document.lines[where], key_node.start_mark.line + 1
                raise UsageError(
                    f"{document.file}, line {line}, key {'.'.join(map(str, where))}: "
                    f"stands there twice (first in line {first})"
                )
            document.lines[where] = key_node.start_mark.line + 1
            value[key] = _build(document, value_node, where)
        return value
    if isinstance(node, yaml.SequenceNode):
        return [_build(document, item, (*at, i)) for i, item in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(node)


def _scalar(node: yaml.ScalarNode) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node)
    finally:
        loader.dispose()


def _override(document: _Document, text: str) -> None:
    key, equals, value = text.partition("=")
    parts = key.strip().split(".")
    if not equals or len(parts) < 2 or not all(parts):
        raise UsageError(
            f"--set {text}: write it as stage.key=value, for example filter.languages=[es]"
        )
    if parts[0] not in {"run", "sources", "resolve", "pin"}:
        if parts[0] not in STAGES:
            raise UsageError(
                f"--set {text}: there is no stage {parts[0]}{_suggestion(parts[0], STAGES)}"
            )
        if parts[0] not in (document.data.get("stages") or {}):
            raise UsageError(f"--set {text}: the recipe {document.file} does not run {parts[0]}")
        parts = ["stages", *parts]
    try:
        parsed = yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise UsageError(f"--set {text}: the value is not YAML") from error
    target = document.data
    for part in parts[:-1]:
        if not isinstance(target.get(part), dict):
            target[part] = {}
        target = target[part]
    target[parts[-1]] = parsed
    document.overrides[tuple(parts)] = text


def _validate(document: _Document, folder: Path, text: str) -> Recipe:
    try:
        layout = Layout.model_validate(document.data)
    except ValidationError as error:
        raise _clear(document, error, lambda loc: loc, Layout) from error
    params: dict[str, Params] = {}
    crawled = {n: s for n, s in layout.sources.items() if s.crawl is not None}
    for name in STAGES:
        if name not in layout.stages:
            continue
        stage = load(name)
        values = dict(layout.stages[name] or {})
        prefix: Location = ("stages", name)
        if "sources" in values and name in {"crawl", "extract"}:
            where = document.where((*prefix, "sources"))
            raise UsageError(f"{where}: the sources stand at the top of the recipe, not here")
        if name == "crawl":
            if not crawled:
                raise UsageError(f"{document.where(prefix)}: no source has a `crawl` part")
            values["sources"] = {n: s.crawl for n, s in crawled.items()}
        elif name == "extract":
            values["sources"] = {n: s.model_extra or {} for n, s in layout.sources.items()}
        try:
            params[name] = stage.Params.model_validate(values)
        except ValidationError as error:
            raise _clear(document, error, _locator(name, prefix), stage.Params) from error
    if crawled and "crawl" not in params and "crawl" not in layout.pin:
        where = document.where(("sources", next(iter(crawled))))
        raise UsageError(f"{where}: is to be crawled, but the recipe has no stage crawl")
    _fed(document, layout, params)
    _ruled(document, layout, params)
    return Recipe(layout, params, folder, text, document.where)


def _fed(document: _Document, layout: Layout, params: Mapping[str, Params]) -> None:
    """Every stage must find what it needs: an earlier stage of the recipe, or a pin, gives it."""
    made = {"files"} if any(source.files for source in layout.sources.values()) else set()
    for name in STAGES:
        if name not in params and name not in layout.pin:
            continue
        stage = load(name)
        for wanted in stage.inputs.values() if name not in layout.pin else ():
            if wanted.kind not in made and not wanted.optional:
                givers = [n for n in STAGES if wanted.kind in load(n).gives]
                raise UsageError(
                    f"{document.where(('stages', name))}: needs {wanted.kind}, which no earlier stage "
                    f"of the recipe gives: add {' or '.join(givers)} before it, or pin a committed one"
                )
        made.update(stage.gives)


def _ruled(document: _Document, layout: Layout, params: Mapping[str, Params]) -> None:
    """A rule for some domains must name domains that documents have: else it would never remove one."""
    if "extract" not in params:
        return
    domains = set()
    for name, said in params["extract"].model_dump()["sources"].items():
        spec = SourceSpec.model_validate(said)
        if any(_own_domains(file, spec) for file in layout.sources[name].files or ()):
            return
        domains.add(spec.domain)
    for stage, key in (("extract", "gate"), ("filter", "rules")):
        rules = params[stage].model_dump()[key] if stage in params else []
        for place, rule in enumerate(rules if isinstance(rules, list) else []):
            for domain in (isinstance(rule, dict) and rule["domains"]) or ():
                if domain not in domains:
                    raise UsageError(
                        f"{document.where(('stages', stage, key, place))}: the rule {rule['name']!r} is "
                        f"for the domain {domain!r}, which no source has{_suggestion(domain, domains)}"
                    )


def _own_domains(file: str, spec: SourceSpec) -> bool:
    """Whether the documents of a file may name domains of their own, as lines of JSON do."""
    from cleaning.readers import reader_of

    try:
        return reader_of(file, spec) == "jsonl"
    except TahonaError:  # a pattern that says nothing of its files
        return True


def _readable(files: Sequence[str], spec: SourceSpec) -> None:
    from cleaning.readers import reader_of

    for file in files:
        reader_of(file.rpartition("/")[2], spec)


def _locator(stage: str, prefix: Location) -> Any:
    def locate(location: Location) -> Location:
        if location[:1] == ("sources",) and stage in {"crawl", "extract"}:
            inside = ("crawl",) if stage == "crawl" else ()
            return (*location[:2], *inside, *location[2:])
        return (*prefix, *location)

    return locate


def _clear(
    document: _Document, error: ValidationError, locate: Any, model: type[BaseModel]
) -> UsageError:
    """One sentence for the first of pydantic's errors, and how many more there are."""
    # A name that is misspelt is also missing: the misspelling says more.
    # Of the members of a union, the one that was followed deepest is the one that was meant.
    errors = sorted(error.errors(), key=lambda e: (e["type"] != "extra_forbidden", -len(e["loc"])))
    first = errors[0]
    # What pydantic adds to say which member of a union it tried is no key of the recipe.
    internal = re.compile(r"\[|^[A-Z]|^(str|int|float|bool|function-.*)$")
    location = tuple(x for x in first["loc"] if not internal.search(str(x)))
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        known = _fields(model, location[:-1])
        message = (
            f"there is no parameter {location[-1]!r} here{_suggestion(str(location[-1]), known)}"
        )
    elif first["type"] == "missing":
        message = f"{location[-1]!r} is missing"
    elif first["type"] not in {"value_error"}:
        given = repr(first.get("input"))
        message = f"{message[0].lower()}{message[1:]}, not {given[:60]}"
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return UsageError(f"{document.where(locate(location))}: {message}{more}")


def _fields(model: type[BaseModel], location: Location) -> list[str]:
    """The field names of the model that a location leads to, as far as its annotations tell."""
    current: Any = model
    for step in location:
        fields = getattr(current, "model_fields", {})
        annotation = fields[step].annotation if step in fields else current
        arguments = getattr(annotation, "__args__", ())
        nested = [a for a in (annotation, *arguments) if hasattr(a, "model_fields")]
        current = nested[-1] if nested else annotation
    return list(getattr(current, "model_fields", {}))


def _suggestion(word: str, known: Any) -> str:
    names = list(known)
    close = difflib.get_close_matches(word, names, n=1)
    if close:
        return f": did you mean {close[0]!r}?"
    return f": choose from {', '.join(sorted(names))}" if names else ""

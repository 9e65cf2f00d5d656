"""A recipe: one YAML file that names the sources, the stages with their parameters, and how to run them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from flows.recipe import check
from flows.recipe.base import merged
from flows.recipe.document import Document, Location, parse, shortened
from flows.recipe.errors import clear, suggestion, together
from flows.recipe.graph import (
    GROUPS,
    READS,
    SOURCES,
    STAGE,
    Graph,
    Node,
    Observed,
    called,
    following,
    needed,
)
from flows.recipe.layout import ORIGINS, Layout, Named
from flows.recipe.resolve import resolve
from flows.stages import STAGES, load
from pipeline.errors import TahonaError, UsageError
from pipeline.model.about import REST, named
from pipeline.model.stage import Params
from pipeline.store import observe

_SET = {"run", "resolve", "pin", *GROUPS}  # what `--set` changes besides the stages


@dataclass(frozen=True)
class Recipe:
    """A validated recipe: its layout, its graph, the parameters of each stage, where its paths start."""

    layout: Layout
    graph: Graph  # in the order in which the stages run
    params: Mapping[str, Params]  # by name; of a stage that is only pinned there are none
    folder: Path
    given: str  # as the command line named it
    overrides: Sequence[str]  # what was changed of it, as `stage.key=value`
    where: Callable[[Location], str]  # file, line and key of a place in it, for an error

    @property
    def name(self) -> str:
        return self.layout.name

    @property
    def file(self) -> Path | None:
        """The file that it is written in; None of a built-in one."""
        return None if self.given in builtin() else Path(self.given).resolve()

    @property
    def stages(self) -> list[str]:
        """The names of the stages, in the order in which they run."""
        return list(self.graph)

    def kind(self, name: str) -> str:
        """The kind of the stage of that name."""
        return self.graph[name].kind

    def chosen(self, first: str | None, last: str | None) -> tuple[list[str], list[str]]:
        """The stages to take as they are and those to run: of `last` all that it needs, of `first` what follows.

        Raises UsageError where a name is none of a stage, or of several.
        """
        names = set(self.graph)
        if last is not None:
            names &= needed(self.graph, [self._called(last)])
        if first is not None:
            names &= following(self.graph, self._called(first))
        if not names:
            raise UsageError(self._apart(str(first), str(last)))
        return self.divided(names)

    def _apart(self, first: str, last: str) -> str:
        """Why nothing runs from one stage to another which does not follow from it."""
        if self._called(first) in following(self.graph, self._called(last)):
            return f"{last} comes before {first} in {self.name}: nothing to run"
        return f"{first} and {last} stand side by side in {self.name}, neither is made from the other: nothing to run"

    def divided(self, names: set[str]) -> tuple[list[str], list[str]]:
        """What some stages are made from and is to be taken as it is, and those stages, each in order."""
        before = needed(self.graph, names) - names
        return [n for n in self.graph if n in before], [n for n in self.graph if n in names]

    def tell_unintended(self, stages: Collection[str]) -> None:
        """Warns of what these stages, which are to run, would do and is probably not intended."""
        check.tell_unintended(self.graph, self.layout.pin, self.params, stages)

    def tell_unheard(self, overrides: Sequence[str], stages: Collection[str]) -> None:
        """Warns of each change of a stage that is not among those which a run reads or makes."""
        for text in overrides:
            if (name := self._changed(text)) and name not in stages:
                check.tell(
                    f"--set {shortened(text)} changes nothing here: {name} does not run, and nothing that runs reads it"
                )

    def changes(self, name: str) -> list[str]:
        """The changes that were given of a stage, shortened."""
        return [shortened(text) for text in self.overrides if self._changed(text) == name]

    def _changed(self, text: str) -> str | None:
        """The stage that a change is of; None where it is of what stands beside the stages."""
        word = text.partition("=")[0].strip().partition(".")[0]
        return None if word in _SET else self._called(word)

    def _called(self, word: str) -> str:
        kinds = {name: node.kind for name, node in self.graph.items()}
        return called(kinds, word, f"the recipe {self.name}")

    def files(
        self, observed: Observed, stages: Collection[str] | None = None
    ) -> dict[str, list[str]]:
        """The files that are observed, by name, found now, as absolute paths or URLs.

        Raises UsageError where a pattern finds nothing, or a file that no reader knows, or that one of the
        `stages` (None: of all) can't take.
        """
        paths: dict[str, list[str]] = {}
        patterns = self.layout.patterns(observed.group)
        for name in observed.names:
            try:
                paths[name] = observe.find(patterns[name], self.folder)
                for stage in self.graph if stages is None else stages:
                    node = self.graph[stage]
                    check_files = STAGES[node.kind].files
                    for role, given in node.inputs.items():
                        if check_files and observed in given:
                            named(check_files)(self.params[stage], role, name, paths[name])
            except TahonaError as error:
                where = self.where((observed.group, name, "files"))
                kind = TahonaError if error.transient else UsageError  # the network is no recipe
                raise kind(f"{where}: {error}") from error
        return paths

    def read_params(self, name: str) -> dict[str, list[Params]]:
        """The parameters of the stages that one reads, by input."""
        return check.read_params(self.graph[name], self.params, self.layout.pin)

    def terms(self, observed: Observed) -> dict[str, dict[str, str]]:
        """Domain, licence and terms of files that are observed, by name; those of sources are parameters of stages."""
        if observed.group == SOURCES:
            return {}
        entries: dict[str, Named] = getattr(self.layout, observed.group)
        return {name: terms for name in observed.names if (terms := entries[name].statement)}

    def observed(self) -> list[Observed]:
        """All files of the outside that some stage reads, each once."""
        return list(dict.fromkeys(o for node in self.graph.values() for o in node.observed))


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
    file, text, folder = _opened(name)
    document = merged(parse(file, text), folder, _opened)
    changes = [*overrides, *_everywhere(document, sample, edition)]
    for change in changes:
        _override(document, change)
    return _validate(document, folder, name, changes)


def name_of(file: Path) -> object:
    """What the recipe in a file calls itself; None where it is no recipe, or can't be read."""
    try:
        return parse(str(file), file.read_text(encoding="utf-8")).data.get("name")
    except (UsageError, OSError, UnicodeDecodeError):
        return None


def _opened(name: str, beside: str = "") -> tuple[str, str, Path]:
    """The file of a recipe as errors name it, its text, and the folder that its paths start from."""
    if name in builtin():
        text = (files("flows") / "recipes" / f"{name}.yaml").read_text(encoding="utf-8")
        # As a base it has another name than a recipe of the same name that is made from it.
        return f"{name} (built in)" if beside else f"{name}.yaml", text, Path.cwd()
    file = os.path.normpath(os.path.join(os.path.dirname(beside), name)) if beside else name
    try:
        return file, Path(file).read_text(encoding="utf-8"), Path(file).absolute().parent
    except UnicodeDecodeError as error:
        raise UsageError(f"the recipe {name} is no UTF-8 text: save it as UTF-8") from error
    except PermissionError as error:
        raise UsageError(f"the recipe {name} can't be read: {error.strerror}") from error
    except (OSError, ValueError) as error:  # or a path with a NUL
        import difflib  # none is needed where nothing is wrong

        names = ", ".join(builtin())
        close = difflib.get_close_matches(name, builtin(), n=1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        raise UsageError(
            f"the recipe {name} can't be read{hint}: give the path of a YAML file, or one of: {names}"
        ) from error


def _kinds(document: Document) -> dict[str, str]:
    """Which stage each name of a recipe stands for, as far as it is well formed."""
    stages = document.data.get("stages")
    items = stages.items() if isinstance(stages, dict) else ()
    kinds = {n: v.get(STAGE, n) if isinstance(v, dict) else n for n, v in items}
    return {name: kind for name, kind in kinds.items() if kind in STAGES}


def _everywhere(document: Document, sample: float | None, edition: str | None) -> Iterator[str]:
    """The changes of all stages that take a sample of the records, or name what they observe."""
    for name, kind in _kinds(document).items():
        about = STAGES[kind]
        if about.sample and sample is not None:
            yield f"{name}.{about.sample}={sample!r}"
        if about.edition and edition is not None:
            yield f"{name}.{about.edition}={json.dumps(edition)}"  # quoted: no date, no number


def _override(document: Document, text: str) -> None:
    key, equals, value = text.partition("=")
    keys = key.strip().split(".")
    option = f"--set {shortened(text)}"
    if not equals or len(keys) < 2 or not all(keys):
        raise UsageError(
            f"{option}: write it as stage.key=value, for example filter.languages=[es]"
        )
    if indexed := next((step for step in keys if step.endswith("]")), None):
        whole = f"{key.strip().partition('[')[0]}=[...]"
        raise UsageError(
            f"{option}: {indexed} is one entry of a list: set the list whole, as {whole}"
        )
    if keys[0] not in _SET:
        kinds = _kinds(document)
        if keys[0] not in {*STAGES, *kinds}:
            hint = suggestion(keys[0], {*STAGES, *kinds})
            raise UsageError(f"{option}: there is no stage {keys[0]}{hint}")
        if keys[0] not in {*kinds, *kinds.values()}:
            raise UsageError(f"{option}: the recipe {document.file} does not run {keys[0]}")
        name = called(kinds, keys[0], f"{option}: the recipe {document.file}")
        keys = ["stages", name, *keys[1:]]
    elif keys[0] == "resolve":  # the name of a host holds dots
        keys = ["resolve", ".".join(keys[1:])]
    document.set(tuple(keys), value, text)


def _validate(document: Document, folder: Path, given: str, changes: Sequence[str]) -> Recipe:
    try:
        layout = Layout.model_validate(document.data)
    except ValidationError as error:
        raise clear(document, error, lambda at: at, Layout) from error
    check.numbers(document, ("run",), document.data.get("run"), layout.run.model_dump())
    wrong = [
        UsageError(f"{document.where((SOURCES, name, key))}: {message}")
        for name, source in layout.sources.items()
        for key, message in source.unknown.items()
    ]
    try:
        graph = resolve(layout.stages, layout.pin, layout.groups(), document.where)
    except UsageError as error:
        raise together([*wrong, error]) from error
    params: dict[str, Params] = {}
    for name, node in graph.items():
        if name in layout.stages:
            try:
                params[name] = _params(document, node, layout, graph, folder)
            except UsageError as error:
                wrong.append(error)
    if wrong:
        raise together(wrong)
    for name, source in layout.sources.items():
        observer = ORIGINS[source.origin] if source.origin else None
        if observer and not any(node.kind == observer for node in graph.values()):
            where = document.where((SOURCES, name))
            raise UsageError(
                f"{where}: has a `{source.origin}` part, but the recipe has no stage {observer}"
            )
    patterns = layout.patterns(SOURCES)
    check.labels(document, patterns, layout.pin, graph, params)
    check.agreement(document, patterns, layout.pin, graph, params)
    check.tell_chained(graph, layout.stages)
    return Recipe(layout, graph, params, folder, given, changes, document.where)


def _params(document: Document, node: Node, layout: Layout, graph: Graph, folder: Path) -> Params:
    """The parameters of a stage; errors in what the sources say for it are named at their place."""
    about, prefix = STAGES[node.kind], ("stages", node.name)
    written = (layout.stages[node.name] or {}).items()
    values = {key: value for key, value in written if key not in {STAGE, READS}}
    if about.sources:
        if SOURCES in values:
            where = document.where((*prefix, SOURCES))
            raise UsageError(f"{where}: the sources stand at the top of the recipe, not here")
        values[SOURCES] = _sources(layout, node, graph)
        if not values[SOURCES] and about.sources != REST:
            where = document.where(prefix)
            raise UsageError(f"{where}: no source has a `{about.sources}` part")
    if about.edition and (name := document.written.get((*prefix, about.edition))):
        values[about.edition] = name  # 2026-11-24 is no date, and 007 not 7

    def locate(at: Location) -> Location:
        if at[:1] == (SOURCES,) and about.sources:
            inside = () if about.sources == REST else (about.sources,)
            return (*at[:2], *inside, *at[2:])
        return (*prefix, *at)

    model = load(node.kind).Params
    try:
        params = model.model_validate(values).starting_at(folder)
    except ValidationError as error:
        raise clear(document, error, locate, model) from error
    check.numbers(document, (), values, params.model_dump(), locate)
    return params


def _sources(layout: Layout, node: Node, graph: Graph) -> dict[str, Any]:
    """The part of each source for a stage: by its key, or of those that it reads."""
    key = STAGES[node.kind].sources
    if key is not None and key != REST:
        return {n: s.keys[key] for n, s in layout.sources.items() if s.keys.get(key) is not None}
    if node.name in layout.pin:  # what it read is recorded in its dataset
        return {name: source.rest for name, source in layout.sources.items()}
    read = {name for o in node.observed if o.group == SOURCES for name in o.names}
    seen = {graph[name].kind for name in node.above}
    return {
        name: source.rest
        for name, source in layout.sources.items()
        if name in read or (source.origin and ORIGINS[source.origin] in seen)
    }

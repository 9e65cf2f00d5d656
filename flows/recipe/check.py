"""What must hold between the parts of a recipe: inputs that are made, domains and languages that exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from flows.chain.stages import STAGES, load
from flows.recipe.document import Document, Location
from pipeline.errors import UsageError
from pipeline.model.about import RULES, About, named
from pipeline.model.stage import Params


class Origin(Protocol):
    """What is asked of a source: the files that it names."""

    @property
    def files(self) -> list[str] | None: ...


def check(
    document: Document,
    sources: Mapping[str, Origin],
    pin: Mapping[str, str],
    params: Mapping[str, Params],
) -> None:
    """Raises UsageError for the first thing that does not hold."""
    _fed(document, sources, pin, params)
    _labelled(document, sources, pin, params)


def numbers(
    document: Document,
    at: Location,
    given: Any,
    found: Any,
    locate: Callable[[Location], Location] = lambda at: at,
) -> None:
    """Refuses `true` where a number is meant: the library would take it for 1."""
    if isinstance(given, bool) and not isinstance(found, bool | str):
        said = str(given).lower()
        raise UsageError(f"{document.where(locate(at))}: must be a number, not {said}")
    if isinstance(given, dict) and isinstance(found, dict):
        pairs: Any = [(key, given[key], found.get(key, given[key])) for key in given]
    elif isinstance(given, list) and isinstance(found, list | tuple) and len(given) == len(found):
        pairs = [(place, *both) for place, both in enumerate(zip(given, found, strict=True))]
    else:
        return
    for step, one, other in pairs:
        numbers(document, (*at, step), one, other, locate)


def _fed(
    document: Document,
    sources: Mapping[str, Origin],
    pin: Mapping[str, str],
    params: Mapping[str, Params],
) -> None:
    """Every stage must find what it needs: an earlier stage of the recipe, or a pin, gives it."""
    made = {"files"} if any(source.files for source in sources.values()) else set()
    for name in STAGES:
        if name not in params and name not in pin:
            continue
        stage = load(name)
        for wanted in stage.inputs.values() if name not in pin else ():
            if wanted.kind not in made and not wanted.optional:
                givers = [n for n in STAGES if wanted.kind in load(n).gives]
                raise UsageError(
                    f"{document.where(('stages', name))}: needs {wanted.kind}, which no earlier stage "
                    f"of the recipe gives: add {' or '.join(givers)} before it, or pin a committed one"
                )
        made.update(stage.gives)


def _labelled(
    document: Document,
    sources: Mapping[str, Origin],
    pin: Mapping[str, str],
    params: Mapping[str, Params],
) -> None:
    """A language or domain that a stage names must be one that documents have: else it would do nothing.

    The last stage up to it that knows of such labels is asked; where that is pinned, nothing is known.
    """
    patterns = {name: source.files or [] for name, source in sources.items()}
    knows: dict[str, str] = {}  # kind of label -> the stage that knows it
    for name, about in STAGES.items():
        if name in params or name in pin:
            knows |= dict.fromkeys(about.known, name)
        if name not in params or name in pin:
            continue
        for place, kind, label in _labels(about, params[name].model_dump()):
            judge = knows.get(kind)
            if judge is None or judge in pin or judge not in params:
                continue
            wrong = named(STAGES[judge].known[kind])(params[judge], patterns, label)
            if wrong:
                raise UsageError(f"{document.where(('stages', name, *place))}: {wrong}")


def _labels(about: About, params: Mapping[str, Any]) -> Iterator[tuple[Location, str, str]]:
    """The labels that a stage's parameters name: where, of which kind, and itself."""
    for key, kind in about.labels.items():
        value = params.get(key) or ()
        if kind != RULES:
            for place, label in enumerate(value):
                yield (key, label if isinstance(value, dict) else place), kind, label
            continue
        for place, rule in enumerate(value if isinstance(value, list | tuple) else ()):
            if isinstance(rule, dict):
                if rule["signal"]:
                    yield (key, place, "signal"), "signal", rule["signal"]
                for said, of in (("domains", "domain"), ("languages", "language")):
                    for number, label in enumerate(rule[said] or ()):
                        yield (key, place, said, number), of, label

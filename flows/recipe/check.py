"""Checks of a recipe beside its form: no true or false for numbers, languages and domains that exist."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from flows.recipe.document import Document, Location
from flows.recipe.graph import READS, Graph, Node, Observed, needed
from flows.stages import STAGES
from pipeline.errors import UsageError
from pipeline.model.about import PART, RULES, About, named
from pipeline.model.stage import Params

log = logging.getLogger(__name__)


def numbers(
    document: Document,
    at: Location,
    given: Any,
    validated: Any,
    locate: Callable[[Location], Location] = lambda at: at,
) -> None:
    """Refuses `true` in place of a number: the library would take it for 1."""
    if isinstance(given, bool) and not isinstance(validated, bool | str):
        word = str(given).lower()
        raise UsageError(f"{document.where(locate(at))}: must be a number, not {word}")
    if isinstance(given, dict) and isinstance(validated, dict):
        pairs: Any = [(key, given[key], validated.get(key, given[key])) for key in given]
    elif (
        isinstance(given, list)
        and isinstance(validated, list | tuple)
        and len(given) == len(validated)
    ):
        pairs = [(place, *both) for place, both in enumerate(zip(given, validated, strict=True))]
    else:
        return
    for step, one, other in pairs:
        numbers(document, (*at, step), one, other, locate)


def labels(
    document: Document,
    patterns: Mapping[str, Sequence[str]],
    pin: Container[str],
    graph: Graph,
    params: Mapping[str, Params],
) -> None:
    """A language or domain that a stage names must be one that documents have: else it would do nothing.

    `patterns` are those of the files of the sources. The last stage up to it that knows such labels
    decides; where that is pinned, nothing is known. Raises UsageError for the first label that is wrong.
    """
    for name, node in _own(graph, pin, params):
        ancestors = needed(graph, [name])
        knows = {label: n for n in graph if n in ancestors for label in STAGES[graph[n].kind].known}
        for place, kind, label in _labels(STAGES[node.kind], params[name].model_dump()):
            judge = knows.get(kind)
            if judge is None or judge in pin:
                continue
            judges = named(STAGES[graph[judge].kind].known[kind])
            read = _read(graph[judge], graph, params, pin)
            if wrong := judges(params[judge], read, patterns, label):
                if kind == "language" and STAGES[node.kind].labels.get(str(place[0])) == PART:
                    wrong += "; a domain goes with its language, as es.legal"
                raise UsageError(f"{document.where(('stages', name, *place))}: {wrong}")


def agreement(
    document: Document,
    patterns: Mapping[str, Sequence[str]],
    pin: Container[str],
    graph: Graph,
    params: Mapping[str, Params],
) -> None:
    """Refuses parameters that need what the stages which it reads will not give; of pinned ones nothing is known."""
    for name, node in _own(graph, pin, params):
        about = STAGES[node.kind]
        if about.agrees is None:
            continue
        if mismatch := named(about.agrees)(params[name], _read(node, graph, params, pin), patterns):
            key, wrong = mismatch
            own = key == READS or key in type(params[name]).model_fields
            at: Location = ("stages", name, key) if own else (key,)  # or a group of files
            raise UsageError(f"{document.where(at)}: {wrong}")


def read_params(
    node: Node, params: Mapping[str, Params], pin: Container[str]
) -> dict[str, list[Params]]:
    """The parameters of the stages that one reads, by each input that it has; of files and of pinned stages
    there are none.
    """
    return {
        role: [params[g] for g in given if isinstance(g, str) and g in params and g not in pin]
        for role, given in node.inputs.items()
        if given
    }


def _read(
    node: Node, graph: Graph, params: Mapping[str, Params], pin: Container[str]
) -> dict[str, list[Any]]:
    """The same, and of a stage of its own kind that it reads what that one reads itself, as `input.input`, to the first
    of them; of one of another kind the files that it reads. Of files their names in the recipe.
    """
    read: dict[str, list[Any]] = {**read_params(node, params, pin)}
    for role, given in node.inputs.items():
        for other in given:
            if isinstance(other, Observed):
                read[role].extend(other.names)
            elif other in pin:
                continue
            elif graph[other].kind == node.kind:
                for earlier, several in _read(graph[other], graph, params, pin).items():
                    read.setdefault(f"{role}.{earlier}", []).extend(several)
            else:
                for earlier, files in graph[other].inputs.items():
                    names = [n for o in files if isinstance(o, Observed) for n in o.names]
                    if names:
                        read.setdefault(f"{role}.{earlier}", []).extend(names)
    return read


def tell_chained(graph: Graph, stages: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Warns of a stage that reads another of its kind without a `reads` that names it: two variants, most likely."""
    for name, node in graph.items():
        reads = (stages.get(name) or {}).get(READS) or {}
        for role, given in node.inputs.items():
            for other in given if role not in reads else ():
                if isinstance(other, str) and graph[other].kind == node.kind:
                    tell(
                        f"{name} reads {other}, as {role}, which is the same stage: if they are two variants, "
                        f"give {name} `reads: {{{role}: [...]}}` without {other}"
                    )


def tell_unintended(
    graph: Graph, pin: Container[str], params: Mapping[str, Params], stages: Collection[str]
) -> None:
    """Warns of what some stages would do and is probably not intended, by their parameters and those of all before.

    Of one that begins their run nothing is told: it tells at its end, which is at once.
    """
    for name, node in _own(graph, pin, params):
        before = needed(graph, [name])
        if name not in stages or not before & {*stages} - {name}:
            continue
        if tells := STAGES[node.kind].tells:
            above = [params[n] for n, _ in _own(graph, pin, params) if n in before]
            for sentence in named(tells)(params[name], above):
                tell(f"{name}: {sentence}")


def _own(
    graph: Graph, pin: Container[str], params: Mapping[str, Params]
) -> Iterator[tuple[str, Node]]:
    """The stages whose parameters the recipe gives and that it doesn't pin."""
    return ((name, node) for name, node in graph.items() if name in params and name not in pin)


@cache
def tell(text: str) -> None:
    """Warns once, however often the recipe is read."""
    log.warning("warning: %s", text)


def _labels(about: About, params: Mapping[str, Any]) -> Iterator[tuple[Location, str, str]]:
    """The labels that a stage's parameters name: where, of which kind, and itself."""
    for key, kind in about.labels.items():
        value = params.get(key) or ()
        # Of a part its language and its domain are known beforehand, the variety is not.
        if kind == PART:
            for place, label in enumerate(value):
                language, _, domain = label.partition(".")
                yield (key, place), "language", language.partition("-")[0]
                if domain:
                    yield (key, place), "domain", domain
            continue
        if kind != RULES:
            for place, label in enumerate(value):
                yield (key, label if isinstance(value, dict) else place), kind, label
            continue
        for place, rule in enumerate(value if isinstance(value, list | tuple) else ()):
            if isinstance(rule, dict):
                if rule["signal"]:
                    yield (key, place, "signal"), "signal", rule["signal"]
                for labels, of in (("domains", "domain"), ("languages", "language")):
                    for number, label in enumerate(rule[labels] or ()):
                        yield (key, place, labels, number), of, label

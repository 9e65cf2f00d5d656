"""What must hold between the parts of a recipe: inputs that are made, domains and languages that exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from cleaning.readers.records import SourceSpec
from flows.chain.stages import STAGES, load
from flows.recipe.document import Document, Location
from flows.recipe.errors import suggestion
from pipeline.errors import TahonaError, UsageError
from pipeline.model.stage import Params

_RULES = (("extract", "gate"), ("filter", "rules"))


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
    held = {name: each.model_dump() for name, each in params.items()}
    _of_a_domain(document, sources, held)
    _in_a_language(document, held)


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


def _of_a_domain(
    document: Document, sources: Mapping[str, Origin], held: Mapping[str, dict[str, Any]]
) -> None:
    """A domain that a rule or a weight names must be one that documents have: else it would do nothing."""
    if "extract" not in held:
        return
    domains = set()
    for name, said in held["extract"]["sources"].items():
        spec = SourceSpec.model_validate(said)
        if any(_own_domains(file, spec) for file in sources[name].files or ()):
            return
        domains.add(spec.domain)
    named: list[tuple[Location, str, str]] = [
        (place, f"the rule {rule['name']!r} is for the domain", domain)
        for place, rule in _rules(held)
        for domain in rule["domains"] or ()
    ]
    for stage in ("tokenizer", "pretrain"):
        for domain in held.get(stage, {}).get("weights", {}):
            named.append((("stages", stage, "weights", domain), "weighs the domain", domain))
    for place, says, domain in named:
        if domain not in domains:
            raise UsageError(
                f"{document.where(place)}: {says} {domain!r}, "
                f"which no source has{suggestion(domain, domains)}"
            )


def _in_a_language(document: Document, held: Mapping[str, dict[str, Any]]) -> None:
    """A language must be one that the model knows: no document would ever be in another."""
    from cleaning.language.codes import LID176_CODES, UNKNOWN
    from cleaning.language.identify import CODES

    # The gate always asks lid.176; what follows asks the model of `annotate`, whose labels are its own.
    ours = held.get("annotate", {"model": None})["model"] is None
    asking = [*(["filter", "corpus", "tokenizer", "shard"] if ours else []), "extract"]
    named: list[tuple[Location, str]] = []
    for stage in asking:
        for place, code in enumerate(held.get(stage, {}).get("languages") or ()):
            named.append((("stages", stage, "languages", place), code))
    for at, rule in _rules(held):
        if at[1] in asking:
            named += [((*at, "languages", i), c) for i, c in enumerate(rule["languages"] or ())]
    for at, code in named:
        if code not in LID176_CODES and code != UNKNOWN:
            meant = CODES.get(code)
            hint = f"did you mean {meant!r}?" if meant else "write its ISO 639 code, as es or gl"
            raise UsageError(f"{document.where(at)}: there is no language {code!r}: {hint}")


def _rules(held: Mapping[str, dict[str, Any]]) -> Iterator[tuple[Location, dict[str, Any]]]:
    """The rules that the recipe itself writes, each with its place."""
    for stage, key in _RULES:
        rules = held.get(stage, {}).get(key)
        for place, rule in enumerate(rules if isinstance(rules, list) else ()):
            if isinstance(rule, dict):
                yield ("stages", stage, key, place), rule


def _own_domains(file: str, spec: SourceSpec) -> bool:
    """Whether the documents of a file may name domains of their own, as lines of JSON do."""
    from cleaning.readers.readers import READERS, reader_of

    try:
        return READERS[reader_of(file, spec)].entries
    except TahonaError:  # a pattern that says nothing of its files
        return True

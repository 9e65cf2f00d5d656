"""The provenance of a dataset: all that it was made from, the sources with their licences, the tokens by domain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pipeline.model.dataset import Manifest, Reference
from training.inputs.counts import token_counts

Find = Callable[[Reference], Manifest | None]
MODELS = ("model", "models")  # the inputs that a training goes on from
# Files of the outside whose text is not what is trained on.
BESIDE = ("examples", "lists", "benchmarks", "models")


class Provenance(NamedTuple):
    """`datasets`: what it was made from, each after what it was made from itself; `gone`: those no longer there.

    `sources` by name, as recipes say them (`domain`, `licence`, `terms`); `beside` in the same way what is no source of
    the text, by group and name: what a classifier learnt from, a set that was looked for, a folder of a model. `tokens`
    to train on, by domain, without those that the `weights` of a training leave out; of a model its own, those of the
    models that it goes on from are `tokens_before`. `models`: these, the nearest first, each with the names of its
    folder in the recipe.
    """

    datasets: list[Manifest]
    gone: list[str]
    sources: dict[str, Mapping[str, Any]]
    beside: dict[tuple[str, str], Mapping[str, Any]]
    tokens: dict[str, int]
    tokens_before: dict[str, int]
    models: dict[str, list[str]]


def provenance_of(dataset: Manifest, manifest: Find) -> Provenance:
    """The provenance of a dataset; `manifest` gives those of what it was made from that are still there."""
    above: dict[str, Manifest] = {}
    gone: dict[str, None] = {}

    def visit(one: Manifest) -> None:
        for reference in (r for references in one.inputs.values() for r in references):
            if str(reference) in above:
                continue
            if earlier := manifest(reference):
                visit(earlier)
                above[str(reference)] = earlier
            else:
                gone[str(reference)] = None

    visit(dataset)
    sources: dict[str, Mapping[str, Any]] = {}
    beside: dict[tuple[str, str], Mapping[str, Any]] = {}
    tokens: dict[str, int] = {}
    before: dict[str, int] = {}
    for one in (*above.values(), dataset):
        for name, source in (one.params.get("sources") or {}).items():
            if one.stage in BESIDE:
                beside.setdefault((one.stage, name), source)
            elif "licence" in source and _arrived(name, one, above):
                sources.setdefault(name, source)
    for one in above.values():
        if one.stage == "shard":
            earlier = [m for m in above.values() if _trained_on(m, one)]
            if _trained_on(dataset, one):
                _count(one, [dataset], tokens)
            if "model" not in dataset.kinds:
                _count(one, earlier, tokens)
            elif earlier:
                _count(one, earlier, before)
    return Provenance(
        list(above.values()),
        sorted(gone),
        dict(sorted(sources.items())),
        dict(sorted(beside.items())),
        dict(sorted(tokens.items())),
        dict(sorted(before.items())),
        _models(dataset, above),
    )


def _arrived(source: str, dataset: Manifest, above: Mapping[str, Manifest]) -> bool:
    """Whether a source is in what a dataset was made from: not one of which a crawl could have no page."""
    read = [above.get(str(r)) for references in dataset.inputs.values() for r in references]
    return None in read or any(one.total((source,)).files for one in read if one)


def _trained_on(model: Manifest, tokens: Manifest) -> bool:
    return "model" in model.kinds and tokens.reference in model.inputs.get("tokens", [])


def _count(dataset: Manifest, models: list[Manifest], tokens: dict[str, int]) -> None:
    """Adds the tokens to train on of a dataset by domain; where models were trained on it, what one of them read."""
    from training.pretrain.data.parts import parts_read

    parts = [parts_read(model) for model in models]
    for domain, splits in token_counts(dataset).items():
        if "train" in splits and (not parts or any(reads(f"{domain}/train") for reads in parts)):
            tokens[domain] = tokens.get(domain, 0) + splits["train"]


def _models(dataset: Manifest, above: Mapping[str, Manifest]) -> dict[str, list[str]]:
    names_of: dict[str, list[str]] = {}
    for reference in (r for role in MODELS for r in dataset.inputs.get(role, [])):
        name = str(reference)
        folder = above.get(name) if reference.stage == "models" else None
        names_of[name] = sorted({file.part for file in folder.files()}) if folder else []
        if name in above:
            names_of |= _models(above[name], above)
    return names_of

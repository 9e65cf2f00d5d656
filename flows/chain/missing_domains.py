"""Checks that a domain which a stage needs exists, as early as possible: at the start, or once the texts were read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flows.recipe.graph import Given, needed
from flows.recipe.recipe import Recipe
from flows.stages import STAGES
from pipeline.errors import UsageError
from pipeline.model.about import named
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store


def check_domains(
    recipe: Recipe, store: Store, manifests: Mapping[Given, Manifest], stages: Iterable[str]
) -> None:
    """Raises UsageError where a stage names a domain that no document has; `manifests` are those made so far."""
    for name in stages:
        for key in STAGES[recipe.kind(name)].needs if name in recipe.params else ():
            for domain in getattr(recipe.params[name], key) or ():
                domains = _known(recipe, store, manifests, name)
                if domains is not None and domain not in domains:
                    where = recipe.where(("stages", name, key, domain))
                    raise UsageError(
                        f"{where}: names the domain {domain!r}, which no document has: "
                        f"choose from {', '.join(sorted(domains))}"
                    )


def _known(
    recipe: Recipe, store: Store, manifests: Mapping[Given, Manifest], name: str
) -> set[str] | None:
    """The domains of all documents that a stage is made from; None where some are not known yet."""
    domains: set[str] = set()
    for above in needed(recipe.graph, [name]):
        about = STAGES[recipe.kind(above)]
        if about.domains is None:
            continue
        if above not in manifests and above in recipe.layout.pin:
            return None
        files: dict[str, Sequence[str]] = {}
        for observed in recipe.graph[above].observed if above not in manifests else ():
            files |= recipe.files(observed)
        names = named(about.domains)(recipe.params[above], files, store, manifests.get(above))
        if names is None:
            return None
        domains |= names
    return domains or None

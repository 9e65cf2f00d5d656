"""What a run of a recipe would find: the state of each of its stages."""

from __future__ import annotations

from typing import Any

from flows.chain.datasets import Datasets
from flows.chain.records import last_dataset, runs, slice_of
from flows.recipe.recipe import Recipe
from pipeline.run.runner import lock_name
from pipeline.store.lock import owner
from pipeline.store.store import Store


def status(recipe: Recipe, store: Store) -> list[dict[str, Any]]:
    """State of each stage: committed, running, partial (slices of it are computed; `news` says what is to be done),
    stale (made before, from other inputs or parameters), missing.
    """
    datasets = Datasets(recipe, store)
    datasets.observe(commit=False)
    records = runs(store, recipe.name)
    states: list[dict[str, Any]] = []
    for name, committed in datasets.survey(recipe.stages):
        kind, state, news = recipe.kind(name), "missing", []
        reference = committed.reference if committed else None
        if committed and committed.whole:
            state = "committed"
        elif reference and owner(store, lock_name(reference)):
            state = "running"
        elif reference and (slice_ := slice_of(records, name, reference.fingerprint)):
            state, news = "partial", slice_["news"]
        elif last := last_dataset(records, name, kind):
            state, reference = "stale", last
        row = {"stage": name, "kind": kind, "fingerprint": reference and reference.fingerprint}
        states.append({**row, "state": state, "news": news})
    return states

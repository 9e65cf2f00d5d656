"""What a run of a recipe would find: the state of each of its stages."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

from flows.chain.datasets import BY_LAST, Datasets
from flows.recipe.recipe import Recipe
from flows.stages import load
from flows.store.place import command_line
from flows.store.records import failure_of, last_dataset, runs, slice_of
from pipeline.errors import TahonaError
from pipeline.run.names import keys, saved
from pipeline.run.runner import lock_name
from pipeline.store.lock import owner
from pipeline.store.store import Store


def status(recipe: Recipe, store: Store) -> list[dict[str, Any]]:
    """State of each stage: committed, running, partial (slices of it are computed, a crawl or training was stopped, or
    a run was killed; `news` says what is to be done, or how it failed), stale (made before, from other inputs or
    parameters), missing.
    """
    datasets = Datasets(recipe, store)
    # Whether a stage can take its files is said by its run.
    away = [f"{wrong}; {BY_LAST}" for wrong in datasets.observe(commit=False, stages=())]
    records = runs(store, recipe.name)
    states: list[dict[str, Any]] = []
    for name, committed in datasets.survey(recipe.stages):
        kind, state, news = recipe.kind(name), "missing", []
        reference = committed.reference if committed else None
        if committed and committed.whole:
            state = "committed"
            news = [datasets.away[name]] if name in datasets.away else []
        elif reference and owner(store, lock_name(reference)):
            state = "running"
        elif reference and (slice_ := slice_of(records, name, reference.fingerprint)):
            state, news = "partial", slice_["news"]
        elif reference and _begun(datasets, name):
            again = command_line(name, recipe.given, recipe.overrides, store)
            state, news = "partial", [f"{name} was begun: `{again}` goes on from what it saved"]
        elif last := last_dataset(store, recipe.name, name, kind):
            state, reference = "stale", last
        elif reference and (there := _saved(datasets, name)):
            again = command_line("run", recipe.given, recipe.overrides, store)
            state, news = "partial", [f"{name}: {there}: `{again}` goes on with what is left"]
        left = None if not committed or committed.whole else committed.reference
        if left and state != "running" and (why := failure_of(records, name, left.fingerprint)):
            news.append(f"{name}: its newest run failed: {why}")
        row = {"stage": name, "kind": kind, "fingerprint": reference and reference.fingerprint}
        states.append({**row, "state": state, "news": [*away, *news]})
        away = []
    return states


def _saved(datasets: Datasets, name: str) -> str | None:
    """How far the steps of a stage are there, of a run that did not end; None where there is no shard."""
    store, stage = datasets.store, load(datasets.kind(name), name)
    rounds = Counter[str]()  # the parts of each step
    with suppress(TahonaError, StopIteration):  # a run says what is wrong
        plan = stage.plan(datasets.recipe.params[name], datasets.inputs(name) or {}, {})
        step = next(plan)
        while True:
            there, of = saved(store, stage, step)
            if there < of:
                break
            rounds[step.name] += bool(of)
            names = keys(store, stage, step)
            shards = store.records(stage.name, names)
            step = plan.send([shards[key] for key in names])
        if not there and not rounds.total():
            return None
        part = rounds[step.name] + 1
        which = "" if step.name == stage.name and not rounds.total() else f" of {step.name}"
        which += f", part {part}," if part > 1 else ""
        whole = {0: "", 1: "a step is whole, "}.get(
            rounds.total(), f"{rounds.total()} steps are whole, "
        )
        return f"{whole}{there:,} of {of:,} shards{which} are saved"
    return "all its steps are whole" if rounds.total() else None


def _begun(datasets: Datasets, name: str) -> bool:
    """Whether a crawl or a training was stopped and has saved work on this machine."""
    store, stage = datasets.store, load(datasets.kind(name), name)
    if not store.scratch(stage.name, "").is_dir():
        return False
    with suppress(TahonaError, StopIteration):  # a run says what is wrong
        step = next(stage.plan(datasets.recipe.params[name], datasets.inputs(name) or {}, {}))
        if step.driver or step.waits:
            folders = (store.scratch(stage.name, key) for key in keys(store, stage, step))
            return any(folder.is_dir() and any(folder.iterdir()) for folder in folders)
    return False

"""Which datasets stay when all but the newest are pruned, and why the others go."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from flows.report.runs.recipe_datasets import recipe_datasets
from flows.stages import STAGES
from flows.store.records import Record, by_stage, datasets, runs, sampled
from pipeline.store.store import Store


def newest(store: Store, count: int) -> set[str]:
    """Of each stage of each recipe the newest datasets, `count` of them, and what its report shows.

    By stage, not by run: a run that ended before a stage says nothing against the last model. Those of a sample of the
    records are kept only where there are fewer than `count` of all. Of what was observed, which can't be made again,
    the `count` that were made last stay beside those that runs took last.
    """
    there = {str(r): r for r in store.references()}
    of_sample = sampled(store)
    keep: set[str] = set()

    def inputs(name: str) -> list[str] | None:
        manifest = store.manifest(there[name]) if name in there else None
        return [str(r) for kept in manifest.inputs.values() for r in kept] if manifest else None

    for recipe_name in store.backend.folders("runs"):
        records = runs(store, recipe_name)
        taken = by_stage(records, there, of_sample)
        for several in [*taken.values(), *_by_making(records, taken).values()]:
            keep.update(several[:count])
        if records:
            keep.update(recipe_datasets(records, inputs, of_sample).datasets)
    return keep


def reasons(store: Store, freed: Collection[str]) -> dict[str, str]:
    """Why each of the datasets that `newest` does not keep goes: which recipe has made newer ones, if any made it."""
    earlier: dict[str, dict[str, None]] = {name: {} for name in freed}
    there, of_sample = {str(r) for r in store.references()}, sampled(store)
    for recipe_name in store.backend.folders("runs"):
        records = runs(store, recipe_name)
        taken = by_stage(records, there, of_sample)
        for stage, (stays, *others) in (taken | _by_making(records, taken)).items():
            for name in others:
                if name in earlier:
                    why = f"an earlier {stage} of {recipe_name}, whose newest is {stays}"
                    if of_sample(name) and not of_sample(stays):
                        why = f"{stage} of a sample of {recipe_name}, whose newest of all records is {stays}"
                    earlier[name][why] = None
    return {name: "; ".join(why) or _unnamed(name) for name, why in earlier.items()}


def _by_making(
    records: Sequence[Record], taken: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Of each stage that observes the world its datasets, that made last first; `taken`: that taken last first."""
    made = [dataset for record in records for dataset in datasets(record).values()]
    first = {dataset: place for place, dataset in enumerate(made)}  # the oldest run that names it
    return {
        name: sorted(several, key=first.__getitem__)
        for name, several in taken.items()
        if (about := STAGES.get(several[0].partition("/")[0])) and about.edition
    }


def _unnamed(name: str) -> str:
    """Why a dataset goes that no run on record made: as files of the outside, which a recipe only names."""
    if name.partition("/")[0] in STAGES:
        return "no run on record made it, and no dataset that stays was made from it"
    return "no dataset that stays was made from it"

"""The records of a recipe's runs: which datasets each made, under which names.

A record holds, by the names of the recipe, the fingerprints, the parameters and the kinds of stages; one
of an earlier version has no kinds: there every stage has its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from flows.stages import STAGES
from pipeline.errors import UsageError
from pipeline.model.dataset import Manifest, Reference
from pipeline.run import lineage
from pipeline.store.store import Store

NEWEST = 40  # runs of a recipe that are looked through for what it calls datasets

Record = Mapping[str, Any]


def runs(store: Store, recipe: str, most: int | None = None) -> list[dict[str, Any]]:
    """The records of a recipe's runs, the newest first; not more than `most`."""
    paths = sorted((p for p, _ in store.backend.files(f"runs/{recipe}")), reverse=True)
    return [record for p in paths[:most] if (record := store.read_json(p))]


def when(run: str) -> datetime | None:
    """When a run began, by its name."""
    try:
        return datetime.strptime(run.partition("-")[0], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def kind_of(record: Record, name: str) -> str:
    """Which stage a name of a run stands for."""
    return str(record.get("kinds", {}).get(name, name))


def datasets(record: Record) -> dict[str, str]:
    """The datasets of a run, `kind/fingerprint`, by the names of its recipe, in the order of the work."""
    return {
        n: f"{kind_of(record, n)}/{fingerprint}" for n, fingerprint in record["datasets"].items()
    }


def sampled(store: Store) -> Callable[[str], bool]:
    """Tells of a dataset whether it was made from a sample of the records; of one that is gone, that it was not."""

    @cache
    def of(name: str) -> bool:
        stage, _, fingerprint = name.partition("/")
        manifest = store.manifest(Reference(stage=stage, fingerprint=fingerprint))
        if manifest is None:
            return False
        return samples(manifest) or any(
            of(str(r)) for kept in manifest.inputs.values() for r in kept
        )

    return of


def samples(manifest: Manifest) -> bool:
    """Whether a dataset itself is of a sample of what it was made from."""
    about = STAGES.get(manifest.reference.stage)
    return bool(about and about.sample and manifest.params.get(about.sample, 1) < 1)


def by_stage(
    records: Iterable[Record], there: Collection[str], of_sample: Callable[[str], bool]
) -> dict[str, list[str]]:
    """Of each stage of some runs, by its name in them, its datasets that are there: the newest first, but those of a
    sample after all others, which they never stand for.
    """
    by_name: dict[str, dict[str, None]] = {}
    for record in records:
        for name, dataset in datasets(record).items():
            if dataset in there:
                by_name.setdefault(name, {})[dataset] = None
    return {name: sorted(several, key=of_sample) for name, several in by_name.items()}


def last_datasets(store: Store, recipe: str) -> dict[str, str]:
    """Of each stage that the newest run's recipe has, by its name there, the dataset `kind/fingerprint` that was made
    last: that run may have been of one stage alone, or of a sample.
    """
    records = runs(store, recipe)
    by_name = by_stage(records, {str(r) for r in store.references()}, sampled(store))
    # A record of an earlier version does not have the stages of its recipe.
    still = records[0].get("names", by_name) if records else ()
    return {name: several[0] for name, several in by_name.items() if name in still}


def last_dataset(store: Store, recipe: str, name: str, kind: str) -> Reference | None:
    """The newest dataset that is there which a recipe's runs made of the stage of this name and kind; one of a sample
    only where there is no other.
    """
    of_sample, newest_sample = sampled(store), None
    fingerprints = (
        fingerprint
        for record in runs(store, recipe)
        if (fingerprint := record["datasets"].get(name)) and kind_of(record, name) == kind
    )
    for fingerprint in dict.fromkeys(fingerprints):
        reference = Reference(stage=kind, fingerprint=fingerprint)
        if store.manifest(reference) is None:
            continue
        if not of_sample(str(reference)):
            return reference
        newest_sample = newest_sample or reference
    return newest_sample


def slice_of(records: Iterable[Record], name: str, fingerprint: str) -> dict[str, Any] | None:
    """The record of a slice of a stage that no run committed: one that found those of the others computed, else
    the newest.
    """
    slices = [
        stage
        for record in records
        for stage in record["stages"]
        if (stage["stage"], stage["fingerprint"], stage["state"]) == (name, fingerprint, "partial")
    ]
    return min(slices, key=lambda stage: stage.get("left", True), default=None)


def failure_of(records: Iterable[Record], name: str, fingerprint: str) -> str | None:
    """Why a stage failed, in words, where that is how the newest run of it ended that was to make this dataset."""
    for record in records:
        for stage in record["stages"]:
            if (stage["stage"], stage["fingerprint"]) == (name, fingerprint):
                return stage.get("error") if stage["state"] == "failed" else None
    return None


def newest(store: Store, among: Collection[str]) -> str:
    """Of some datasets that which the newest run names, the last in the order of its work; of such as no run names any
    more, one.
    """
    paths = [p for r in store.backend.folders("runs") for p, _ in store.backend.files(f"runs/{r}")]
    for path in sorted(paths, key=lambda path: path.rsplit("/", 1)[-1], reverse=True):
        named = datasets(store.read_json(path) or {"datasets": {}}).values()
        if present := [dataset for dataset in named if dataset in among]:
            return present[-1]
    return max(among)


def ages(store: Store) -> dict[str, tuple[str, bool]]:
    """Of each dataset that the newest runs of recipes name: when the last of them began that made it or took it, as
    `2026-11-28 05:52 UTC`, and whether it is the newest of its place in a recipe (one of a sample only where there is
    no other).
    """
    there, of_sample = {str(r) for r in store.references()}, sampled(store)
    last: dict[str, str] = {}
    newest: set[str] = set()
    for recipe in store.backend.folders("runs"):
        records = runs(store, recipe, NEWEST)
        for record in records:
            for dataset in datasets(record).values():
                last[dataset] = max(last.get(dataset, ""), record["run"])
        newest.update(several[0] for several in by_stage(records, there, of_sample).values())
    return {
        dataset: (f"{began:%Y-%m-%d %H:%M} UTC", dataset in newest)
        for dataset, run in last.items()
        if (began := when(run))
    }


def names(store: Store) -> dict[str, list[str]]:
    """What recipes call each dataset, as `name in recipe`, where that is not what its stage is called."""
    called: dict[str, dict[str, None]] = {}
    for recipe in store.backend.folders("runs"):
        for record in runs(store, recipe, NEWEST):
            for name, dataset in datasets(record).items():
                if name != dataset.partition("/")[0]:
                    called.setdefault(dataset, {})[f"{name} in {recipe}"] = None
    return {dataset: list(aliases) for dataset, aliases in called.items()}


def commands_of(store: Store) -> dict[str, str]:
    """Of each dataset that a run names, what its recipe calls it and the command of the newest such run, as a
    clause: ` (corpus of laws, made by ...)`.
    """
    clauses: dict[str, str] = {}
    for recipe in store.backend.folders("runs"):
        for record in runs(store, recipe):
            for name, dataset in datasets(record).items():
                command = f", made by `{record['command']}`" if record.get("command") else ""
                clauses.setdefault(dataset, f" ({name} of {recipe}{command})")
    return clauses


def resolve(store: Store, word: str) -> Manifest:
    """The dataset that `stage/fingerprint` means, or `name/fingerprint` by the name of a recipe for its stage.

    The start of a fingerprint is enough, or none where there is only one. Raises UsageError for no or several datasets.
    """
    name, _, start = word.strip("/").partition("/")
    if not name:
        raise UsageError("name a dataset: stage/fingerprint, as `tahona status` shows them")
    there = {str(r) for r in store.references()}
    if name not in {dataset.partition("/")[0] for dataset in there}:
        alike = {d for d in there if start and d.partition("/")[2].startswith(start)}
        called = {
            dataset
            for dataset, aliases in names(store).items()
            if dataset in (alike if start else there)
            and any(alias.startswith(f"{name} in ") for alias in aliases)
        }
        if len(called) > 1:
            some = ", ".join(sorted(called)[:5])
            raise UsageError(f"{word} is not one dataset but {len(called)}: {some}")
        if not called and len(alike) == 1:
            raise UsageError(
                f"no recipe calls a dataset {word} in {store.url}: it has {alike.pop()}"
            )
        word = next(iter(called), word)
    return lineage.resolve(store, word)

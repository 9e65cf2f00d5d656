"""The datasets that the report of a recipe shows: those that belong together with its newest run of all records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.report.runs.runs import ended, sample_of
from flows.stages import STAGES
from flows.store.records import datasets

# The datasets that one was made from; None: it is gone.
Inputs = Callable[[str], Sequence[str] | None]
Sampled = Callable[[str], bool]  # whether a dataset was made from a sample of the records


@dataclass(frozen=True)
class RecipeDatasets:
    """The runs of a recipe, the newest first, and the datasets to show, in the order of the work."""

    records: Sequence[dict[str, Any]]
    datasets: Sequence[str]  # `kind/fingerprint`
    names: Mapping[str, str]  # by dataset, what the recipe calls it
    whole: Sequence[dict[str, Any]]  # the runs that were not of a sample; all where each was of one

    def called(self, dataset: str) -> str:
        """What the recipe calls a dataset: what was made by no run that is known, as its stage."""
        return self.names.get(dataset, dataset.partition("/")[0])

    @property
    def stages(self) -> list[tuple[str, str]]:
        """Names with the dataset of each: of several of equal content, that of the newest run."""
        newest = datasets(self.whole[0])
        chosen: dict[str, str] = {}
        for dataset in self.datasets:
            chosen.setdefault(self.called(dataset), dataset)
        there = set(self.datasets)
        chosen |= {name: dataset for name, dataset in newest.items() if dataset in there}
        place = {dataset: i for i, dataset in enumerate(self.datasets)}
        return sorted(chosen.items(), key=lambda item: place[item[1]])

    @property
    def last_run(self) -> dict[str, Any]:
        """The run that the head of the page tells of: that which computed last what is shown, or ended badly."""
        newest, shown = self.whole[0], set(self.datasets)
        if ended(newest)["state"] != "done":
            return newest
        for record in self.whole:
            output = datasets(record)
            computed = (row["stage"] for row in record["stages"] if row["state"] != "reused")
            if not shown.isdisjoint(output.get(name, "") for name in computed):
                return record
        return newest


def recipe_datasets(
    records: Sequence[dict[str, Any]], inputs: Inputs, sampled: Sampled
) -> RecipeDatasets:
    """What the newest run made, all that it was made from, and later stages that still follow from it.

    `records` are not empty. A dataset of an older run is shown as long as each stage is that it reads; the files that
    it reads come with it, for a run of a stage before it (a crawl) may read none. A run of a sample counts only where
    there is none of all records.
    """
    chosen: dict[str, None] = {}  # in the order in which they are found

    def add(name: str) -> None:
        sources = None if name in chosen else inputs(name)
        if sources is not None:
            for source in sources:
                add(source)
            chosen[name] = None

    outputs = [datasets(record) for record in records]
    whole = [r for r in records if not sample_of(r) and not any(map(sampled, datasets(r).values()))]
    # The newest may have ended before its first dataset, or have done a slice only, or its datasets were pruned.
    remembered = [o for o in map(datasets, whole) if any(inputs(d) is not None for d in o.values())]
    for dataset in next((output for output in [*remembered, *outputs] if output), {}).values():
        add(dataset)
    names: dict[str, str] = {}
    older: dict[str, list[str]] = {}  # name -> its datasets, the newest first
    for output in outputs:
        for name, dataset in output.items():
            names.setdefault(dataset, name)
            older.setdefault(name, []).append(dataset)
    order = {kind: i for i, kind in enumerate(STAGES)}
    covered = {names.get(dataset, dataset.partition("/")[0]) for dataset in chosen}
    for name, ones in sorted(older.items(), key=lambda i: order.get(i[1][0].partition("/")[0], -1)):
        for dataset in ones if name not in covered else ():
            sources = inputs(dataset)
            if sources is not None and all(s in chosen for s in sources if _made(s)):
                add(dataset)
                break
    place = {name: i for i, name in enumerate(older)}

    def key(dataset: str) -> tuple[int, int]:
        kind = dataset.partition("/")[0]
        return order.get(kind, -1), place.get(names.get(dataset, kind), -1)

    return RecipeDatasets(records, sorted(chosen, key=key), names, whole if remembered else records)


def _made(dataset: str) -> bool:
    """Whether a stage made a dataset; the others are files that a recipe names."""
    return dataset.partition("/")[0] in STAGES

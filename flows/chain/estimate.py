"""Estimates bytes, hours and disk of a run: from what is committed, else by speeds measured here or elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from flows.chain.datasets import Datasets
from flows.recipe.graph import Given
from flows.recipe.recipe import Recipe
from flows.stages import STAGES
from flows.store.records import runs
from pipeline.engines import engine
from pipeline.model.about import RUN, SHARD, STAGE, Beforehand, Computed, Expected, Speed, named
from pipeline.model.dataset import Manifest, Reference
from pipeline.store.store import Store

CORE = 10e9  # floating-point operations a second that a training gets of one core
GPU = 100e12  # of a GPU for data centres at half precision, a tenth to a quarter of its peak
NEWEST = 20  # times that a stage was computed
COMMITTED = "committed"  # as `status` calls it
LAST = "its last run in this store"
_ASIDE = ("removed", "quarantined", "log")  # parts that nothing below reads whole


def estimate(
    recipe: Recipe, store: Store, first: str | None = None, last: str | None = None
) -> dict[str, Any]:
    """Per stage the bytes in and out and the seconds; in all these, the hours and the disk. Writes nothing.

    `first` and `last` choose the stages as they do for a run. What is committed takes no time and no disk. `at_most`:
    of a crawl that was never made only its bounds are known, so of what reads it too. `not_estimated` names the stages
    that are in none of these figures. Raises UsageError where a name is none of a stage.
    """
    before, stages = recipe.chosen(first, last)
    workers = recipe.layout.run.workers or engine.workers_available()
    foreseen = _Foreseen(recipe, store, workers)
    foreseen.datasets.look(stages)
    committed = {n: c.whole if c else None for n, c in foreseen.datasets.survey(recipe.graph)}
    foreseen.datasets.tell_away()
    paths = foreseen.observe()
    rows: list[dict[str, Any]] = []
    left: list[str] = []
    overhead = 0.0
    for name in (*before, *stages):
        expected, read = foreseen.stage(name, committed[name])
        if name in before:
            continue
        if expected:
            rows.append(_row(name, recipe.kind(name), read, expected))
            overhead += expected.overhead
        else:
            left.append(name)
    todo = [r for r in rows if r["measured"] != COMMITTED]
    seconds = RUN * bool(todo) + sum(r["seconds"] for r in todo)
    return {
        "recipe": recipe.name,
        "estimate": rows,
        "not_estimated": left,
        "bytes_in": next((r["bytes_in"] or r["bytes_out"] for r in rows), 0),
        "seconds": round(seconds, 1),
        "hours": round(seconds / 3600, 3),
        "at_most": any(r["at_most"] for r in todo),
        "disk": sum(r["bytes_out"] for r in todo),
        "files": len(paths),
        "workers": workers,
        "overhead": round(overhead, 1),
    }


class _Foreseen:
    """What is expected of the stages of a recipe, one after another: each reads what was expected of those above."""

    def __init__(self, recipe: Recipe, store: Store, workers: int) -> None:
        self.recipe, self.workers = recipe, workers
        self.datasets, self.history = Datasets(recipe, store), _History(store)
        self.outputs: dict[Given, Expected] = {}
        self.hosts = _served() if recipe.layout.serve else {}

    def observe(self) -> set[str]:
        """Takes the files of the outside, which were looked at; their paths."""
        files = {g: self.datasets.manifests[g].files() for g in self.recipe.observed()}
        for given, seen in files.items():
            sizes = {file.path: file.bytes for file in seen}
            sources = {file.path: file.part for file in seen}
            self.outputs[given] = Expected(sizes, sources=sources)
        return {file.path for seen in files.values() for file in seen}

    def stage(self, name: str, manifest: Manifest | None) -> tuple[Expected | None, float]:
        """What is expected of a stage, None where nothing is known, and the bytes that it reads; `manifest`: what is
        committed of it.
        """
        node = self.recipe.graph[name]
        about = STAGES[node.kind]
        inputs = {role: [self.outputs[g] for g in given] for role, given in node.inputs.items()}
        read = sum(e.bytes for given in inputs.values() for e in given)
        expected = _of_committed(manifest) if manifest else self._computed(name, inputs, read)
        self.outputs[name] = Expected({})
        if expected and (about.text or about.estimate):
            # Side tables lie beside what is read again whole.
            self.outputs[name] = _below(manifest) if manifest else expected
        return expected, read

    def _computed(
        self, name: str, inputs: Mapping[str, Sequence[Expected]], read: float
    ) -> Expected | None:
        kind = self.recipe.kind(name)
        about = STAGES[kind]
        if about.estimate:
            params, above = self.recipe.params[name], self.recipe.read_params(name)
            computed = list(self.history.computed(kind))
            known = Beforehand(params, above, inputs, self.workers, computed, self.hosts)
            expected: Expected | None = named(about.estimate)(known)
        elif about.speed:
            every = [e for given in inputs.values() for e in given]
            shards = max((e.shards for e in every), default=0)
            speed = self.history.speed(kind)
            expected = _by_speed(speed, about.speed, read, shards, self.workers)
            expected = replace(expected, at_most=any(e.at_most for e in every))
        else:
            expected = self.history.last(kind)
        if expected and expected.flops:
            expected = _trained(expected, self.history.flops(kind), self.recipe, self.workers)
        if expected and expected.by not in (COMMITTED, LAST):
            start = about.speed.start if about.speed else STAGE
            expected = replace(expected, seconds=expected.seconds + start)
        return expected


def _served() -> dict[str, int]:
    """How many addresses the hosts of the small web have."""
    from flows.small_web.sites import build

    return dict(Counter(host for host, _ in build().pages))


def _of_committed(manifest: Manifest) -> Expected:
    files = {f.path: f.bytes for f in manifest.files()}
    return Expected(files, by=COMMITTED, shards=len(manifest.shards))


def _below(manifest: Manifest) -> Expected:
    """What a stage below reads of a dataset."""
    files = {f.path: f.bytes for f in manifest.files() if not f.part.startswith(_ASIDE)}
    return Expected(files, shards=len(manifest.shards))


def _by_speed(
    measured: Speed | None, default: Speed, read: float, shards: int, workers: int
) -> Expected:
    speed = measured or default
    by, cores = "this store" if measured else "default", 1 if default.alone else workers
    overhead = shards * default.shards * SHARD / cores
    seconds = read / speed.bytes_s / cores + overhead
    return Expected({"shards": read * speed.ratio}, seconds, by, shards=shards, overhead=overhead)


def _trained(expected: Expected, measured: float, recipe: Recipe, workers: int) -> Expected:
    """With the seconds of a training: as fast as the last one in this store, else as a machine like this one may be."""
    if measured:
        return replace(expected, seconds=expected.flops / measured, by="this store")
    device = recipe.layout.run.device
    if device == "cuda" or (device == "auto" and Path("/dev/nvidia0").exists()):
        return replace(expected, seconds=expected.flops / GPU, by="default, a GPU")
    return replace(expected, seconds=expected.flops / CORE / workers, by="default, a CPU")


class _History:
    """The speeds that the runs of a store recorded, the newest first; runs that reused something are left out."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._rows: dict[str, list[dict[str, Any]]] = {}  # by kind
        for record in (r for name in store.backend.folders("runs") for r in runs(store, name)):
            for row in record["stages"]:
                rows = self._rows.setdefault(row.get("kind", row["stage"]), [])
                fresh = row["state"] == "committed" and not row["shards"]["reused"]
                if fresh and row["seconds"] > 0 and len(rows) < NEWEST:
                    rows.append(row | {"workers": record.get("workers", 1)})

    def speed(self, kind: str) -> Speed | None:
        """The speed of a stage, one core."""
        rows, speed = self._rows.get(kind, []), STAGES[kind].speed
        read = sum(r["bytes_in"] for r in rows)
        # A tiny run measures its start-up, and a run's record knows nothing of the inner shards.
        if read < 1e6 or not (speed and speed.noted):
            return None
        spent = sum(r["seconds"] * r["workers"] for r in rows)
        # What its shards cost as such is counted apart; of a tiny one that may be all but a little.
        aside = SHARD * sum(r["shards"]["computed"] for r in rows) if speed.shards else 0.0
        seconds = max(spent - aside, spent / 4)
        return Speed(read / seconds, sum(r["bytes_out"] for r in rows) / read)

    def computed(self, kind: str) -> Iterator[Computed]:
        """What was computed of a kind and is still there."""
        for row in self._rows.get(kind, []):
            reference = Reference(stage=kind, fingerprint=row["fingerprint"])
            if manifest := self.store.manifest(reference):
                yield Computed(manifest, row["seconds"])

    def last(self, kind: str) -> Expected | None:
        """What the last run of a stage took that has neither a speed nor an estimate of its own."""
        for row in self._rows.get(kind, []):
            return Expected({"shards": row["bytes_out"]}, row["seconds"], LAST)
        return None

    def flops(self, kind: str) -> float:
        """The floating-point operations a second of the last training that took a while; 0 where there is none."""
        for row in self._rows.get(kind, []):
            manifest = self.store.manifest(Reference(stage=kind, fingerprint=row["fingerprint"]))
            each = (
                sum(s.figures.get("flops_per_token", 0) for s in manifest.shards) if manifest else 0
            )
            for seconds, tokens in _spans(row):
                if each and seconds >= 1 and tokens:
                    return each * tokens / seconds
        return 0.0


def _spans(row: dict[str, Any]) -> Iterator[tuple[float, float]]:
    """Seconds and tokens from the first note of a training to the last: its start-up is before."""
    for step in row.get("pace", ()):
        if step["unit"].startswith("tokens") and len(step["points"]) > 1:
            (begun, before), (ended, after) = step["points"][0], step["points"][-1]
            yield ended - begun, after - before


def _row(name: str, kind: str, read: float, expected: Expected) -> dict[str, Any]:
    return {
        "stage": name,
        "kind": kind,
        "bytes_in": int(read),
        "bytes_out": int(expected.bytes),
        "seconds": round(expected.seconds, 1),
        "measured": expected.by,
        "at_most": expected.at_most,
    }

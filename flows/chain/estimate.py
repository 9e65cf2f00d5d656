"""Tells bytes, hours and disk of a run before it is started, from speeds measured in this store or elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.chain.records import runs
from flows.chain.stages import STAGES
from flows.recipe.graph import Given
from flows.recipe.recipe import Recipe
from pipeline.engines import engine
from pipeline.model.about import Expected, Speed, named
from pipeline.store.store import Store


def estimate(recipe: Recipe, store: Store) -> dict[str, Any]:
    """Per stage the bytes in and out and the seconds; in all the hours and the disk. Writes nothing.

    `not_estimated` names the stages that are in none of these figures.
    """
    workers = recipe.layout.run.workers or engine.workers_available()
    measured = _measured(store)
    files = {given: recipe.files(given) for given in recipe.observed()}
    paths = list(
        dict.fromkeys(p for by_name in files.values() for ps in by_name.values() for p in ps)
    )
    outputs: dict[Given, Expected] = {
        given: Expected({p: _size(p) for ps in by_name.values() for p in ps})
        for given, by_name in files.items()
    }
    rows: list[dict[str, Any]] = []
    left: list[str] = []
    for name, node in recipe.graph.items():
        about = STAGES[node.kind]
        inputs = {role: [outputs[g] for g in given] for role, given in node.inputs.items()}
        read = sum(e.bytes for datasets in inputs.values() for e in datasets)
        outputs[name] = Expected({})
        if name in recipe.layout.pin:
            continue
        if about.estimate:
            outputs[name] = named(about.estimate)(recipe.params[name], inputs, workers)
            rows.append(_row(name, node.kind, read, outputs[name]))
        elif about.speed:
            expected = _by_speed(measured.get(node.kind), about.speed, read, workers)
            rows.append(_row(name, node.kind, read, expected))
            # Side tables lie beside the text: only text is read again whole below.
            outputs[name] = expected if about.text else outputs[name]
        else:
            left.append(name)  # a training run has a length of its own, told in tokens by its log
    return {
        "recipe": recipe.name,
        "estimate": rows,
        "not_estimated": left,
        "bytes_in": next((r["bytes_in"] or r["bytes_out"] for r in rows), 0),
        "hours": round(sum(r["seconds"] for r in rows) / 3600, 3),
        "disk": sum(r["bytes_out"] for r in rows),
        "files": len(paths),
        "workers": workers,
    }


def _by_speed(measured: Speed | None, default: Speed, read: float, workers: int) -> Expected:
    speed = measured or default
    seconds = read / speed.bytes_s / (1 if default.alone else workers)
    by = "this store" if measured else "default"
    return Expected({"shards": read * speed.ratio}, seconds, by)


def _measured(store: Store) -> dict[str, Speed]:
    """The speeds of stages that this store has computed, one core, newest runs first."""
    sums: dict[str, list[float]] = {}
    for name in store.backend.folders("runs"):
        for record in runs(store, name)[:20]:
            for row in record["stages"]:
                if (
                    row["state"] == "committed"
                    and row["seconds"] > 0
                    and not row["shards"]["reused"]
                ):
                    figures = sums.setdefault(row.get("kind", row["stage"]), [0.0, 0.0, 0.0])
                    figures[0] += row["bytes_in"]
                    figures[1] += row["bytes_out"]
                    figures[2] += row["seconds"] * record.get("workers", 1)
    return {
        stage: Speed(read / seconds, written / read)
        for stage, (read, written, seconds) in sums.items()
        # A tiny run measures its start-up, and a run's record knows nothing of the inner shards.
        if read >= 1e6 and stage in STAGES and (speed := STAGES[stage].speed) and speed.noted
    }


def _size(path: str) -> int:
    return 0 if "://" in path else Path(path).stat().st_size


def _row(name: str, kind: str, read: float, expected: Expected) -> dict[str, Any]:
    return {
        "stage": name,
        "kind": kind,
        "bytes_in": int(read),
        "bytes_out": int(expected.bytes),
        "seconds": round(expected.seconds, 1),
        "measured": expected.by,
    }

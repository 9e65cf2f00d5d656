"""Each step of `deduplicate` loses its driver, its workers or its task manager, and gives the bytes of a calm run.

All three in every step of every stage: `tests/benchmarks/soak/kills.py`.
"""

from __future__ import annotations

import multiprocessing
import signal
from pathlib import Path
from typing import Any

import pytest

from cleaning.deduplicate.stage import Deduplicate
from pipeline.model.dataset import Manifest
from pipeline.run.runner import Runner, Watchers
from pipeline.store.store import Store
from tests.cleaning import planted
from tests.cleaning.planted import altered, prose
from tests.flink.cluster import local
from tests.flink.killing import Killer, Place, Seen, Suicide, Victim

# In their order. A driver is a run of its own, so the first steps are those that lose it.
KILLED: dict[str, Victim] = {
    "units": "driver",
    "repeats": "driver",
    "cuts": "workers",
    "signatures": "task manager",
    "buckets": "workers",
    "candidates": "workers",
    "requests": "workers",
    "cards": "task manager",
    "pairs": "workers",
    "decisions": "workers",
}
ASKED: dict[str, Any] = {"lines": {"documents": 2}, "passages": {"words": 20}}


def places(victim: Victim) -> list[Place]:
    return [("deduplicate", step) for step, loses in KILLED.items() if loses == victim]


def drive(store: str, manifest: dict[str, Any], place: Place) -> None:
    """A run that dies in a step; in a process of its own."""
    runner = Runner(Store(store), "flink", 2, watchers=Watchers([Suicide(place, job=True)]))
    params = Deduplicate.Params(**ASKED)
    runner.run(Deduplicate(), params, {"documents": [Manifest.from_json(manifest)]})


def tree(store: Path) -> dict[str, bytes]:
    """The bytes of all that was committed, by path."""
    paths = (p for top in ("shards", "datasets") for p in (store / top).rglob("*"))
    return {str(p.relative_to(store)): p.read_bytes() for p in paths if p.is_file()}


def test_a_kill_in_every_step_changes_no_byte(
    flink: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = prose(1, 200)
    shards = [[("a", text), ("b", text), ("c", prose(2, 90))], [("d", altered(text, 1, 0.01))]]
    inputs: Any = {"documents": [planted.documents(tmp_path / "d", shards)]}
    calm, _ = planted.run(tmp_path / "calm", Deduplicate(), inputs, **ASKED)
    with local() as cluster:
        for name, value in cluster.settings.items():
            monkeypatch.setenv(name, value)
        store, seen = Store(tmp_path / "killed"), Seen()
        for place in places("driver"):
            run = multiprocessing.get_context("spawn").Process(
                target=drive, args=(store.url, inputs["documents"][0].to_json(), place)
            )
            run.start()
            run.join()
            assert run.exitcode == -signal.SIGKILL, place
        killers = [
            Killer(cluster, victim, places(victim)) for victim in ("workers", "task manager")
        ]
        runner = Runner(store, "flink", 2, watchers=Watchers([seen, *killers]))
        result = runner.run(Deduplicate(), Deduplicate.Params(**ASKED), inputs)
        runner.close()
        for killer in killers:
            killer.end()
            assert killer.hit == killer.places
        # The driver computes `clusters` itself.
        assert {step for _, step in seen.places} - {step for _, step in seen.jobs()} == {"clusters"}
    assert result.manifest == calm and calm.ledger.imbalance() is None
    assert tree(tmp_path / "killed") == tree(tmp_path / "calm")

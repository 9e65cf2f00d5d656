"""Steps of `deduplicate` lose their workers, their task manager or their driver, and give the bytes of a calm run.

Each step meets one of the three here; every victim in every step of every stage is `tests/benchmarks/kills.py`.
"""

from __future__ import annotations

import multiprocessing
import random
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cleaning.deduplicate.stage import Deduplicate
from pipeline.model.dataset import Manifest
from pipeline.run.runner import Runner, Watchers
from pipeline.store.store import Store
from tests.cleaning import planted
from tests.cleaning.planted import altered, prose
from tests.flink.cluster import Local, local
from tests.flink.killing import Killer, Seen, Suicide, Victim

STEPS = ["units", "repeats", "cuts", "signatures", "buckets", "candidates", "requests", "cards"]
STEPS += ["pairs", "decisions"]
DRIVER = "clusters"  # the one step that the driver computes itself
ASKED: dict[str, Any] = {"lines": {"documents": 2}, "passages": {"words": 20}}


def shares() -> dict[Victim, list[str]]:
    """Which steps lose what; the new task manager is waited for longest, so it has the fewest."""
    dealt = random.Random(7).sample(STEPS, len(STEPS))
    shares: dict[Victim, list[str]] = {
        "workers": dealt[:5],
        "task manager": dealt[5:7],
        "driver": [*dealt[7:], DRIVER],
    }
    order = [*STEPS[:-1], DRIVER, STEPS[-1]]
    return {victim: sorted(steps, key=order.index) for victim, steps in shares.items()}


def drive(store: str, manifest: dict[str, Any], step: str) -> None:
    """A run that dies in a step; in a process of its own."""
    suicide = Suicide(("deduplicate", step), job=step != DRIVER)
    runner = Runner(Store(store), "flink", 2, watchers=Watchers([suicide]))
    params = Deduplicate.Params(**ASKED)
    runner.run(Deduplicate(), params, {"documents": [Manifest.from_json(manifest)]})


def tree(store: Path) -> dict[str, bytes]:
    """The bytes of all that was committed, by path."""
    paths = (p for top in ("shards", "datasets") for p in (store / top).rglob("*"))
    return {str(p.relative_to(store)): p.read_bytes() for p in paths if p.is_file()}


@pytest.fixture(scope="module")
def cluster(flink: None) -> Iterator[Local]:
    with local() as cluster, pytest.MonkeyPatch.context() as environment:
        for name, value in cluster.settings.items():
            environment.setenv(name, value)
        yield cluster


@pytest.mark.parametrize("victim", shares())
def test_a_kill_changes_no_byte(cluster: Local, tmp_path: Path, victim: Victim) -> None:
    text = prose(1, 200)
    shards = [[("a", text), ("b", text), ("c", prose(2, 90))], [("d", altered(text, 1, 0.01))]]
    given: Any = {"documents": [planted.documents(tmp_path / "d", shards)]}
    calm, _ = planted.run(tmp_path / "calm", Deduplicate(), given, **ASKED)
    store, steps, seen = Store(tmp_path / "killed"), shares()[victim], Seen()
    killer = Killer(cluster, victim, [("deduplicate", step) for step in steps])
    if victim == "driver":
        for step in steps:
            run = multiprocessing.get_context("spawn").Process(
                target=drive, args=(store.url, given["documents"][0].to_json(), step)
            )
            run.start()
            run.join()
            assert run.exitcode == -signal.SIGKILL, step
    watchers = Watchers([seen] if victim == "driver" else [seen, killer])
    runner = Runner(store, "flink", 2, watchers=watchers)
    result = runner.run(Deduplicate(), Deduplicate.Params(**ASKED), given)
    killer.end()
    runner.close()
    if victim != "driver":
        assert killer.hit == killer.places
        assert [step for _, step in seen.jobs()] == STEPS
    assert result.manifest == calm and calm.ledger.imbalance() is None
    assert tree(tmp_path / "killed") == tree(tmp_path / "calm")

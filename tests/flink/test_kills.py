"""Every step of `deduplicate` loses its workers, its task manager or its driver, and gives the bytes of a calm run."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from cleaning.deduplicate.stage import Deduplicate
from pipeline.engines.cluster import Cluster
from pipeline.model.dataset import Manifest
from pipeline.run.runner import Runner, Watcher, Watchers
from pipeline.store.store import Store
from tests.cleaning import planted
from tests.cleaning.planted import altered, prose
from tests.flink.cluster import Local, local

STEPS = ["units", "repeats", "cuts", "signatures", "buckets", "candidates", "requests", "cards"]
STEPS += ["pairs", "decisions"]
DRIVER = "clusters"  # the one step that the driver computes itself
ASKED: dict[str, Any] = {"lines": {"documents": 2}, "passages": {"words": 20}}
WAIT = 60.0  # seconds for the job of a step to run


def runs(step: str) -> bool:
    """Whether a task of the job of a step runs."""
    jobs = Cluster.named().jobs(f"tahona-deduplicate-{step}")
    return any(job["tasks"]["running"] for job in jobs)


def killed(process: int, number: int = signal.SIGKILL) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, number)


class Killer(Watcher):
    """Kills the workers of each step, or its task manager, while its job runs."""

    def __init__(self, cluster: Local, whole: bool) -> None:
        self.cluster, self.whole = cluster, whole
        self.hit: list[str] = []
        self._threads: list[threading.Thread] = []

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None:
        if step in STEPS:
            # Those that wait for a job are frozen, so that it can't be over before they die.
            for worker in self.cluster.workers():
                killed(worker, signal.SIGSTOP)
            self._threads.append(threading.Thread(target=self._kill, args=(step,)))
            self._threads[-1].start()

    def _kill(self, step: str) -> None:
        tick, end = threading.Event(), WAIT
        while end > 0 and not runs(step):
            tick.wait(0.02)
            end -= 0.02
        managers = self.cluster.task_managers() if self.whole else []
        for victim in managers + self.cluster.workers():
            killed(victim)
        if end > 0:
            self.hit.append(step)

    def end(self) -> None:
        """Waits for the last kill."""
        for thread in self._threads:
            thread.join()


class Suicide(Watcher):
    """Kills this process while the job of a step runs, or as it begins the step that it computes itself."""

    def __init__(self, step: str) -> None:
        self.step = step

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None:
        if step == self.step == DRIVER:
            os.kill(os.getpid(), signal.SIGKILL)
        if step == self.step:
            threading.Thread(target=self._kill, daemon=True).start()

    def _kill(self) -> None:
        while not runs(self.step):
            pass
        os.kill(os.getpid(), signal.SIGKILL)


def drive(store: str, manifest: dict[str, Any], step: str) -> None:
    """A run that dies in a step; in a process of its own."""
    runner = Runner(Store(store), "flink", 2, watchers=Watchers([Suicide(step)]))
    params = Deduplicate.Params(**ASKED)
    runner.run(Deduplicate(), params, {"documents": [Manifest.from_json(manifest)]})


def tree(store: Path) -> dict[str, bytes]:
    """The bytes of all that was committed, by path."""
    paths = (p for top in ("shards", "datasets") for p in (store / top).rglob("*"))
    return {str(p.relative_to(store)): p.read_bytes() for p in paths if p.is_file()}


@pytest.mark.parametrize("victim", ["workers", "task manager", "driver"])
def test_a_kill_in_every_step_changes_no_byte(
    flink: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, victim: str
) -> None:
    text = prose(1, 200)
    shards = [[("a", text), ("b", text), ("c", prose(2, 90))], [("d", altered(text, 1, 0.01))]]
    given: Any = {"documents": [planted.documents(tmp_path / "d", shards)]}
    calm, _ = planted.run(tmp_path / "calm", Deduplicate(), given, **ASKED)
    with local() as cluster:
        for name, value in cluster.settings.items():
            monkeypatch.setenv(name, value)
        store, watchers = Store(tmp_path / "killed"), Watchers([])
        if victim == "driver":
            for step in [*STEPS, DRIVER]:
                run = multiprocessing.get_context("spawn").Process(
                    target=drive, args=(store.url, given["documents"][0].to_json(), step)
                )
                run.start()
                run.join()
                assert run.exitcode == -signal.SIGKILL, step
        else:
            killer = Killer(cluster, victim == "task manager")
            watchers.append(killer)
        runner = Runner(store, "flink", 2, watchers=watchers)
        result = runner.run(Deduplicate(), Deduplicate.Params(**ASKED), given)
        if victim != "driver":
            killer.end()
            assert killer.hit == STEPS
        runner.close()
    assert result.manifest == calm and calm.ledger.imbalance() is None
    assert tree(tmp_path / "killed") == tree(tmp_path / "calm")

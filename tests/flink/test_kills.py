"""Every step of `deduplicate` loses its workers, and gives the bytes of a run that lost nothing."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from cleaning.deduplicate.stage import Deduplicate
from pipeline.run.runner import Runner, Watcher, Watchers
from pipeline.store.store import Store
from tests.cleaning import planted
from tests.cleaning.planted import altered, prose
from tests.flink.cluster import Local, local

STEPS = ["signatures", "buckets", "candidates", "requests", "cards", "pairs", "decisions"]
WAIT = 60.0  # seconds for a victim to be there


class Killer(Watcher):
    """Kills the first workers of each step that the cluster computes."""

    def __init__(self, cluster: Local) -> None:
        self.cluster = cluster
        self.killed: dict[str, int] = {}
        self._threads: list[threading.Thread] = []

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None:
        if step in STEPS:
            before = set(self.cluster.workers())
            self._threads.append(threading.Thread(target=self._kill, args=(step, before)))
            self._threads[-1].start()

    def _kill(self, step: str, before: set[int]) -> None:
        tick, end = threading.Event(), WAIT
        while end > 0 and not set(self.cluster.workers()) - before:
            tick.wait(0.02)
            end -= 0.02
        for victim in set(self.cluster.workers()) - before:
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
                self.killed[step] = victim

    def end(self) -> None:
        """Waits for the last kill."""
        for thread in self._threads:
            thread.join()


def tree(store: Path) -> dict[str, bytes]:
    """The bytes of all that was committed, by path."""
    paths = (p for top in ("shards", "datasets") for p in (store / top).rglob("*"))
    return {str(p.relative_to(store)): p.read_bytes() for p in paths if p.is_file()}


def test_a_kill_in_every_step_changes_no_byte(
    flink: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = prose(1, 200)
    shards = [[("a", text), ("b", text), ("c", prose(2, 90))], [("d", altered(text, 1, 0.01))]]
    given: Any = {"documents": [planted.documents(tmp_path / "d", shards)]}
    calm, _ = planted.run(tmp_path / "calm", Deduplicate(), given)
    with local() as cluster:
        for name, value in cluster.settings.items():
            monkeypatch.setenv(name, value)
        killer = Killer(cluster)
        store = Store(tmp_path / "killed")
        runner = Runner(store, "flink", 2, watchers=Watchers([killer]))
        result = runner.run(Deduplicate(), Deduplicate.Params(), given)
        killer.end()
        runner.close()
    assert list(killer.killed) == STEPS
    assert result.manifest == calm and calm.ledger.imbalance() is None
    assert tree(tmp_path / "killed") == tree(tmp_path / "calm")

"""What becomes of a run when a process of the cluster dies in the middle of a job."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.engines.cluster import Cluster
from pipeline.errors import TahonaError
from pipeline.run.runner import Runner
from pipeline.store.store import Store
from pipeline.store.verify import verify
from tests.flink.cluster import Local, local
from tests.pipeline.chain import chain, start, tree, words
from tests.pipeline.engines.contract import until

Process = subprocess.Popen[str]


class Mortal:
    """A cluster of which single parts can be killed and started again."""

    def __init__(self, cluster: Local) -> None:
        self.keeper, self.again = cluster.process.pid, list[subprocess.Popen[bytes]]()

    def kill(self, main: str) -> list[str]:
        """Kills the part that runs a class of Java; its command."""
        for process in [*children(self.keeper), *(part.pid for part in self.again)]:
            command = Path(f"/proc/{process}/cmdline").read_text().rstrip("\0").split("\0")
            if any(main in word for word in command):
                os.kill(process, signal.SIGKILL)
                return command
        raise AssertionError(f"no {main} runs")

    def start(self, command: list[str]) -> None:
        self.again.append(
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
        until(up)


@pytest.fixture(scope="module")
def mortal(flink: None) -> Iterator[Mortal]:
    with local() as cluster, pytest.MonkeyPatch.context() as environment:
        for name, value in cluster.settings.items():
            environment.setenv(name, value)
        cluster.process.send_signal(signal.SIGSTOP)  # it would end all parts when one dies
        mortal = Mortal(cluster)
        yield mortal
        for process in mortal.again:
            process.kill()
            process.wait()
        parts = children(cluster.process.pid)
        cluster.process.send_signal(signal.SIGCONT)
    assert len(parts) == 2 and not [p for p in parts if Path(f"/proc/{p}").exists()]


def children(parent: int) -> list[int]:
    """The living processes that another started."""
    processes = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, owner = status.read_text().rpartition(") ")[2].split()[:2]
            if state != "Z" and int(owner) == parent:
                processes.append(int(status.parent.name))
    return processes


def up() -> bool:
    """Whether all parts answer, and a task manager offers its slots."""
    with suppress(TahonaError):
        return Cluster.named().check(2) == 2
    return False


@pytest.fixture
def wounded(mortal: Mortal, store: Store, texts: Path) -> Process:
    """A run that has committed a shard, and is computing others."""
    run = start(Path(store.url), texts, engine="flink", workers=2, seconds=3)
    until(lambda: run.poll() is not None or store.backend.folders("shards/words"))
    assert run.poll() is None
    return run


def assert_same(store: Store, texts: Path, folder: Path) -> None:
    """A run goes on from what is there to the bytes of one process."""
    assert verify(store).damaged == []
    finished = len(store.backend.folders("shards/words"))
    assert words(Runner(store, "flink", 2), texts, minimum=2).computed <= 8 - finished
    calm = Store(folder / "calm")
    chain(Runner(calm, workers=1), texts)
    chain(Runner(store, workers=1), texts)
    assert tree(store) == tree(calm)


def test_a_job_server_that_dies_is_told_and_the_next_run_goes_on(
    mortal: Mortal, wounded: Process, store: Store, texts: Path, tmp_path: Path
) -> None:
    command = mortal.kill("JobServer.java")
    _, errors = wounded.communicate(timeout=600)
    mortal.start(command)
    assert wounded.returncode == 1
    assert errors.startswith("Beam's job server does not answer at ")
    assert errors.count("\n") == 1
    assert_same(store, texts, tmp_path)


def test_a_task_manager_that_dies_and_comes_back_costs_its_job_and_not_the_run(
    mortal: Mortal, wounded: Process, store: Store, texts: Path, tmp_path: Path
) -> None:
    mortal.start(mortal.kill("TaskManagerRunner"))
    _, errors = wounded.communicate(timeout=600)
    assert wounded.returncode == 0, errors
    assert "Traceback" not in errors
    assert_same(store, texts, tmp_path)


def test_a_step_waits_for_a_task_manager_that_has_died(
    mortal: Mortal, store: Store, texts: Path
) -> None:
    command = mortal.kill("TaskManagerRunner")
    until(lambda: not Cluster.named().ask("GET", "/overview")["slots-total"])
    with ThreadPoolExecutor(1) as beside:
        run = beside.submit(words, Runner(store, "flink", 2), texts)
        mortal.start(command)  # a task manager takes seconds to come
        assert run.result(600).state == "committed"

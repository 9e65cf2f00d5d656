"""The engine `flink` computes every shard it is given or says why not, whatever dies or is stopped on the way."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import pytest

from pipeline.engines import flink
from pipeline.engines.cluster import Cluster
from pipeline.errors import Stopped, TahonaError
from pipeline.run.runner import Runner
from pipeline.store.store import Store
from pipeline.store.verify import verify
from tests.flink.cluster import workers
from tests.flows.command import tahona, write_recipe
from tests.pipeline.chain import start, words
from tests.pipeline.engines.contract import EngineContract, busy, until

Process = subprocess.Popen[str]


@pytest.fixture
def runner(store: Store, cluster: Process) -> Runner:
    return Runner(store, "flink", 2)


def jobs(*states: str) -> list[str]:
    """The names of Flink's jobs in these states."""
    overview = Cluster.named().ask("GET", "/jobs/overview")["jobs"]
    return [job["name"] for job in overview if job["state"] in states]


def at_rest(store: Store) -> bool:
    """Whether no job runs, and nothing is left of those that ran."""
    left = [p for p in store.backend.workspace.rglob("*") if p.is_file()]
    return not jobs("CREATED", "RUNNING", "CANCELLING", "FAILING") and not left


class TestFlink(EngineContract):
    """The contract, on a cluster."""

    NAPS: ClassVar = {"sleeps": 8, "seconds": 1}

    def test_nothing_is_left_behind(
        self, runner: Runner, texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "temporary").mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
        words(runner, texts)
        assert list((tmp_path / "temporary").iterdir()) == []
        until(lambda: at_rest(runner.store))

    def test_a_failure_ends_the_job(self, runner: Runner, texts: Path) -> None:
        (texts / "4.txt").write_text("FAIL\n")
        with pytest.raises(TahonaError):
            words(runner, texts, {"seconds": 1})
        until(lambda: not jobs("RUNNING", "CANCELLING"))


# What dies


def test_a_worker_that_dies_each_time_is_told_with_its_shard(
    runner: Runner, texts: Path, cluster: Process
) -> None:
    over = threading.Event()

    def kill() -> None:
        """Each time once its shard is in work: a worker that dies before is another test's."""
        last = 0.0
        while not over.wait(0.1):
            with suppress(FileNotFoundError):
                signs = runner.store.backend.workspace.glob("*/*.alive")
                if busy(runner.store) and any(sign.stat().st_mtime > last for sign in signs):
                    last = time.time()
                    for worker in workers(cluster):
                        with suppress(ProcessLookupError):
                            os.kill(worker, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        with pytest.raises(TahonaError, match="its Flink job died 3 times, last: ") as caught:
            words(runner, texts, {"seconds": 20})
    finally:
        over.set()
        thread.join()
    assert f"of {texts}/" in str(caught.value) and "\n" not in str(caught.value)
    assert verify(runner.store).damaged == []
    assert words(runner, texts).state == "committed"


def test_a_worker_that_dies_before_it_answers_is_started_anew(
    runner: Runner, texts: Path, cluster: Process
) -> None:
    """Beam waits for such a worker for ever; the pool starts another, and the job goes on."""
    killed: list[int] = []

    def kill_the_newborn() -> None:
        until(lambda: workers(cluster))
        killed.extend(workers(cluster))
        for worker in killed:
            os.kill(worker, signal.SIGKILL)

    until(lambda: not workers(cluster))
    before = Cluster.named().jobs("tahona-")
    thread = threading.Thread(target=kill_the_newborn)
    thread.start()
    result = words(runner, texts)
    thread.join()
    assert killed and (result.state, result.computed) == ("committed", 8)
    assert len(Cluster.named().jobs("tahona-")) == len(before) + 1
    until(lambda: at_rest(runner.store))


def test_the_next_run_ends_the_job_of_a_killed_run_whose_worker_never_came(
    store: Store, texts: Path, cluster: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a job has nobody who sees that its order is gone, and would hold its slots for ever."""
    monkeypatch.setattr(flink, "START", 200.0)
    with socket.create_server(("localhost", 0)) as silent:
        with monkeypatch.context() as context:
            context.setenv("TAHONA_FLINK_WORKERS", f"localhost:{silent.getsockname()[1]}")
            run = start(Path(store.url), texts, engine="flink", workers=2)
        until(lambda: not Cluster.named().ask("GET", "/overview")["slots-available"])
        run.kill()
        run.communicate()
        assert words(Runner(store, "flink", 2), texts, minimum=2).state == "committed"
        until(lambda: at_rest(store))


def test_a_worker_that_hangs_is_found_by_its_silence(
    runner: Runner, texts: Path, cluster: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(jobs("CANCELED"))

    def freeze_and_thaw() -> None:
        until(lambda: busy(runner.store))
        frozen = workers(cluster)
        for worker in frozen:
            os.kill(worker, signal.SIGSTOP)
        # No longer than this one hangs: on a busy machine others begin slowly.
        with monkeypatch.context() as impatient:
            impatient.setattr(flink, "SILENCE", 15.0)
            until(lambda: jobs("CANCELLING") or len(jobs("CANCELED")) > before)
        for worker in frozen:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGCONT)

    thread = threading.Thread(target=freeze_and_thaw)
    thread.start()
    result = words(runner, texts, {"seconds": 1})
    thread.join()
    assert (result.state, result.computed) == ("committed", 8)


@pytest.mark.parametrize("refuses", [True, False])
def test_workers_that_never_come_are_an_error_and_not_a_wait(
    runner: Runner, texts: Path, refuses: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flink, "START", 15.0)
    with socket.create_server(("localhost", 0)) as silent:
        port = 9 if refuses else silent.getsockname()[1]
        monkeypatch.setenv("TAHONA_FLINK_WORKERS", f"localhost:{port}")
        with pytest.raises(TahonaError, match="ended with no shard in work: ") as caught:
            words(runner, texts)
    assert "\n" not in str(caught.value)
    assert refuses or f"answer at localhost:{port}?" in str(caught.value)
    until(lambda: at_rest(runner.store))


def test_a_store_that_workers_do_not_see_is_told(cluster: Process, texts: Path) -> None:
    mine = Runner(Store("memory://flink/store"), "flink", 2)  # in the memory of this process
    with pytest.raises(TahonaError, match="do the workers see the store at memory://flink/store"):
        words(mine, texts)


@pytest.mark.parametrize(
    ("name", "value", "code", "sentence"),
    [
        ("JOB_SERVER", "localhost:9", 1, "Beam's job server does not answer at localhost:9"),
        ("JOB_SERVER", "nowhere", 2, "TAHONA_FLINK_JOB_SERVER is 'nowhere': write host:port"),
        ("REST", "http://localhost:9", 1, "Flink's REST does not answer at http://localhost:9"),
    ],
)
def test_a_cluster_that_is_not_there_is_told_before_any_work(
    cluster: Process, texts: Path, tmp_path: Path, name: str, value: str, code: int, sentence: str
) -> None:
    recipe = write_recipe(tmp_path, [f"{texts}/*.txt"])
    settings = {k: v for k, v in os.environ.items() if k.startswith("TAHONA_FLINK_")}
    store = tmp_path / "store"
    done = tahona(
        *("run", recipe, "--store", str(store), "--set", "run.engine=flink"),
        **{**settings, f"TAHONA_FLINK_{name}": value},
    )
    assert done.returncode == code
    assert sentence in done.stderr and "Traceback" not in done.stderr
    assert not (store / "shards").exists()


# Stopping


def test_a_job_that_is_cancelled_while_its_workers_start_leaves_none(
    runner: Runner, texts: Path, cluster: Process
) -> None:
    """The task manager forgets such workers without a word."""
    until(lambda: not workers(cluster))

    def ask() -> None:
        until(lambda: workers(cluster))
        runner.stop.set()

    threading.Thread(target=ask).start()
    with pytest.raises(Stopped):
        words(runner, texts)
    until(lambda: not workers(cluster))


def test_a_request_to_stop_ends_the_job_and_the_next_run_goes_on(
    runner: Runner, texts: Path
) -> None:
    def ask() -> None:
        until(lambda: busy(runner.store))
        runner.stop.set()

    threading.Thread(target=ask).start()
    with pytest.raises(Stopped):
        words(runner, texts, {"seconds": 600})
    until(lambda: at_rest(runner.store))
    assert jobs("CANCELED")
    assert verify(runner.store).damaged == []
    runner.stop.clear()
    assert words(runner, texts).state == "committed"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 75), (signal.SIGKILL, -9)])
def test_a_run_that_ends_by_a_signal_leaves_no_work_behind(
    store: Store, texts: Path, cluster: Process, number: signal.Signals, code: int
) -> None:
    run = start(Path(store.url), texts, engine="flink", workers=2, seconds=60)
    until(lambda: busy(store))
    run.send_signal(number)
    assert run.wait(timeout=600) == code
    run.communicate()
    # A killed run can't tell anyone; the next one clears away its order, and the workers end.
    store.clean()
    until(lambda: not workers(cluster))
    assert len(store.backend.folders("shards/words")) <= 4
    assert words(Runner(store, "flink", 2), texts, minimum=2).state == "committed"
    store.clean()  # a worker's last sign of life may have come after the order was gone
    until(lambda: at_rest(store))
    assert verify(store).damaged == []

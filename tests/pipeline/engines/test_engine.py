"""An engine computes every shard it is given or says why not, whatever dies or is stopped on the way."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.engines import beam
from pipeline.engines import children as children_module
from pipeline.engines import engine as engine_module
from pipeline.engines.children import Children
from pipeline.engines.compute import Spec
from pipeline.engines.engine import EngineName
from pipeline.errors import Stopped, TahonaError
from pipeline.run.runner import Runner, Watcher, Watchers
from pipeline.store.backend import SHARD_RECORD
from pipeline.store.store import Store
from pipeline.store.verify import verify
from tests.pipeline.chain import chain, processes, start, tree, words
from tests.pipeline.engines.contract import EngineContract, busy, until
from tests.pipeline.mill import Many, Patient

ENGINES: list[EngineName] = ["embedded", "processes"]


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    """Child processes that the tests share: each costs a second to start."""
    children = Children()
    yield children
    children.close()


@pytest.fixture(params=ENGINES)
def runner(request: pytest.FixtureRequest, store: Store, children: Children) -> Runner:
    """Two workers, on each engine."""
    return Runner(store, request.param, 2, children=children)


@pytest.fixture
def forked(store: Store, children: Children) -> Runner:
    """Two workers in child processes."""
    return Runner(store, "processes", 2, children=children)


def test_a_child_that_waits_calls_what_it_is_asked_to(children: Children) -> None:
    """Where none waits, or it fails or dies at it, nothing is given: that is done without it then."""
    assert Children().call("os.path:basename", "a/b") is None
    children.start(1)
    assert children.call("os.path:basename", "a/b") == "b"
    assert children.call("os.path:basename", "a", "b") is None
    assert children.call("os.path:basename", "a/c") == "c"
    for child in children._idle:
        child.popen.kill()
    assert children.call("os.path:basename", "a/d") is None


def test_a_little_work_begins_one_child_and_no_beam(
    store: Store, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless two workers are asked for, or the work is more: then as many as there are processors, at most."""
    monkeypatch.setattr(beam, "run_embedded", None)
    monkeypatch.setattr(engine_module, "workers_available", lambda: 2)
    children = Children()
    try:
        assert words(Runner(store, "embedded", children=children), texts).computed == 8
        assert children.waiting == 1
    finally:
        children.close()
    spec = Spec(store.url, "words", "words", "a", "none", {}, {}, {})
    assert [engine_module.worth_starting([spec] * n, children) for n in (8, 300, 30_000)] == [
        1,
        2,
        2,
    ]
    large = replace(spec, inputs={"file": [{"bytes": 1_000_000}]})
    assert engine_module.worth_starting([large], children) == 2


class TestHere(EngineContract):
    """The engines that need no cluster."""


def test_the_elements_of_the_pipeline_are_the_work(
    store: Store, texts: Path, children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shard whose order never reaches Beam is not computed; those that do are, each once."""
    run, dealt = beam.run_pipeline, list[str]()

    def without_two(runner: Any, options: Any, orders: Sequence[str], work: Any) -> None:
        dealt.extend(orders[2:])
        run(runner, options, dealt, work)

    monkeypatch.setattr(beam, "run_pipeline", without_two)
    with pytest.raises(Stopped):
        words(Runner(store, "embedded", 2, children=children), texts)
    assert len(dealt) == 6
    assert sorted(store.backend.folders("shards/words")) == sorted(dealt)


# Children


def test_a_child_that_hangs_once_is_replaced(
    forked: Runner, texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children_module, "PATIENCE", 4.0)
    (texts / "2.txt").write_text("HANG\npan\n")
    result = words(forked, texts, {"marker": str(tmp_path / "hung")})
    assert (result.state, result.computed) == ("committed", 8)


def test_a_shard_that_hangs_each_time_is_named(
    forked: Runner, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children_module, "PATIENCE", 4.0)
    (texts / "2.txt").write_text("HANG\npan\n")
    with pytest.raises(TahonaError) as caught:
        words(forked, texts)
    assert f"of {texts}/2.txt" in str(caught.value)
    assert "hung 2 times, 4 seconds without any work" in str(caught.value)
    (texts / "2.txt").write_text("pan\n")
    assert words(forked, texts).state == "committed"


def test_a_long_shard_that_tells_nothing_does_not_hang(
    forked: Runner, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children_module, "PATIENCE", 2.0)
    (texts / "2.txt").write_text("TOIL\npan\n")
    assert words(forked, texts, {"toil": 3.0}).computed == 8


def test_a_shard_that_eats_memory_is_ended_and_named(store: Store, texts: Path) -> None:
    runner = Runner(store, "embedded", 2, children=Children(memory=500e6))
    (texts / "2.txt").write_text("EAT\npan\n")
    with pytest.raises(TahonaError) as caught:
        words(runner, texts)
    assert f"of {texts}/2.txt" in str(caught.value)
    assert "its process took more than 0.2 GB of memory, its share" in str(caught.value)
    (texts / "2.txt").write_text("pan\n")
    assert words(runner, texts).state == "committed"
    runner.close()


def test_where_no_process_can_start_a_run_says_so_and_the_next_goes_on(
    store: Store, texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(sys, "executable", str(tmp_path / "gone"))
        with pytest.raises(TahonaError, match=r"no process could be started for a shard \(.*gone"):
            words(Runner(store, "processes", 2), texts)
    assert words(Runner(store, "driver"), texts).state == "committed"


def test_a_pipeline_leaves_nothing_in_the_folder_for_temporary_files(
    store: Store, texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (temporary := tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    class Curious(Watcher):
        def shard_done(self, outcome: Any) -> None:
            assert not list(temporary.iterdir())

    words(Runner(store, "driver", watchers=Watchers([Curious()])), texts)


def test_children_are_kept_between_steps_and_end_with_the_runner(
    store: Store, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[subprocess.Popen[Any]] = []
    real = subprocess.Popen

    def popen(*arguments: Any, **options: Any) -> subprocess.Popen[Any]:
        begun.append(real(*arguments, **options))
        return begun[-1]

    monkeypatch.setattr(subprocess, "Popen", popen)
    runner = Runner(store, "processes", 2)
    chain(runner, texts)
    assert 1 <= len(begun) <= 2
    assert all(child.poll() is None for child in begun)
    runner.close()
    assert all(child.poll() is not None for child in begun)


def test_the_largest_shards_come_first(store: Store, texts: Path, children: Children) -> None:
    order: list[str] = []

    class Curious(Watcher):
        def shard_done(self, outcome: Any) -> None:
            order.append(outcome.key)

    runner = Runner(store, "processes", 1, watchers=Watchers([Curious()]), children=children)
    manifest = words(runner, texts).manifest
    assert manifest
    sizes = {
        s.key: f.stat().st_size
        for s, f in zip(manifest.shards, sorted(texts.iterdir()), strict=True)
    }
    assert [sizes[k] for k in order] == sorted(sizes.values(), reverse=True)


# Stopping


@pytest.mark.parametrize("engine", ENGINES)
def test_steps_that_wait_run_all_at_once_and_what_fails_stops_no_other(
    engine: EngineName, store: Store
) -> None:
    """Each of ten waits for all ten to have come, with one worker; then one of them fails."""
    with pytest.raises(TahonaError, match="number 3 fails"):
        Runner(store, engine, 1).run(Many(), Many.Params(), {}, {"fails": 3})
    assert len(store.backend.folders("shards/many")) == 9
    result = Runner(store, engine, 1).run(Many(), Many.Params(), {}, {})
    assert (result.state, result.computed, result.reused) == ("committed", 1, 9)


def test_a_long_task_goes_on_from_its_scratch(store: Store, tmp_path: Path) -> None:
    log = tmp_path / "log"
    runner = Runner(store, "driver")

    class Impatient(Watcher):
        def shard_progress(self, key: str, done: float, *of: Any) -> None:
            if done == 3:
                runner.stop.set()

    runner.watchers.append(Impatient())
    with pytest.raises(Stopped):
        runner.run(Patient(), Patient.Params(steps=400), {}, {"log": str(log)})
    runner.stop.clear()
    runner.watchers.pop()
    runner.run(Patient(), Patient.Params(steps=400), {}, {"log": str(log)})
    assert int(log.read_text()) >= 2
    assert [p for p in store.backend.workspace.rglob("*") if p.is_file()] == []


def test_a_signal_ends_a_run_soon_with_its_exit_code(store: Store, texts: Path) -> None:
    run = start(Path(store.url), texts, engine="processes", workers=2, seconds=600)
    until(lambda: busy(store))
    run.send_signal(signal.SIGTERM)
    assert run.wait(timeout=500) == 75  # of six hundred
    until(lambda: processes(Path(store.url)) == [])
    run.communicate()


# Kills


@pytest.mark.parametrize("name", ENGINES)
def test_a_run_that_is_killed_again_and_again_ends_as_one_that_never_was(
    tmp_path: Path, texts: Path, name: EngineName
) -> None:
    calm = Store(tmp_path / "calm")
    chain(Runner(calm, "driver"), texts)
    expected = tree(calm)
    chance = random.Random(f"kills of {name}")
    store, kills, lives = Store(tmp_path / "store 0"), 0, 0
    while kills < 3:
        root = Path(store.url)
        run = start(root, texts, engine=name, workers=2, seconds=0.06)
        with _watched(store):
            until(lambda: busy(store) or run.poll() is not None)  # noqa: B023
            try:
                run.wait(chance.uniform(0, 1.2))
            except subprocess.TimeoutExpired:
                run.kill()
                kills += 1
            run.communicate()
            until(lambda: processes(root) == [])  # noqa: B023
        assert verify(store).damaged == []
        if run.returncode == 0:
            assert tree(store) == expected
            lives += 1
            store = Store(tmp_path / f"store {lives}")
    chain(Runner(store, workers=2), texts)
    assert tree(store) == expected
    left = [p for p in store.backend.workspace.rglob("*") if p.is_file()]
    assert left == []


class _watched:
    """Looks at a store all the time, as another run would: what it sees is whole."""

    def __init__(self, store: Store) -> None:
        self.store, self.end, self.seen = store, threading.Event(), 0
        self.wrong: list[str] = []
        self.thread = threading.Thread(target=self.look)

    def look(self) -> None:
        while not self.end.is_set():
            for stage in ("words", "totals"):
                for folder in self.store.backend.folders(f"shards/{stage}"):
                    if self.store.shard(stage, folder) is None:
                        self.wrong.append(folder)
            for reference in self.store.references():
                manifest = self.store.manifest(reference)
                if manifest is None or self.store.lost(manifest):
                    self.wrong.append(str(reference))
            self.seen += 1
            time.sleep(0.005)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *error: object) -> None:
        self.end.set()
        self.thread.join()
        assert self.wrong == [] and self.seen > 0


def test_a_record_names_no_time_and_no_machine(store: Store, texts: Path) -> None:
    manifest = words(Runner(store, "driver"), texts).manifest
    assert manifest
    folder = f"shards/words/{manifest.shards[0].key}"
    record = json.loads(store.backend.read(f"{folder}/{SHARD_RECORD}"))
    assert set(record) == {"key", "stage", "step", "params", "files", "ledger", "figures", "seal"}
    assert not any(str(texts) in f["path"] or store.url in f["path"] for f in record["files"])

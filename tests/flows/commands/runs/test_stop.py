"""A run that is asked to stop or is killed leaves nothing behind that the next one does not take up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from flows.commands.runs.run import signals
from tests.flows.command import (
    answer,
    arguments,
    environment,
    tree,
)
from tests.flows.commands.conftest import TEXTS
from tests.paused_children import PausedChildren
from tests.pipeline.engines.contract import until
from tests.processes import begin


def test_a_run_that_is_killed_twice_and_ended_by_processes_gives_the_same_bytes(
    ran: Path, tmp_path: Path
) -> None:
    """What was in flight is lost and nothing else; slices (tests/infra/test_slurm.py) go on from there too."""
    children, store = PausedChildren(tmp_path / "trap"), tmp_path / "store"
    words = arguments("run", "texts.yaml", "--store", str(store))
    for shards, more in ((3, 3), (TEXTS + 3, TEXTS)):  # in the first stage, and in the second
        with children.paused(more):
            process = begin(
                words,
                cwd=ran,
                env=environment(PYTHONPATH=children.path),
                stderr=subprocess.DEVNULL,
            )
            until(
                lambda: (
                    len(list(store.glob("shards/*/*"))) >= shards  # noqa: B023
                    or process.poll() is not None  # noqa: B023
                )
            )
            process.kill()
            process.wait()
    records = [json.loads(path.read_text()) for path in sorted(store.glob("runs/texts/*.json"))]
    assert [record["end"] for record in records] == [None, None]
    assert [len(record["stages"]) for record in records] == [0, 1]  # one killed in its first too
    there = len(list(store.glob("shards/*/*/shard.json")))
    kept = ("--store", str(store))
    done = answer("annotate", "texts.yaml", "--shards", "1/2", *kept, cwd=ran)
    assert done["stages"][-1]["state"] == "partial"
    done = answer("run", "texts.yaml", "--set", "run.engine=processes", *kept, cwd=ran)
    assert sum(s["shards"]["reused"] for s in done["stages"]) >= there > 0
    assert tree(store) == tree(ran / "store")
    assert answer("prune", *kept, cwd=ran)["shards"] == 0


@pytest.mark.parametrize(
    ("number", "code", "engine", "workers"),
    [(signal.SIGTERM, 75, "processes", 2), (signal.SIGINT, 130, "embedded", 1)],
)
def test_a_request_to_stop_has_its_own_exit_code_and_leaves_no_child(
    ran: Path, tmp_path: Path, number: signal.Signals, code: int, engine: str, workers: int
) -> None:
    children, store = PausedChildren(tmp_path / "trap"), tmp_path / "store"
    words = arguments(
        *("run", "texts.yaml", "--store", str(store), "--json"),
        *("--set", f"run.engine={engine}", "--set", f"run.workers={workers}"),
    )
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with children.paused(1):
        process = begin(
            words, cwd=ran, env=environment(PYTHONPATH=children.path), text=True, **pipes
        )
        until(lambda: list(store.glob("shards/*/*")) or process.poll() is not None)
        process.send_signal(number)
        output, log = process.communicate(timeout=600)
    assert process.returncode == code, log
    assert "run again" in log
    (line,) = output.splitlines()
    answered = json.loads(line)
    assert answered["recipe"] == "texts" and "run again" in answered["error"]
    *done, last = [s["state"] for s in answered["stages"]]
    assert last == "stopped" and set(done) <= {"committed"}
    until(lambda: not _children_of(process.pid))
    answer("run", "texts.yaml", "--store", str(store), cwd=ran)
    assert tree(store) == tree(ran / "store")


def test_a_second_signal_ends_a_run_at_once_but_not_one_that_came_with_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Slurm and torchrun signal a process themselves and through its parent."""
    at, left = [100.0], list[float]()
    monkeypatch.setattr("flows.commands.runs.run.time.monotonic", lambda: at[-1])
    stop = threading.Event()
    with signals(stop, lambda: left.append(at[-1]), grace=1e6):
        for second in (100.0, 100.1, 103.0):
            at.append(second)
            signal.raise_signal(signal.SIGTERM)
            assert stop.is_set()
    assert left == [103.0]


@pytest.mark.parametrize(
    ("number", "sign"), [(signal.SIGINT, "corpus "), (signal.SIGTERM, "report: ")]
)
def test_a_late_request_to_stop_never_kills_a_run_that_is_done(
    mill: Path, number: signal.Signals, sign: str
) -> None:
    process = begin(
        arguments("run", "texts.yaml", "--json"),
        cwd=mill,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    for line in process.stderr:
        if line.startswith(sign):
            break
    process.send_signal(number)
    output, errors = process.communicate(timeout=600)
    assert process.returncode in {0, 75, 130}, errors
    (line,) = output.splitlines()
    assert (json.loads(line).get("error") is None) == (process.returncode == 0)


def _children_of(pid: int) -> list[str]:
    """Processes of this session that are still in the group of a finished one."""
    children = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if int(fields[1]) == pid or (int(fields[2]) == pid and int(entry.name) != os.getpid()):
                children.append(command)
    return children

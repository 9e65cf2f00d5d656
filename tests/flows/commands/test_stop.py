"""A run that is asked to stop or is killed leaves nothing behind that the next one does not take up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.flows.command import (
    answer,
    arguments,
    environment,
    tree,
)
from tests.flows.commands.conftest import TEXTS


def test_a_run_that_is_killed_twice_and_ended_by_processes_gives_the_same_bytes(
    ran: Path, tmp_path: Path
) -> None:
    """What was in flight is lost and nothing else; slices (tests/infra/test_slurm.py) go on from there too."""
    words = arguments("run", "texts.yaml", "--store", str(tmp_path))
    for shards in (3, TEXTS + 3):
        process = subprocess.Popen(words, cwd=ran, env=environment(), stderr=subprocess.DEVNULL)
        while len(list(tmp_path.glob("shards/*/*"))) < shards and process.poll() is None:
            time.sleep(0.01)
        process.kill()
        process.wait()
    there = len(list(tmp_path.glob("shards/*/*/shard.json")))
    kept = ("--store", str(tmp_path))
    done = answer("annotate", "texts.yaml", "--shards", "1/2", *kept, cwd=ran)
    assert done["stages"][-1]["state"] == "partial"
    children = ("--set", "run.engine=processes", "--set", "run.workers=2")
    done = answer("run", "texts.yaml", *children, *kept, cwd=ran)
    assert sum(s["shards"]["reused"] for s in done["stages"]) >= there > 0
    assert tree(tmp_path) == tree(ran / "store")
    assert answer("prune", *kept, cwd=ran)["shards"] == 0


@pytest.mark.parametrize(
    ("number", "code", "engine"),
    [(signal.SIGTERM, 75, "processes"), (signal.SIGINT, 130, "embedded")],
)
def test_a_request_to_stop_has_its_own_exit_code_and_leaves_no_child(
    ran: Path, tmp_path: Path, number: signal.Signals, code: int, engine: str
) -> None:
    words = arguments(
        *("run", "texts.yaml", "--store", str(tmp_path), "--json"),
        *("--set", f"run.engine={engine}", "--set", "run.workers=2"),
    )
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(words, cwd=ran, env=environment(), text=True, **pipes)
    while not list(tmp_path.glob("shards/*/*")) and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(number)
    told, log = process.communicate(timeout=60)
    assert process.returncode == code
    assert "run again" in log
    (line,) = told.splitlines()
    answered = json.loads(line)
    assert answered["recipe"] == "texts" and "run again" in answered["error"]
    assert all(s["state"] in {"committed", "failed"} for s in answered["stages"])
    time.sleep(0.5)
    assert not _children_of(process.pid, tmp_path)
    answer("run", "texts.yaml", "--store", str(tmp_path), cwd=ran)
    assert tree(tmp_path) == tree(ran / "store")


@pytest.mark.parametrize(
    ("number", "sign"), [(signal.SIGINT, "corpus "), (signal.SIGTERM, "report: ")]
)
def test_a_late_request_to_stop_never_kills_a_run_that_is_done(
    mill: Path, number: signal.Signals, sign: str
) -> None:
    process = subprocess.Popen(
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
    told, said = process.communicate(timeout=60)
    assert process.returncode in {0, 75, 130}, said
    (line,) = told.splitlines()
    assert (json.loads(line).get("error") is None) == (process.returncode == 0)


def _children_of(pid: int, store: Path) -> list[str]:
    """Processes of this session that are still in the group of a finished one."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if int(fields[1]) == pid or (int(fields[2]) == pid and int(entry.name) != os.getpid()):
                found.append(command)
    return found

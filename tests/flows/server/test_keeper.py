"""Nothing of `tahona serve` outlives it, however it is killed and however deaf its runs are; without a real Prefect."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.command import environment
from tests.flows.server.served import processes, until

CHECKOUT = Path(__file__).parents[3]
# Stands for Prefect: a server ends when it is asked; a worker has a run that hears nothing, in a session of its own,
# and is starting another one in the moment when it is asked to end.
PREFECT = """\
import signal, subprocess, sys, time
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
def run(*_):
    subprocess.Popen([sys.executable, "-S", "-c", DEAF], start_new_session=True)
    sys.exit(0)
if sys.argv[1] == "worker":
    signal.signal(signal.SIGTERM, run)
    subprocess.Popen([sys.executable, "-S", "-c", DEAF], start_new_session=True)
print("up", flush=True)
time.sleep(600)
"""
HOLDS = """\
import sys
from pathlib import Path
from flows.server import processes
with processes.Processes(lambda *_: "", grace=0.5) as held:
    held.start("server", ["server"], log=Path("server.log"))
    held.start("worker", ["worker"])
    sys.stdin.readline()
    held.check()
    held.end_worker()
    print("the server lives", *held.check() or (), flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where `prefect` is what stands for it; nothing that was begun there is left after a test."""
    (tmp_path / "prefect").mkdir()
    (tmp_path / "prefect" / "__init__.py").touch()
    (tmp_path / "prefect" / "__main__.py").write_text(PREFECT)
    for imported in ("server/api/server.py", "workers/process.py"):
        path = tmp_path / "prefect" / imported
        path.parent.mkdir(parents=True)
        path.touch()
    yield tmp_path
    for pid in left(tmp_path):
        os.kill(pid, signal.SIGKILL)


def left(folder: Path) -> dict[int, str]:
    return processes(f"BEGUN={folder}")


def begin(folder: Path) -> subprocess.Popen[str]:
    """A process that holds server, worker and a run, all of them up, until it is told to go on."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS],
        env=environment(BEGUN=str(folder), PYTHONPATH=str(CHECKOUT)),
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: len(left(folder)) == 5 or process.poll() is not None)  # with the keeper
    return process


def test_nothing_outlives_a_command_that_is_killed(folder: Path) -> None:
    process = begin(folder)
    process.kill()
    process.communicate()  # until nobody holds its output any more, the deaf run least of all
    until(lambda: not left(folder))


def test_nothing_outlives_a_keeper_that_is_killed(folder: Path) -> None:
    process = begin(folder)
    (keeper,) = [pid for pid, c in left(folder).items() if "flows.server.keeper" in c]
    os.kill(keeper, signal.SIGKILL)
    _, errors = process.communicate("\n")
    assert "the process that holds server and worker ended by SIGKILL" in errors
    assert not left(folder)


def test_the_server_outlives_the_worker_and_hears_how_its_runs_ended(folder: Path) -> None:
    output, errors = begin(folder).communicate("\n")
    assert output.strip() == "the server lives", errors
    assert not left(folder)

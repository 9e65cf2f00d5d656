"""A Flink cluster on this machine, as `python infra/flink/local.py` starts it for a person."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


def missing() -> str | None:
    """What this machine lacks to run Flink, or None."""
    if not shutil.which("mvn"):
        return "Flink's jars come by Maven: there is no mvn"
    java = shutil.which("javac")  # the job server of the local cluster is a source file
    printed = subprocess.run([java, "-version"], capture_output=True, text=True) if java else None
    version = re.search(r"javac (\d+)", printed.stdout + printed.stderr) if printed else None
    if not version or not 11 <= int(version[1]) <= 17:
        return "Flink 1.19 needs a JDK of Java 11 to 17"
    return None


class Local(NamedTuple):
    """The process that keeps a cluster, and the settings that name it."""

    process: subprocess.Popen[str]
    settings: dict[str, str]

    def workers(self) -> list[int]:
        """The living Python workers of the pool."""
        return workers(self.process)

    def task_managers(self) -> list[int]:
        """The task manager, where it lives."""
        parts = [p for p, parent in _parents().items() if parent == self.process.pid]
        return [p for p in parts if "TaskManagerRunner" in _command(p)]


def workers(keeper: subprocess.Popen[str]) -> list[int]:
    """The living Python workers of the pool: grandchildren of the process that keeps the cluster."""
    parents = _parents()
    return [child for child, parent in parents.items() if parents.get(parent) == keeper.pid]


def _command(process: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_text()
    return ""


def _parents() -> dict[int, int]:
    """The living processes, and who started each."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = status.read_text().rpartition(") ")[2].split()[:2]
            if state != "Z":  # the pool buries a dead one only when its job ends
                parents[int(status.parent.name)] = int(parent)
    return parents


@contextmanager
def local(slots: int = 2) -> Iterator[Local]:
    """A cluster that ends with the block; a RuntimeError if it won't start."""
    process = subprocess.Popen(
        [sys.executable, "infra/flink/local.py", "--slots", str(slots)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    settings: dict[str, str] = {}
    try:
        while len(settings) < 3:
            if not (line := process.stdout.readline()):
                raise RuntimeError("the cluster did not start: its own words stand above")
            name, _, value = line.removeprefix("export ").strip().partition("=")
            settings[name] = value
        yield Local(process, settings)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(600)

"""A Flink cluster on this machine, as `python infra/flink/local.py` starts it for a person."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


def missing() -> str | None:
    """What this machine lacks to run Flink, or None."""
    if not shutil.which("mvn"):
        return "Flink's jars come by Maven: there is no mvn"
    java = shutil.which("javac")  # the job server of the local cluster is a source file
    told = subprocess.run([java, "-version"], capture_output=True, text=True) if java else None
    version = re.search(r"javac (\d+)", told.stdout + told.stderr) if told else None
    if not version or not 11 <= int(version[1]) <= 17:
        return "Flink 1.19 needs a JDK of Java 11 to 17"
    return None


@contextmanager
def local(slots: int = 2) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The process that keeps a cluster, and the settings that name it; a RuntimeError if it won't start."""
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
        yield process, settings
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(90)

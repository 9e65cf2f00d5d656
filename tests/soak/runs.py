"""A run of the soak's recipe as a process of its own: what it is at, who belongs to it, and how it ended."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.flink.cluster import Local
from tests.flows.command import arguments, environment
from tests.processes import begin

ROOT = Path(__file__).parents[2]
PATIENCE = 900.0  # seconds of one run: the machine may be busy
WORKERS = 2  # of one run


class Broken(Exception):
    """A promise that was not kept: which one, and what was seen."""

    def __init__(self, promise: str, seen: str) -> None:
        super().__init__(f"{promise}: {seen}")
        self.promise = promise


@dataclass
class Run:
    """`tahona run` on a store, in a process group of its own, with a folder of its own for temporary files."""

    folder: Path
    store: str
    process: subprocess.Popen[bytes]
    number: int
    cluster: Local | None = None

    @classmethod
    def start(
        cls,
        folder: Path,
        recipe: str,
        engine: str,
        *words: str,
        store: str | None = None,
        cluster: Local | None = None,
        largest: int = resource.RLIM_INFINITY,
        **variables: str,
    ) -> Run:
        """Starts the run, on `store` where it is not the folder's own; the engine `flink` on `cluster`.

        No file that it writes may grow beyond `largest` bytes.
        """
        number = len(list(folder.glob("*.err")))
        (folder / "temporary").mkdir(exist_ok=True)
        place = store or str(folder / "store")
        settings = ("--set", f"run.engine={engine}", "--set", f"run.workers={WORKERS}")
        command = arguments("run", recipe, "--store", place, "--json", *settings, *words)
        variables |= cluster.settings if cluster else {}
        marks = {"SOAK": str(folder), "TMPDIR": str(folder / "temporary"), "PYTHONPATH": str(ROOT)}
        marks |= variables
        with (
            (folder / f"{number}.out").open("wb") as out,
            (folder / f"{number}.err").open("wb") as err,
            _no_file_larger(largest),
        ):
            process = begin(
                command,
                env=environment(**marks),
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        return cls(folder, place, process, number, cluster)

    @property
    def errors(self) -> str:
        return (self.folder / f"{self.number}.err").read_text(errors="replace")

    def answer(self) -> dict[str, Any]:
        lines = (self.folder / f"{self.number}.out").read_text().splitlines()
        return json.loads(lines[-1]) if lines else {}

    def family(self, module: str = "") -> list[int]:
        """The living processes of the life's runs; with `module`, those that run it."""
        return [pid for pid in family(self.folder) if module in _command(pid)]

    def stage(self) -> str | None:
        """The stage that it is at: that of the newest lock that names its process."""
        locks = []
        for lock in Path(self.store, "locks").glob("*.lock"):
            with suppress(OSError, ValueError):
                if json.loads(lock.read_text()).get("pid") == self.process.pid:
                    locks.append((lock.stat().st_mtime_ns, lock.name.partition("-")[0]))
        return max(locks)[1] if locks else None

    def alive(self) -> bool:
        return self.process.poll() is None

    def until(
        self, condition: Callable[[], Any], seconds: float = PATIENCE, pause: float = 0.02
    ) -> bool:
        """Waits for something to come true while the run lives, with a pause between two looks."""
        end = time.monotonic() + seconds
        while self.alive() and time.monotonic() < end:
            if condition():
                return True
            time.sleep(pause)
        return False

    def end(self) -> int:
        """The exit code; a run that does not end in time is broken."""
        # Each step is a job of seconds there, and one whose workers say nothing is given up after two minutes.
        patience = PATIENCE * (3 if self.cluster else 1)
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            raise Broken("hung", f"no end after {patience:.0f} s: {self.errors[-300:]}") from None

    def ended_well(self) -> None:
        """Breaks where the run did not end with exit code 0."""
        if code := self.end():
            raise Broken(
                "unclear", f"a run without a fault ended with {code}: {self.errors[-500:]}"
            )

    def clear_error(self, *sentences: str) -> None:
        """Breaks unless it said what is wrong in one sentence, one of `sentences` in it."""
        lines = self.errors.strip().splitlines()
        last = lines[-1] if lines else ""
        if "Traceback" in self.errors or not last.startswith("error: "):
            raise Broken("unclear", self.errors[-800:])
        if sentences and not any(s in last for s in sentences):
            raise Broken("unclear", last)


@contextmanager
def _no_file_larger(most: int) -> Iterator[None]:
    """What is begun in the block inherits the limit: set later, it might come after the run's last file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def family(folder: Path) -> list[int]:
    """The living processes that bear the mark of a life."""
    mark = f"SOAK={folder}\0".encode()
    pids = []
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (place / "environ").read_bytes() + b"\0":
                pids.append(int(place.name))
    return pids


def _command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""

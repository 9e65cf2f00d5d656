"""The processes of `tahona serve`: none outlives it, whether it ends, fails or is killed."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil

from pipeline.engines.process import Process, control, die_with_parent
from pipeline.errors import TahonaError

GRACE = 30.0  # seconds that a run has to save itself; within them its stage gives up by itself
_SUBREAPER = 36  # of Linux's prctl: orphans among our descendants become our children


class Processes:
    """Server and worker, each a session of its own: Ctrl-C reaches this process alone, which ends them in order.

    `reason` says of one that ended by itself, and how, why that was and what to do. What outlives the worker
    becomes our child, so that it can be found and ended (Linux only).
    """

    def __init__(self, reason: Callable[[str, str], str]) -> None:
        self._reason = reason
        self._held: dict[str, Process] = {}

    def __enter__(self) -> Processes:
        control(_SUBREAPER, 1)
        return self

    def start(
        self,
        name: str,
        words: list[str],
        extra: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        """Starts `prefect WORDS`; its output goes to the log, else to standard error.

        `extra` is added to the environment, where that does not say otherwise.
        """
        with log.open("wb") if log else open(os.dup(2), "wb") as output:
            self._held[name] = Process(
                ["-m", "prefect", *words],
                output,
                {**(extra or {}), **os.environ},
                stdin=subprocess.DEVNULL,
                stdout=output,
                start_new_session=True,
                preexec_fn=partial(_begin, os.getpid()),
            )

    def check(self) -> None:
        """Raises TahonaError where server or worker has ended by itself; buries what runs left behind.

        An unburied process would count as a living part of a cancelled run.
        """
        ours = {process.pid for process in self._held.values()}
        look = os.WEXITED | os.WNOHANG | os.WNOWAIT
        with suppress(ChildProcessError):
            while (dead := os.waitid(os.P_ALL, 0, look)) and dead.si_pid not in ours:
                os.waitpid(dead.si_pid, 0)
        for name, process in self._held.items():
            if how := process.ended():
                raise TahonaError(f"the Prefect {name} ended {how}: {self._reason(name, how)}")

    def end_worker(self) -> None:
        """Ends the runs first, for the worker would kill them unsaved; the server still hears how they ended."""
        if worker := self._held.pop("worker", None):
            with suppress(psutil.NoSuchProcess):  # it ended by itself
                process = psutil.Process(worker.pid)
                _end(process.children())
                _end([process])
        server = self._held.get("server")
        _end([p for p in psutil.Process().children() if server is None or p.pid != server.pid])

    def __exit__(self, *_: object) -> None:
        self.end_worker()
        if server := self._held.get("server"):
            with suppress(psutil.NoSuchProcess):
                _end([psutil.Process(server.pid)])


def _begin(parent: int) -> None:
    """What a child does before it becomes Prefect: it hears Ctrl-C, and that we were killed."""
    # A shell starts background jobs with Ctrl-C ignored, and Prefect's worker ends by SIGINT alone.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    die_with_parent(signal.SIGTERM)
    if os.getppid() != parent:  # killed before that was said
        os._exit(1)


def _end(processes: Sequence[psutil.Process]) -> None:
    """Asks processes to end, waits for them, and kills the groups of those that do not."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, left = psutil.wait_procs(processes, GRACE)
    for process in left:
        with suppress(ProcessLookupError):
            os.killpg(os.getpgid(process.pid), signal.SIGKILL)
    psutil.wait_procs(left, 1)

"""The processes of `tahona serve`: none outlives it, whether it ends, fails or is killed."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import psutil

from pipeline.errors import TahonaError
from pipeline.store.backend import alive

GRACE = 30.0  # seconds that a run has to save itself; within them its stage gives up by itself
# Of Linux's prctl: a signal when the parent dies; orphans among our descendants become our children.
_DEATH_SIGNAL, _SUBREAPER = 1, 36


class Processes:
    """Server and worker, each a session of its own: Ctrl-C reaches this process alone, which ends them in order.

    `reason` says of one that ended by itself why, and what to do. What outlives the worker becomes our child,
    so that it can be found and ended (Linux only).
    """

    def __init__(self, reason: Callable[[str], str]) -> None:
        self._reason = reason
        self._held: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Processes:
        _control(_SUBREAPER, 1)
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
        # The flows are imported from where this process has them.
        path = os.pathsep.join(os.path.abspath(p) for p in sys.path)
        with log.open("wb") if log else open(os.dup(2), "wb") as output:
            self._held[name] = subprocess.Popen(
                [sys.executable, "-m", "prefect", *words],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**(extra or {}), **os.environ, "PYTHONPATH": path},
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
            if (code := process.poll()) is not None:
                how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
                raise TahonaError(f"the Prefect {name} ended {how}: {self._reason(name)}")

    def end_worker(self) -> None:
        """Ends the runs first, for the worker would kill them unsaved; the server still hears how they ended."""
        if worker := self._held.pop("worker", None):
            _end(_children(worker.pid))
            _end([worker.pid])
        server = self._held.get("server")
        _end([pid for pid in _children() if server is None or pid != server.pid])

    def __exit__(self, *_: object) -> None:
        self.end_worker()
        if server := self._held.get("server"):
            _end([server.pid])


def _begin(parent: int) -> None:
    """What a child does before it becomes Prefect: it hears Ctrl-C, and that we were killed."""
    # A shell starts background jobs with Ctrl-C ignored, and Prefect's worker ends by SIGINT alone.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _control(_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() != parent:  # killed before that was said
        os._exit(1)


def _control(option: int, value: int) -> None:
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _children(parent: int | None = None) -> list[int]:
    """The children of a process, of this one where none is named."""
    with suppress(psutil.NoSuchProcess):
        return [child.pid for child in psutil.Process(parent).children()]
    return []


def _end(pids: Sequence[int]) -> None:
    """Asks processes to end, waits for them, and kills the groups of those that do not."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + GRACE
    left = set(pids)
    while left and time.monotonic() < end:
        left = {pid for pid in left if not _gone(pid)}
        time.sleep(0.1 if left else 0)
    for pid in left:
        with suppress(ProcessLookupError):
            os.killpg(os.getpgid(pid), signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)


def _gone(pid: int) -> bool:
    """Whether a process has ended; a child of ours is buried."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return not alive(pid)

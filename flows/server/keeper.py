"""The process that owns the server and the worker of `tahona serve`, and ends them when that command has ended.

It takes orders as lines of JSON on its standard input and answers each by a line. The input ends when the
command does, also by a kill that lets it do nothing more: then the keeper ends all its children, and itself.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from pipeline.engines.process import Process, control, die_with_parent

GRACE = 30.0  # seconds that a run has to save itself; within them its stage gives up by itself
SUBREAPER = 36  # of Linux's prctl: orphans among our descendants become our children
_ROUNDS = 3  # an ended process may leave children, which are ours then


class Keeper:
    """Server and worker, each a session of its own, and what they leave behind; each has `grace` seconds to end."""

    def __init__(self, grace: float) -> None:
        self._grace = grace
        self._processes: dict[str, Process] = {}
        self._log: Path | None = None

    def start(
        self, name: str, words: Sequence[str], env: Mapping[str, str], log: str | None
    ) -> None:
        """Starts `prefect WORDS`; its output goes to the log, as the server's does, else to standard error."""
        self._log = Path(log) if log else self._log
        with open(log, "wb") if log else open(os.dup(2), "wb") as output:
            self._processes[name] = Process(
                ["-m", "flows.server.prefect_process", *words],
                output,
                env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                start_new_session=True,
                preexec_fn=partial(_begin, os.getpid()),
            )

    def ended(self) -> tuple[str, str] | None:
        """Which of the two has ended by itself, and how; buries what runs left behind.

        An unburied process would count as a living process of a cancelled run.
        """
        ours = {process.pid for process in self._processes.values()}
        look = os.WEXITED | os.WNOHANG | os.WNOWAIT
        with suppress(ChildProcessError):
            while (dead := os.waitid(os.P_ALL, 0, look)) and dead.si_pid not in ours:
                os.waitpid(dead.si_pid, 0)
        return next(((n, how) for n, p in self._processes.items() if (how := p.ended())), None)

    def end_worker(self) -> None:
        """Ends the runs first, for the worker would kill them unsaved; the server still receives how they ended."""
        if worker := self._processes.pop("worker", None):
            with suppress(psutil.NoSuchProcess):  # it ended by itself
                process = psutil.Process(worker.pid)
                end(process.children(), self._grace)
                end([process], self._grace)
        server = self._processes.get("server")
        end_children(self._grace, None if server is None else server.pid)

    def end(self) -> None:
        """Ends the worker, and the server after it."""
        self.end_worker()
        end_children(self._grace)

    def end_unasked(self) -> None:
        """The same after a kill; whoever would start a server meanwhile, or join ours, waits."""
        with ExitStack() as kept:
            if self._log:
                lock = kept.enter_context(lock_of(self._log).open("w"))
                with suppress(OSError):
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.end()


def lock_of(log: Path) -> Path:
    """What is locked while a server with this log is looked for, started, or ended after a kill."""
    return log.with_suffix(".lock")


def end_children(grace: float, but: int | None = None) -> None:
    """Ends the children of this process, and theirs, which become ours; one may stay."""
    for _ in range(_ROUNDS):
        if left := [p for p in psutil.Process().children() if p.pid != but]:
            end(left, grace)


def end(processes: Sequence[psutil.Process], grace: float) -> None:
    """Requests processes to end, waits for them, and kills those that do not, with all their children."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, left = psutil.wait_procs(processes, grace)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            for each in (*process.children(recursive=True), process):
                with suppress(psutil.NoSuchProcess):
                    each.kill()
    psutil.wait_procs(left, 1)


def _begin(parent: int) -> None:
    """What a child does before it becomes Prefect: it restores Ctrl-C, and ends when its parent is killed."""
    # A shell starts background jobs with Ctrl-C ignored, and Prefect's worker ends by SIGINT alone.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    die_with_parent(signal.SIGTERM)
    if os.getppid() != parent:  # killed before that was set
        os._exit(1)


def main() -> None:
    """Orders are `start`, `ended`, `end_worker` and `end`, with their arguments; the one word is the grace."""
    control(SUBREAPER, 1)
    for number in (signal.SIGTERM, signal.SIGINT):
        # A signal to the whole group is for the command, which gives the order. SIG_IGN would be inherited by children.
        signal.signal(number, lambda *_: None)
    keeper = Keeper(float(sys.argv[1]))
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        answer = getattr(keeper, order.pop("do"))(**order)
        print(json.dumps(answer), flush=True)
    keeper.end_unasked()


if __name__ == "__main__":
    main()

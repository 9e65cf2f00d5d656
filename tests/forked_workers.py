"""The workers of a run of the tests, forked from one process that has collected: what each would import is so once.

pytest-xdist starts its workers as `python -c ...`. Here that python is `hand_on.py`: it hands its standard files to the
process that has collected, and waits till what that forked ends.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.hand_on import STANDARD, receive

ROOT = Path(__file__).parents[1]


def fork_workers(config: pytest.Config) -> None:
    """Has the workers of this run forked; on Linux alone, as elsewhere libraries do not bear it."""
    if sys.platform == "linux":
        folder = TemporaryDirectory(prefix="pytest-workers-")
        config.add_cleanup(folder.cleanup)
        nursery = Nursery(Path(folder.name), config.args)
        config.add_cleanup(nursery.close)
        config.option.tx = [f"popen//python={nursery.python}"] * len(config.option.tx)


class Nursery:
    """The process that collects what `paths` name and forks workers; it ends with the one that made it."""

    def __init__(self, folder: Path, paths: Sequence[str]) -> None:
        address = folder / "workers"
        self.python = f"{sys.executable} -I -S {ROOT / 'tests/hand_on.py'} {address}"  # as xdist is told of one
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(address))
            listener.listen(64)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.forked_workers", str(listener.fileno()), *paths],
                # For conftest it is a worker; those that it forks have the environment of whoever asks.
                env={**os.environ, "PYTEST_XDIST_WORKER": "none", "PYTHONPATH": path},
                stdin=subprocess.PIPE,
                pass_fds=[listener.fileno()],
            )

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def collect(paths: Sequence[str]) -> None:
    """Imports what the tests import; what is wrong with them is for the workers to tell."""
    before = os.dup(1)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    pytest.main(["--collect-only", "-q", "-n", "0", *paths])
    os.dup2(before, 1)
    for number in (before, nothing):
        os.close(number)


def fork_for_each(listener: socket.socket) -> None:
    """Forks for whoever connects, till standard input ends. Returns in each fork, which is ready to be a worker."""
    import select

    begun = []
    while True:
        ready, _, _ = select.select([listener.fileno(), 0], [], [])
        if 0 in ready:
            for pid in begun:
                os.waitpid(pid, 0)
            os._exit(0)  # what was imported has nothing to say at the end
        line, _ = listener.accept()
        if pid := os.fork():
            begun.append(pid)
            line.close()
        else:
            listener.close()
            return _become(line)


def _become(line: socket.socket) -> None:
    """Takes what it is sent by `hand_on`, and keeps the line open as long as it lives."""
    handed = receive(line)
    for number, target in zip(handed.standard, STANDARD, strict=True):
        os.dup2(number, target)
        os.close(number)
    line.detach()
    os.chdir(handed.folder)
    os.environ.clear()
    os.environ.update(handed.environment)
    sys.argv = ["-c"]


def main() -> None:
    import ast

    with socket.socket(fileno=int(sys.argv[1])) as listener:
        collect(sys.argv[2:])
        fork_for_each(listener)
    # As execnet begins: the line that it sends is a literal of text, the rest of the program.
    exec(ast.literal_eval(sys.stdin.readline()), {"__name__": "__main__"})


if __name__ == "__main__":
    main()

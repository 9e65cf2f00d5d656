"""Ranks forked from one process that has imported torch: in the tests that import costs ten times what they train."""

from __future__ import annotations

import os
import runpy
import select
import subprocess
import sys
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.reduction import DupFd
from typing import IO, Any

from pipeline.engines.process import Child

CONTEXT = get_context("forkserver")
# With what spreading a model imports of torch in each rank.
IMPORTED = ["training.pretrain.devices.parallel", "torch._dynamo"]


class ForkedRank(Child):
    """A child as its parent sees it."""

    def __init__(self, module: str, log: IO[bytes], env: Mapping[str, str]) -> None:
        orders, report = os.pipe(), os.pipe()
        self.popen = Forked(module, env, orders[0], report[1], log.fileno())  # type: ignore[assignment]
        os.close(orders[0])
        os.close(report[1])
        self.log, self.pid = log, self.popen.pid
        self._in, self._out = os.fdopen(orders[1], "wb", 0), os.fdopen(report[0], "rb", 0)  # type: ignore[assignment]
        self._heard = b""
        self._poll = select.poll()
        self._poll.register(self._out, select.POLLIN)


class Forked:
    """What `subprocess.Popen` would be of it."""

    def __init__(self, module: str, env: Mapping[str, str], *standard: int) -> None:
        self._process = CONTEXT.Process(
            target=become, args=(module, dict(env), *map(Handed, standard))
        )
        # Last thing, as `tests/flows/server/forked.py` does.
        CONTEXT.set_forkserver_preload(IMPORTED)
        self._process.start()
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def wait(self, seconds: float | None = None) -> int:
        self._process.join(seconds)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(str(self._process), seconds or 0)
        return self._process.exitcode


class Handed:
    """A file that goes to the new process with what it is told."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __reduce__(self) -> tuple[Any, ...]:
        return _same, (DupFd(self._number),)


def _same(value: Any) -> Any:
    return value


def become(module: str, env: Mapping[str, str], *standard: Any) -> None:
    """Is `python -m MODULE` with an environment and standard files."""
    for number, descriptor in enumerate(standard):
        os.dup2(descriptor.detach(), number)
    sys.stdin = os.fdopen(0, closefd=False)
    os.environ.clear()
    os.environ.update(env)
    runpy.run_module(module, run_name="__main__")

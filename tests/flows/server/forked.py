"""Processes with Prefect, forked from one that has imported it, which takes longer than most of what they do.

For what a test has beside its subject: a server, a run, a command. What `tahona serve` starts, it starts itself.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
from collections.abc import Callable, Mapping
from functools import cache
from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerProcess
from multiprocessing.util import get_temp_dir
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pipeline.engines.process import die_with_parent
from tests.flows.command import environment

CHECKOUT = Path(__file__).parents[3]

FORKS = get_context("forkserver")
IMPORTED = ["tests.flows.server.flow_process", "tests.flows.server.imported"]


def fork(
    function: Callable[..., Any],
    *arguments: Any,
    env: Mapping[str, str],
    log: Path,
    out: Path | None = None,
) -> ForkServerProcess:
    """A session of its own that calls a function in the checkout with these variables, and ends with the tests.

    Standard error goes to the log, as does standard output, unless that has a file.
    """
    _begin()
    order = (dict(env), log, out or log, function, arguments)
    process = FORKS.Process(target=_become, args=order)
    process.start()
    return process


@cache
def _begin() -> None:
    """Begins what they are forked from; a process has one such, and what it imports is said last thing before."""
    FORKS.set_forkserver_preload(IMPORTED)
    env = environment(PREFECT_HOME=get_temp_dir(), PYTHONPATH=str(CHECKOUT))
    with patch.dict(os.environ, env, clear=True):
        forkserver.ensure_running()


def finish(process: ForkServerProcess, seconds: float = 600) -> int:
    """Waits for its end; its exit code, -9 after a SIGKILL."""
    process.join(seconds)
    assert process.exitcode is not None, "it goes on"
    return process.exitcode


def python(option: str, program: str, *words: str) -> None:
    """What `python -m PROGRAM WORDS` does, or with `-c`."""
    sys.argv = ["-c", *words]
    if option == "-m":
        runpy.run_module(program, run_name="__main__", alter_sys=True)
    else:
        exec(program, {"__name__": "__main__"})


def _become(
    env: Mapping[str, str],
    log: Path,
    out: Path,
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
) -> None:
    from prefect.context import refresh_global_settings_context

    os.setsid()
    die_with_parent(signal.SIGTERM)
    os.chdir(CHECKOUT)
    os.environ.clear()
    os.environ.update(env)
    for number, path in ((1, out), (2, log)):
        with path.open("ab") as file:
            os.dup2(file.fileno(), number)
    refresh_global_settings_context()
    function(*arguments)

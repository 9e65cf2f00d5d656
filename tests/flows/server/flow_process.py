"""Flows and recorded commands as processes beside a server of Prefect."""

from __future__ import annotations

import os
import shutil
import subprocess
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from unittest.mock import patch

import pytest

from tests.flows.command import ARTICLES, environment
from tests.flows.server.forked import FORKS, finish, fork, python
from tests.flows.server.prefect_server import Server
from tests.flows.server.served import until
from tests.pipeline.mill import Patient

# On a busy machine the server may be slow and SQLite locked: a recorded run is to bear it here.
PATIENT = {"PREFECT_CLIENT_MAX_RETRIES": "5", "PREFECT_API_REQUEST_TIMEOUT": "120"}

COMMAND = "from flows.commands.cli import main; main()"
# The command line with a last stage that takes as long as it is told.
SLOW = (
    "from dataclasses import replace; from flows.stages import STAGES as S; "
    "S['evaluate'] = replace(S['evaluate'], stage='tests.flows.server.flow_process:Slow'); "
    + COMMAND
)


class Slow(Patient):
    name = "evaluate"

    def plan(self, params: Any, inputs: Any, context: Any) -> Any:
        work = {"seconds": 0.1, "until": os.environ.get("UNTIL")}
        return super().plan(params, inputs, {**context, **work})


class Flows:
    """A process that runs flows, one after another, as it is told; its errors are in a log."""

    def __init__(self, server: Server) -> None:
        self.log = server.home / "flows.log"
        self._line, other = FORKS.Pipe()
        env = environment(**server.variables)
        self._process = fork(run_flows, other, env=env, log=self.log)
        other.close()

    def start(self, name: str, variables: Mapping[str, str] = {}, **parameters: Any) -> None:
        """Begins a flow, or `serve`, which deploys a recipe as `tahona serve` does; with variables of its own."""
        self._line.send((name, parameters, dict(variables)))

    def ended(self) -> bool:
        """Whether what was begun last has ended, and its exit code can be read."""
        return self._line.poll()

    def code(self) -> int:
        """The exit code that it would end a process with."""
        return int(self._line.recv())

    def run(self, name: str, **parameters: Any) -> int:
        self.start(name, **parameters)
        return self.code()

    def close(self) -> None:
        self._line.close()
        finish(self._process)


def run_flows(line: Connection) -> None:
    """What that process does."""
    from flows.recipe import recipe as recipes
    from flows.server import orchestration
    from flows.server.deployments import deploy, deployments

    def serve(recipe: str) -> None:
        deploy(deployments(recipes.read(recipe), recipe, "store"))

    orchestration.RETRIES = (3, 15, 60, 120)
    flows = {**vars(orchestration), "serve": serve}
    with suppress(EOFError):
        while True:
            name, parameters, variables = line.recv()
            with patch.dict(os.environ, variables):
                try:
                    flows[name](**parameters)
                    code = 0
                except Exception:
                    traceback.print_exc()
                    code = 1
            line.send(code)


def number_of_runs(server: Server) -> int:
    return int(server.ask("flow_runs/count", {}))


class Recorded:
    """A process of Tahona that a server may record; what it says is kept beside the server."""

    def __init__(self, server: Server, words: Sequence[str], **variables: str) -> None:
        folder = Path(mkdtemp(dir=server.home))
        self._out, self._log = folder / "out", folder / "log"
        env = environment(**{**server.variables, **PATIENT, **variables})
        self.process = fork(python, *words, env=env, log=self._log, out=self._out)

    def done(self) -> subprocess.CompletedProcess[str]:
        code = finish(self.process)
        return subprocess.CompletedProcess([], code, self._out.read_text(), self._log.read_text())


def run_recorded(server: Server, *words: str) -> subprocess.CompletedProcess[str]:
    """What a command did under the server. A busy one may not say in time that it is well: nothing is recorded then."""
    before = number_of_runs(server)
    for _ in range(6):
        done = Recorded(server, ("-c", COMMAND, *words)).done()
        if number_of_runs(server) > before:
            break
    return done


def slow_recipe(folder: Path, steps: int) -> str:
    path = folder / "lenta.yaml"
    sources = f"sources: {{a: {{files: ['{ARTICLES}/diario']}}}}"
    path.write_text(f"name: lenta\n{sources}\nstages: {{evaluate: {{steps: {steps}}}}}\n")
    return str(path)


def start_slow(
    server: Server, recipe: str, store: Path, code: str = SLOW, **variables: str
) -> Recorded:
    """`tahona evaluate` on a stage that is at work once this returns, as a flow run of the server."""
    before = number_of_runs(server)
    words = ("-c", code, "evaluate", recipe, "--store", str(store), "--json")
    for _ in range(6):
        begun = Recorded(server, words, **variables)
        works = partial((store / "tmp/scratch").glob, "evaluate/*/place")
        until(lambda: list(works()) or not begun.process.is_alive())  # noqa: B023
        if number_of_runs(server) > before and begun.process.is_alive():
            return begun
        begun.process.kill()
        output = begun.done()
        shutil.rmtree(store, ignore_errors=True)
    pytest.fail(f"the stage did not start as a flow run: {output}")

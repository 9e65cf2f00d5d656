"""Flows and recorded commands as processes beside a server of Prefect."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.flows.command import ARTICLES, environment, tahona
from tests.flows.server.prefect_server import Server
from tests.flows.server.served import until
from tests.pipeline.mill import Patient
from tests.processes import begin

CHECKOUT = Path(__file__).parents[3]


# On a busy machine the server may be slow and SQLite locked: a recorded run is to bear it here.
PATIENT = {"PREFECT_CLIENT_MAX_RETRIES": "5", "PREFECT_API_REQUEST_TIMEOUT": "120"}


# The flows that standard input names, one after another: to import Prefect takes longer than most of them. Each may
# have variables of its own; `serve` deploys a recipe as `tahona serve` does.
FLOWS = """\
import json, os, sys, traceback
from flows.recipe import recipe as recipes
from flows.server import orchestration
from flows.server.deployments import deploy, deployments
def serve(recipe): deploy(deployments(recipes.read(recipe), recipe, "store"))
orchestration.RETRIES = (3, 15, 60, 120)
flows = {**vars(orchestration), "serve": serve}
for line in sys.stdin:
    name, parameters, variables = json.loads(line)
    code = 0
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        flows[name](**parameters)
    except Exception:
        traceback.print_exc()
        code = 1
    os.environ.clear()
    os.environ.update(before)
    print(code, flush=True)
"""


# The command line with a last stage that takes as long as it is told.
SLOW = (
    "from dataclasses import replace; from flows.stages import STAGES as S; "
    "S['evaluate'] = replace(S['evaluate'], stage='tests.flows.server.flow_process:Slow'); "
    "from flows.commands.cli import main; main()"
)


class Slow(Patient):
    name = "evaluate"

    def plan(self, params: Any, inputs: Any, context: Any) -> Any:
        given = {"seconds": 0.1, "until": os.environ.get("UNTIL")}
        return super().plan(params, inputs, {**context, **given})


def start_flows(server: Server) -> subprocess.Popen[str]:
    """A process that waits for flows to run."""
    return begin(
        [sys.executable, "-P", "-c", FLOWS],
        env=environment(**server.variables),
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=(server.home / "flows.log").open("a"),
        text=True,
    )


def start_flow(
    process: subprocess.Popen[str], name: str, variables: Mapping[str, str] = {}, **parameters: Any
) -> None:
    assert process.stdin
    process.stdin.write(json.dumps([name, parameters, dict(variables)]) + "\n")
    process.stdin.flush()


def run_flow(flows: subprocess.Popen[str], name: str, **parameters: Any) -> int:
    """The exit code that a flow would end a process with."""
    start_flow(flows, name, **parameters)
    assert flows.stdout
    return int(flows.stdout.readline())


def ended(flows: subprocess.Popen[str]) -> bool:
    """Whether the flow that was begun last has ended, and its exit code can be read."""
    assert flows.stdout
    return bool(select.select([flows.stdout], [], [], 0)[0])


def number_of_runs(server: Server) -> int:
    return int(server.ask("flow_runs/count", {}))


def run_recorded(server: Server, *words: str) -> subprocess.CompletedProcess[str]:
    """What a command did under the server. A busy one may not say in time that it is well: nothing is recorded then."""
    before = number_of_runs(server)
    for _ in range(6):
        done = tahona(*words, **server.variables, **PATIENT)
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
) -> subprocess.Popen[str]:
    """`tahona evaluate` on a stage that is at work once this returns, as a flow run of the server."""
    before = number_of_runs(server)
    for _ in range(6):
        process = begin(
            [sys.executable, "-c", code, "evaluate", recipe, "--store", str(store), "--json"],
            env=environment(**{**server.variables, **PATIENT, **variables}),
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        works = partial((store / "tmp/scratch").glob, "evaluate/*/place")
        until(lambda: list(works()) or process.poll() is not None)  # noqa: B023
        if number_of_runs(server) > before and process.poll() is None:
            return process
        process.kill()
        told = process.communicate()
        shutil.rmtree(store, ignore_errors=True)
    pytest.fail(f"the stage did not start as a flow run: {told}")

"""Runs of a deployment follow one another, over an approval that outlives leases and servers."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.flows.command import environment
from tests.flows.server.forked import CHECKOUT, finish, fork, python
from tests.flows.server.forwarded import forwarded
from tests.flows.server.prefect_server import LEASE, SILENCE, Server, home
from tests.flows.server.served import processes, until

ALIVE, WAITS = "tahona.flow-run.alive", "tahona.flow-run.waits"  # as `heartbeat` has them
ENGINE = ("-m", "flows.server.prefect_process", "engine")
# Held by another process, as a worker holds its own.
WATCHED = ("-m", "prefect", "flow-run", "execute")
WRITTEN = 6  # seconds within which the server writes what it was told of (each five)
RECIPE = """\
name: lenta
sources: {a: {files: ['*.txt']}}
stages: {pretrain: {steps: 3}}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the deployment `lenta-chain`."""
    server = Server(home(tmp_path_factory))
    try:
        server.ready()
        (server.home / "a.txt").write_text("pan")
        (server.home / "otro-nombre.yaml").write_text(RECIPE)
        deploy(server)
        yield server
    finally:
        server.close()


def deploy(server: Server) -> None:
    log = server.home / "deploy.log"
    env = environment(**server.variables)
    process = fork(deploy_soon_dead, server.home / "otro-nombre.yaml", env=env, log=log)
    assert finish(process) == 0, log.read_text()
    deployment = server.deployments()["lenta-chain"]
    assert deployment["concurrency_limit"] is None
    changed = {"entrypoint": "tests.flows.server.brief.chain"}
    server.ask(f"deployments/{deployment['id']}", changed, "PATCH")


def deploy_soon_dead(recipe: Path) -> None:
    import tests.flows.server.brief  # noqa: F401  # first
    from flows.recipe import recipe as recipes
    from flows.server import deployments

    deployments.SILENCE = SILENCE
    named, store = str(recipe), str(recipe.parent / "store")
    deployments.deploy(deployments.deployments(recipes.read(named), named, store))


@contextmanager
def flow_run(
    server: Server,
    variables: Mapping[str, str] = {},
    command: Sequence[str] = ENGINE,
    **parameters: Any,
) -> Iterator[str]:
    """A flow run and its process, which a worker starts by the same command."""
    run = server.start("lenta-chain", **parameters)
    pending = {"state": {"type": "PENDING", "name": "Pending"}}
    assert server.ask(f"flow_runs/{run}/set_state", pending)["status"] == "ACCEPT"
    settings = server.deployments()["lenta-chain"]["job_variables"]["env"]
    env = environment(
        **{**server.variables, **settings, **variables},
        PYTHONPATH=str(CHECKOUT),
        PREFECT__FLOW_RUN_ID=run,
    )
    process = fork(python, *command, env=env, log=server.home / f"{run}.log")
    try:
        yield run
    except AssertionError as error:
        error.add_note((server.home / f"{run}.log").read_text()[-4000:])
        raise
    finally:
        # The engine that it starts is a session of its own.
        for pid in processes(f"PREFECT__FLOW_RUN_ID={run}"):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.kill()
        process.join()


@contextmanager
def stopped(run: str) -> Iterator[None]:
    """The processes of a flow run do nothing while the block runs."""
    pids = processes(f"PREFECT__FLOW_RUN_ID={run}")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def states(server: Server, run: str) -> list[str]:
    """The names of the states of a flow run so far."""
    rows = server.ask(f"flow_run_states/?flow_run_id={run}")
    return [s["name"] for s in sorted(rows, key=lambda state: str(state["timestamp"]))]


def waits(server: Server, run: str) -> bool:
    return str(server.run(run)["state"]["name"]) == "Waiting"


def lives(server: Server, run: str) -> bool:
    """Whether the server has taken a flow run for a living one for a while."""
    for _ in range(3):
        if server.run(run)["state"]["name"] != "Running":
            return False
        time.sleep(1)
    return True


def test_runs_of_a_deployment_take_turns_over_an_approval_that_outlives_leases_and_the_server(
    server: Server,
) -> None:
    """The first one pauses, the second gives way to the third, and that one finds everything made and asks nobody.

    The server is away twice, longer than a silence after which who works is taken for dead: in the pause, and at work.
    """
    variables = {"UNTIL": str(server.home / "go")}  # it trains until then
    with ExitStack() as runs:
        line = runs.enter_context(forwarded(server.port))
        # What it says twice, as a busy server's answer is lost, is no error: that it pauses, and its question.
        line.loses = [b'"PAUSED"', b'-schema","value"', b'-description","value"']
        through = {"PREFECT_API_URL": f"http://127.0.0.1:{line.port}/api"}
        first = runs.enter_context(flow_run(server, variables | through, approval=True))
        server.asks(first)
        until(lambda: not line.loses)
        second, third = (
            runs.enter_context(flow_run(server, variables, approval=True)) for _ in range(2)
        )
        # Who stood still for longer than a silence may be dead to the server for a moment, till it is heard again.
        until(lambda: waits(server, third), log=lambda: server.told(third))
        sentence = f"a newer run of this deployment waits: {server.run(third)['name']}"
        until(
            lambda: (
                (state := server.run(second)["state"])["type"] == "CANCELLED"
                and state["message"] == sentence
            ),
            log=lambda: server.told(second),
        )
        for run in (first, third):  # that it waits is said beside its state
            server.until(run, lambda run=run: server.heard(run, WAITS))
        server.close()
        time.sleep(SILENCE + 1)  # whoever only waits owes no sign of life
        server.begin()
        time.sleep(2 * LEASE)
        assert server.run(first)["state"]["type"] == "PAUSED", server.log(first)
        assert waits(server, third), "two runs at once"
        server.resume(first, approved=True)
        trains = server.home / "store/tmp/scratch"
        server.until(first, lambda: list(trains.glob("pretrain/*/*")))
        server.close()
        time.sleep(SILENCE + 1)
        back = datetime.now(UTC).isoformat()
        server.begin()
        until(lambda: server.heard(first, ALIVE, back), log=lambda: server.told(first))
        until(lambda: lives(server, first), log=lambda: server.told(first))
        (server.home / "go").touch()
        for run in (first, third):
            until(
                lambda run=run: server.run(run)["state"]["name"] == "Completed",
                log=lambda run=run: server.told(run),
            )
        assert server.run(first)["name"].startswith("lenta ")
    named = {"filter": {"event": {"name": ["tahona.chain.done"]}}}
    until(lambda: server.ask("events/filter", named)["total"])
    time.sleep(WRITTEN)
    assert server.ask("events/filter", named)["total"] == 1, "it changed nothing, and said so"


def test_a_cancel_is_heard_after_an_outage_in_which_the_worker_gave_up_looking(
    server: Server, tmp_path: Path
) -> None:
    """Three looks in vain, each after its retries, are minutes; with two retries half a minute.

    Without any a busy SQLite, which refuses now and then, would end a run that only begins.
    """
    # The slot of a run that lost its server is free after minutes.
    server.ask("v2/concurrency_limits/gpu", {"limit": 2}, "PATCH")
    store, long = tmp_path / "store", ["pretrain.steps=100000"]
    with (
        forwarded(server.port) as line,
        flow_run(
            server,
            {
                "PREFECT_API_URL": f"http://127.0.0.1:{line.port}/api",
                "PREFECT_CLIENT_MAX_RETRIES": "2",
            },
            WATCHED,
            store=str(store),
            overrides=long,
        ) as run,
    ):
        trains = store / "tmp/scratch/pretrain"
        server.until(run, lambda: list(trains.glob("*/*")))
        line.cut()
        log = server.home / f"{run}.log"
        until(lambda: "flow run cancellation will fail" in log.read_text(), log=log.read_text)
        line.mend()
        # The server may take it for dead, or hear its signs in time; here it is told so, as of signs that were missed.
        dead = {"state": {"type": "CRASHED", "name": "Crashed"}, "force": True}
        server.ask(f"flow_runs/{run}/set_state", dead)
        denied = ["Crashed", "Running"]
        until(lambda: states(server, run)[-2:] == denied, log=lambda: server.told(run))
        with stopped(run):  # both are said before it looks again
            cancelling = {"type": "CANCELLING", "name": "Cancelling"}
            for request in ({"state": cancelling, "force": True}, dead):
                server.ask(f"flow_runs/{run}/set_state", request)
        state = until(
            lambda: (s := server.run(run)["state"])["type"] == "CANCELLED" and s,
            log=lambda: server.told(run),
        )
        assert "saw that itself" in state["message"]
        until(lambda: not processes(f"PREFECT__FLOW_RUN_ID={run}"))

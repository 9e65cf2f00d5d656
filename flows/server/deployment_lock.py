"""One run at a time of a deployment, by a lock in the store: Prefect's own limit kills a run that has paused.

The server gives back the slot of a run that pauses, and the client ends the run when it can't renew it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from uuid import UUID

import httpx
from prefect import get_run_logger, runtime
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateName,
)
from prefect.client.schemas.objects import FlowRun
from prefect.states import Running

from flows.chain.chain import Chain
from flows.server.heartbeat import Heartbeat
from pipeline.errors import Stopped
from pipeline.store.lock import hold, owner

LOOK = 5.0  # seconds between two looks whether it is this run's turn
WAITING = "Waiting"  # how the page names the state of a run until its turn


class GaveWay(Stopped):
    """A newer run of the same deployment waits, or a person cancelled this one; the message says which."""


@contextmanager
def deployment_lock(chain: Chain, flow: str, heartbeat: Heartbeat) -> Iterator[None]:
    """Holds the turn of the flow run's deployment while the block runs, over its pauses too.

    Raises GaveWay where a newer run waits as well, or this one was cancelled. A run of no deployment needs no turn.
    """
    if not runtime.deployment.id:
        yield
        return
    lock = f"flow-{chain.recipe.name}-{flow}"

    with ExitStack() as kept:

        def taken() -> bool:
            with ExitStack() as trial:
                ours = hold(chain.store, lock, wait=False, stop=chain.stop, run=chain.runner.name)
                if trial.enter_context(ours):
                    kept.push(trial.pop_all())
                    return True
            return False

        if not taken():
            with heartbeat.suspended():
                _wait(chain, lock, taken)
        yield


def _wait(chain: Chain, lock: str, taken: Callable[[], bool]) -> None:
    holder = owner(chain.store, lock) or "another run"
    get_run_logger().info("waiting for the run before it (%s)", holder)
    waits = False
    while True:
        waits = waits or _become(WAITING)
        if waits:
            _look()
        time.sleep(LOOK)  # which a cancellation ends
        if taken():
            break
    if waits:
        _become("Running")


def _become(name: str) -> bool:
    """Sets the name of the state of this run; whether the server answered."""
    try:
        with get_client(sync_client=True) as client:
            client.set_flow_run_state(UUID(runtime.flow_run.id), Running(name=name))
    except httpx.HTTPError:
        return False
    return True


def _look() -> None:
    """Raises GaveWay where this run is not the newest of those that wait; the server may be away meanwhile.

    A cancellation is seen here too: after some silence of the server Prefect looks for none any more.
    """
    waiting = FlowRunFilterState(name=FlowRunFilterStateName(any_=[WAITING]))
    ours = DeploymentFilterId(any_=[UUID(runtime.deployment.id)])
    try:
        with get_client(sync_client=True) as client:
            runs = client.read_flow_runs(
                deployment_filter=DeploymentFilter(id=ours),
                flow_run_filter=FlowRunFilter(state=waiting),
            )
    except httpx.HTTPError:
        return
    if runtime.flow_run.id not in {str(run.id) for run in runs}:
        raise GaveWay("it was cancelled while it waited for its turn")
    newest = max(runs, key=_age)
    if str(newest.id) != runtime.flow_run.id:
        raise GaveWay(f"a newer run of this deployment waits: {newest.name}")


def _age(run: FlowRun) -> tuple[datetime, str]:
    """By when it was to start; what is due at one moment, by its id."""
    return run.expected_start_time or datetime.min.replace(tzinfo=UTC), str(run.id)

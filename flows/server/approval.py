"""A person's yes before a training: the flow run is Paused until they answer, however long that takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from math import ceil
from uuid import UUID, uuid4

import httpx
from prefect import State, get_run_logger, runtime
from prefect.client.orchestration import get_client
from prefect.exceptions import Pause, PrefectHTTPStatusError
from prefect.input import RunInput, create_flow_run_input, keyset_from_paused_state
from prefect.states import Paused
from prefect.utilities.engine import propose_state_sync
from pydantic import Field

from flows.server.heartbeat import Heartbeat
from pipeline.errors import Stopped, TahonaError

LOOK = 5  # seconds between two looks whether the person has answered


class Approval(RunInput):
    """What a person answers before the training begins."""

    approved: bool = Field(True, description="Whether the training may begin.")
    reason: str = Field("", description="Why not; the state of the run will say it.")


class Refused(Stopped):
    """A person refused, or cancelled the run; the message has the reason."""


def asking(recipe: str, hours: float, heartbeat: Heartbeat) -> Callable[[str], None]:
    """What pauses the flow run before a stage until a person answers, outside any task and without a slot.

    It raises Refused after a refusal, and TahonaError where nobody answered within so many hours.
    """

    def ask(stage: str) -> None:
        question = f"{recipe} is ready to train. Resume the run to let {stage} begin."
        paused: State[None] = Paused(
            timeout_seconds=ceil(hours * 3600),
            pause_key=f"{stage}-{uuid4()}",
            message=f"{stage} waits for a person's approval, at most {hours:g} hours",
        )
        keys = keyset_from_paused_state(paused)
        paused.state_details.run_input_keyset = {str(k): v for k, v in keys.items()}
        run = UUID(runtime.flow_run.id)
        with heartbeat.suspended():
            # Asked again, as its answer was lost, the server says that the run is paused already.
            with get_client(sync_client=True) as client, suppress(Pause):
                propose_state_sync(client, paused, flow_run_id=run)
            # Not before, as the server deletes then what was written.
            _write(partial(Approval.save, keys, run))
            _write(partial(create_flow_run_input, keys["description"], question, run))
            get_run_logger().info("%s: waiting for a person's approval", stage)
            _await_answer(stage, hours)
        answer = Approval.load(keys, run)
        assert isinstance(answer, Approval)  # not awaited, as there is no event loop here
        if not answer.approved:
            reason = answer.reason or "no reason was given"
            raise Refused(f"{stage} was not approved: {reason}")

    return ask


def _write(write: Callable[[], object]) -> None:
    """Writes a message of the question; sent twice, as an answer of the server was lost, it is there already."""
    try:
        write()
    except PrefectHTTPStatusError as error:
        if error.response.status_code != HTTPStatus.CONFLICT:
            raise


def _await_answer(stage: str, hours: float) -> None:
    """Waits until the server lets the run go on. It may be unreachable meanwhile; Prefect's own waiting fails then.

    When the time is over, the server fails the run; until then it accepts no other end.
    """
    while True:
        time.sleep(LOOK)
        try:
            with get_client(sync_client=True) as client:
                state = client.read_flow_run(runtime.flow_run.id).state
        except httpx.HTTPError:
            continue
        if state is None or state.is_paused():
            continue
        if state.is_failed():
            raise TahonaError(
                f"nobody approved {stage} within {hours:g} hours: start the run again"
            )
        if state.is_running():
            return
        if state.is_cancelling():  # after some silence of the server Prefect looks for that no more
            raise Refused(f"it was cancelled while it waited for an approval of {stage}")
        raise TahonaError(
            f"the server took this run for {state.name} while it waited for an approval of {stage}: "
            "start it again"
        )

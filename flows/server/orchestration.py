"""The Prefect flows `data`, `train`, `evaluate` and `chain`, generic over recipes.

They are thin: the runner and the store do the work and keep every result; Prefect starts, shows and
cancels it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from flows.chain.chain import Chain, new_run
from flows.chain.stages import CHAIN, STAGES, belongs
from flows.recipe import recipe as recipes
from flows.recipe.recipe import Recipe
from flows.report import write_report
from flows.server.recording import begun, settle
from pipeline.errors import Stopped, TahonaError, UsageError
from pipeline.run.runner import Result, Watchers

settle()

from prefect import State, flow, runtime  # noqa: E402
from prefect.client.orchestration import get_client  # noqa: E402
from prefect.events import emit_event  # noqa: E402
from prefect.exceptions import FlowPauseTimeout  # noqa: E402
from prefect.flow_runs import pause_flow_run  # noqa: E402
from prefect.input import RunInput  # noqa: E402
from prefect.states import Cancelled  # noqa: E402
from pydantic import Field  # noqa: E402

from flows.server import tasks  # noqa: E402
from flows.server.artifacts import tell_run  # noqa: E402
from flows.server.live import Page  # noqa: E402

RETRIES = (10, 60)  # seconds before a stage is tried again after a broken connection
LOOK = 5  # seconds between two looks whether the person has answered
EXPIRY = 60.0  # seconds that the server has to end a pause; it looks every five

Hours = Annotated[float, Field(gt=0, le=365 * 24)]
Override = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*(\.[^.=\s]+)+=")]


class Approval(RunInput):
    """What a person answers before the training begins."""

    approved: bool = Field(True, description="Whether the training may begin.")
    reason: str = Field("", description="Why not; the state of the run will say it.")


class _Refused(Stopped):
    """A person said no; the message says why."""


def _name() -> str:
    """A flow run is named after its recipe and the run by which the store knows it."""
    return f"{Path(runtime.flow_run.parameters['recipe']).stem} {new_run()}"


@flow(flow_run_name=_name, persist_result=False, result_serializer="json")
def data(
    recipe: str,
    store: str = "",
    overrides: list[Override] = [],  # noqa: B006
    edition: str = "",
    timezone: str = "UTC",
) -> None:
    """From the sources of a recipe to its corpus.

    Args:
        recipe: The name of a built-in recipe, or the path of a YAML file on the worker's machine.
        store: Where everything lies, a folder or a URL; empty: TAHONA_STORE of the worker.
        overrides: Parameters to change, each as `stage.key=value`.
        edition: The name of the crawl's edition; `date` is the day that the run is due; empty: the recipe's.
        timezone: Where that day is looked up, as Europe/Madrid.
    """
    _run("data", recipe, store, overrides, _edition(edition, timezone))


@flow(flow_run_name=_name, persist_result=False, result_serializer="json")
def train(
    recipe: str,
    store: str = "",
    overrides: list[Override] = [],  # noqa: B006
    approval: bool = False,
    approval_hours: Hours = 168,
) -> State[None] | None:
    """From the corpus of a recipe, as it is in the store, to its model.

    Args:
        recipe: The name of a built-in recipe, or the path of a YAML file on the worker's machine.
        store: Where everything lies, a folder or a URL; empty: TAHONA_STORE of the worker.
        overrides: Parameters to change, each as `stage.key=value`.
        approval: Pause before the training until a person resumes the run; on as well by the recipe's `run.approval`.
        approval_hours: How long it waits for that person before it fails.
    """
    return _run("train", recipe, store, overrides, None, approval, approval_hours)


@flow(flow_run_name=_name, persist_result=False, result_serializer="json")
def evaluate(
    recipe: str,
    store: str = "",
    overrides: list[Override] = [],  # noqa: B006
) -> None:
    """The figures of the model of a recipe, as it is in the store.

    Args:
        recipe: The name of a built-in recipe, or the path of a YAML file on the worker's machine.
        store: Where everything lies, a folder or a URL; empty: TAHONA_STORE of the worker.
        overrides: Parameters to change, each as `stage.key=value`.
    """
    _run("evaluate", recipe, store, overrides)


@flow(flow_run_name=_name, persist_result=False, result_serializer="json")
def chain(
    recipe: str,
    store: str = "",
    overrides: list[Override] = [],  # noqa: B006
    edition: str = "",
    timezone: str = "UTC",
    approval: bool = False,
    approval_hours: Hours = 168,
) -> State[None] | None:
    """The whole way of a recipe, from its sources to the figures of its model.

    Args:
        recipe: The name of a built-in recipe, or the path of a YAML file on the worker's machine.
        store: Where everything lies, a folder or a URL; empty: TAHONA_STORE of the worker.
        overrides: Parameters to change, each as `stage.key=value`.
        edition: The name of the crawl's edition; `date` is the day that the run is due; empty: the recipe's.
        timezone: Where that day is looked up, as Europe/Madrid.
        approval: Pause before the training until a person resumes the run; on as well by the recipe's `run.approval`.
        approval_hours: How long it waits for that person before it fails.
    """
    named = _edition(edition, timezone)
    return _run(CHAIN, recipe, store, overrides, named, approval, approval_hours)


def _run(
    part: str,
    name: str,
    store: str,
    overrides: Sequence[str],
    edition: str | None = None,
    approval: bool = False,
    approval_hours: float = 0,
) -> State[None] | None:
    """The body of every flow: earlier stages as they are, its own as tasks, the report, the event."""
    from flows.chain.place import open_store
    from flows.report.at_end import report_failure

    if not store and runtime.deployment.id and not os.environ.get("TAHONA_STORE"):
        # The working folder of a worker's run is one that is deleted after it.
        raise UsageError(
            "no store is named: give the parameter `store`, or set TAHONA_STORE for the worker"
        )
    recipe = recipes.read(name, overrides, edition=edition)
    before, stages = divided(recipe, part)
    held = Chain(recipe, open_store(store), run=_run_name(), watchers=Watchers([Page(recipe.name)]))

    def compute(stage: str) -> Result:
        # Tried again, the failure of the first attempt is no result of the run.
        held.results[:] = [r for r in held.results if r.stage != stage]
        return tasks.beside(held, stage)

    refused: State[None] | None = None
    try:
        with begun(held, before, stages):
            try:
                asked = approval or recipe.layout.run.approval
                ask = _approval(recipe, approval_hours) if asked else None
                tasks.run(held, stages, compute, RETRIES, ask)
            except _Refused as error:
                refused = Cancelled(message=str(error))
    except TahonaError:
        if report := report_failure(held):
            tell_run(held, report)
        raise
    tell_run(held, write_report(held.store, recipe.name))
    if refused is None:
        _announce(part, held, name)
    return refused


def _approval(recipe: Recipe, hours: float) -> Callable[[str], None]:
    """Pauses the flow run until a person answers, outside any task and without a slot."""

    def ask(stage: str) -> None:
        question = Approval.with_initial_data(
            description=f"{recipe.name} is ready to train. Resume the run to let {stage} begin."
        )
        try:
            answer = pause_flow_run(question, timeout=ceil(hours * 3600), poll_interval=LOOK)
        except FlowPauseTimeout as error:
            _await_expiry()
            raise TahonaError(
                f"nobody approved {stage} within {hours:g} hours: start the run again"
            ) from error
        if not answer.approved:
            reason = answer.reason or "no reason was given"
            raise _Refused(f"{stage} was not approved: {reason}")

    return ask


def _await_expiry() -> None:
    """The server fails a pause that is over within seconds, and until then takes no other end, nor its reason."""
    end = time.monotonic() + EXPIRY
    with get_client(sync_client=True) as client:
        while time.monotonic() < end:
            state = client.read_flow_run(runtime.flow_run.id).state
            if state is None or not state.is_paused():
                return
            time.sleep(1)


def _announce(part: str, held: Chain, name: str) -> None:
    """Tells the server what is done, with what the flow that goes on from it must be given."""
    emit_event(
        f"tahona.{part}.done",
        {
            "prefect.resource.id": f"tahona.recipe.{held.recipe.name}",
            "prefect.resource.name": held.recipe.name,
        },
        payload={
            "recipe": name,
            "store": held.store.url,
            "overrides": list(held.recipe.overrides),
        },
    )


def _edition(edition: str, timezone: str) -> str | None:
    try:
        zone = ZoneInfo(timezone)
    except (KeyError, ValueError, OSError) as error:
        raise UsageError(
            f"there is no time zone {timezone!r}: write one as Europe/Madrid"
        ) from error
    if edition == "date":
        due: datetime = runtime.flow_run.scheduled_start_time or datetime.now(UTC)
        edition = due.astimezone(zone).date().isoformat()
    return edition or None


def divided(recipe: Recipe, part: str) -> tuple[list[str], list[str]]:
    """The stages of a recipe that come before a flow, and those of the flow that it has."""
    found = {name for name in recipe.stages if belongs(recipe.kind(name), part)}
    if not found:
        wanted = ", ".join(kind for kind in STAGES if belongs(kind, part))
        raise UsageError(
            f"the recipe {recipe.name} has none of {wanted}: it has {', '.join(recipe.stages)}"
        )
    return recipe.divided(found)


def _run_name() -> str:
    return str(runtime.flow_run.name).rpartition(" ")[2]

"""The Prefect flows `data`, `train`, `evaluate` and `chain`, generic over recipes.

They are thin: the runner and the store do the work and keep every result; Prefect starts, shows and
cancels it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from flows.chain.chain import Chain, Incomplete
from flows.chain.record import new_run
from flows.recipe import recipe as recipes
from flows.recipe.recipe import Recipe
from flows.report.run_report import report_failure, written
from flows.server.recording import begun, settle
from flows.stages import CHAIN, STAGES, belongs
from flows.store.records import runs
from pipeline.errors import TahonaError, UsageError
from pipeline.run.runner import Result, Watchers

settle()

from prefect import State, flow, get_run_logger, runtime  # noqa: E402
from prefect.events import emit_event  # noqa: E402
from prefect.exceptions import TerminationSignal  # noqa: E402
from prefect.states import Cancelled  # noqa: E402
from pydantic import Field  # noqa: E402

from flows.server import tasks  # noqa: E402
from flows.server.approval import Refused, asking  # noqa: E402
from flows.server.artifacts import tell_run  # noqa: E402
from flows.server.deployment_lock import GaveWay, deployment_lock  # noqa: E402
from flows.server.heartbeat import Heartbeat  # noqa: E402
from flows.server.live_progress import Page  # noqa: E402
from flows.server.masked_errors import masked_errors  # noqa: E402

_FLOW = "flow "  # before its name: what ran, in the record of a run
UNHEARD = "it was cancelled, and saw that itself: its worker had lost sight of the server"
RETRIES = (10, 60)  # seconds before a stage is tried again after a broken connection

Hours = Annotated[float, Field(gt=0, le=365 * 24)]


def _name() -> str:
    """A flow run is named after its recipe and the run by which the store knows it."""
    recipe = runtime.flow_run.parameters["recipe"]
    try:
        name = recipes.read(recipe).name
    except TahonaError:  # the run reports what is wrong with it
        name = Path(recipe).stem
    return f"{name} {new_run()}"


@flow(flow_run_name=_name, persist_result=False, result_serializer="json")
def data(
    recipe: str,
    store: str = "",
    overrides: list[str] = [],  # noqa: B006
    edition: str = "",
    timezone: str = "UTC",
) -> State[None] | None:
    """From the sources of a recipe to its corpus.

    Args:
        recipe: The name of a built-in recipe, or the path of a YAML file on the worker's machine.
        store: Where everything lies, a folder or a URL; empty: TAHONA_STORE of the worker.
        overrides: Parameters to change, each as `stage.key=value`.
        edition: The name of the crawl's edition; `date` is the day that the run is due; empty: the recipe's.
        timezone: Where that day is looked up, as Europe/Madrid.
    """
    return _run("data", recipe, store, overrides, _edition(edition, timezone))


@flow(flow_run_name=_name, persist_result=False, result_serializer="json")
def train(
    recipe: str,
    store: str = "",
    overrides: list[str] = [],  # noqa: B006
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
    overrides: list[str] = [],  # noqa: B006
) -> State[None] | None:
    """The figures of the model of a recipe, as it is in the store.

    Args:
        recipe: The name of a built-in recipe, or the path of a YAML file on the worker's machine.
        store: Where everything lies, a folder or a URL; empty: TAHONA_STORE of the worker.
        overrides: Parameters to change, each as `stage.key=value`.
    """
    return _run("evaluate", recipe, store, overrides)


@flow(flow_run_name=_name, persist_result=False, result_serializer="json")
def chain(
    recipe: str,
    store: str = "",
    overrides: list[str] = [],  # noqa: B006
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


@masked_errors()
def _run(
    flow_name: str,
    name: str,
    store: str,
    overrides: Sequence[str],
    edition: str | None = None,
    approval: bool = False,
    approval_hours: float = 0,
) -> State[None] | None:
    """The body of every flow: earlier stages as they are, its own as tasks, the report, the event.

    `name` is the recipe. None where all is done, else the state Cancelled with its reason.
    Raises UsageError where no store is named or the recipe is wrong, TahonaError where a stage fails.
    """
    from flows.store.place import open_store

    if not store and runtime.deployment.id and not os.environ.get("TAHONA_STORE"):
        # The working folder of a worker's run is one that is deleted after it.
        raise UsageError(
            "no store is named: give the parameter `store`, or set TAHONA_STORE for the worker"
        )
    recipe = recipes.read(name, overrides, edition=edition)
    if renamed := _renamed(recipe.name, flow_name):
        get_run_logger().warning("%s", renamed)
    before, stages = divided(recipe, flow_name)
    recipe.tell_unintended(stages)
    page = Page(recipe.name)
    chain = Chain(
        recipe,
        open_store(store),
        run=_run_name(),
        watchers=Watchers([page]),
        command=_FLOW + flow_name,
    )
    wants_approval = approval or recipe.layout.run.approval
    with closing(page), Heartbeat(chain.stop) as heartbeat, ExitStack() as kept:
        kept.callback(chain.close)
        ask = asking(recipe.name, approval_hours, heartbeat) if wants_approval else None
        try:
            kept.enter_context(deployment_lock(chain, flow_name, heartbeat))
        except GaveWay as error:
            return Cancelled(message=str(error))
        try:
            with masked_errors(chain.told):
                refused = _work(chain, before, stages, ask)
        except TerminationSignal:
            if not heartbeat.cancelled:
                raise
            return Cancelled(message=UNHEARD)
        except Incomplete:
            _pass_on(flow_name, chain, name)
            raise
        if chain.results:  # a no to its first stage leaves nothing to report
            tell_run(chain, written(chain))
        if refused:
            return Cancelled(message=str(refused))
        _pass_on(flow_name, chain, name)
    return None


def _work(
    chain: Chain,
    before: Sequence[str],
    stages: Sequence[str],
    ask: Callable[[str], None] | None,
) -> Refused | None:
    """The stages as tasks, after those `before` as they are committed; a person's refusal, if there was

    one. Raises TahonaError where a stage fails, once the report shows what was done.
    """

    def compute(stage: str) -> Result:
        # Tried again, the failure of the first attempt is no result of the run.
        chain.results[:] = [r for r in chain.results if r.stage != stage]
        return tasks.beside(chain, stage)

    try:
        with begun(chain, before, stages):
            try:
                tasks.run(chain, stages, compute, RETRIES, ask)
            except Refused as error:
                return error  # it is no failure of the run
    except TahonaError:
        if report := report_failure(chain):
            tell_run(chain, report)
        raise
    return None


def owed(chain: Chain) -> bool:
    """Whether the flow that made what this one reused ended before it sent its event: by its record."""
    fingerprints = {r.stage: r.fingerprint for r in chain.results}
    for record in runs(chain.store, chain.recipe.name):
        same = fingerprints.items() <= record["datasets"].items()
        if record["run"] != chain.run and same and record.get("command") == chain.command:
            return not record.get("announced")
    return False


def _pass_on(flow_name: str, chain: Chain, name: str) -> None:
    """Sends the event that starts the next flow, and records it.

    One that changed nothing would start what changes nothing either; but one that a kill kept back is owed.
    """
    if any(result.state != "reused" for result in chain.results) or owed(chain):
        _announce(flow_name, chain, name)
    chain.announced()


def _announce(flow_name: str, chain: Chain, name: str) -> None:
    """Sends the event of what is done, with the parameters of the flow that goes on from it."""
    emit_event(
        f"tahona.{flow_name}.done",
        {
            "prefect.resource.id": f"tahona.recipe.{chain.recipe.name}",
            "prefect.resource.name": chain.recipe.name,
        },
        payload={
            "recipe": name,
            "store": chain.store.url,
            "overrides": list(chain.recipe.overrides),
        },
    )


def _renamed(recipe: str, flow_name: str) -> str | None:
    """That the recipe of a deployment has another name than when it was served: its events are of the new one."""
    served = runtime.deployment.name
    if not served or served == f"{recipe}-{flow_name}":
        return None
    return (
        f"the recipe of {served} is called {recipe} now: what follows by event waits for the old name "
        "until the recipe is served again"
    )


def _edition(edition: str, timezone: str) -> str | None:
    """The name of the crawl's edition: of `date` the day, as 2026-11-26, that the run is due in a time zone.

    None leaves it to the recipe. Raises UsageError where there is no such zone.
    """
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


def divided(recipe: Recipe, flow_name: str) -> tuple[list[str], list[str]]:
    """The names of the stages that come before a flow, and of those that are its own, each in order.

    Raises UsageError where the recipe has none of the flow.
    """
    names = {name for name in recipe.stages if belongs(recipe.kind(name), flow_name)}
    if not names:
        wanted = ", ".join(kind for kind in STAGES if belongs(kind, flow_name))
        raise UsageError(
            f"the recipe {recipe.name} has none of {wanted}: it has {', '.join(recipe.stages)}"
        )
    return recipe.divided(names)


def _run_name() -> str:
    return str(runtime.flow_run.name).rpartition(" ")[2]

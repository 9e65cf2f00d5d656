"""The deployments of a recipe: what a Prefect server can start of it, when, and after what."""

from __future__ import annotations

import os
import shlex
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from flows.recipe.recipe import Recipe
from flows.recipe.schedule import Schedule
from flows.server.recording import settle
from flows.server.schedule_check import flows_of

# `orchestration` has settled what Prefect reads when it is imported.
from flows.stages import ABOUTS, STAGES
from flows.web.address import VARIABLE
from pipeline.errors import UsageError
from pipeline.model.about import FLOWS

settle()

from prefect.client.orchestration import SyncPrefectClient, get_client  # noqa: E402
from prefect.client.schemas.actions import (  # noqa: E402
    DeploymentUpdate,
    GlobalConcurrencyLimitCreate,
    WorkPoolCreate,
)
from prefect.client.schemas.objects import (  # noqa: E402
    StateType,
    WorkerStatus,
)
from prefect.deployments.runner import RunnerDeployment  # noqa: E402
from prefect.events import DeploymentEventTrigger  # noqa: E402
from prefect.events.actions import ChangeFlowRunState  # noqa: E402
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture  # noqa: E402
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound  # noqa: E402
from prefect.runner.storage import LocalStorage  # noqa: E402
from prefect.schedules import Cron  # noqa: E402
from prefect.types.entrypoint import EntrypointType  # noqa: E402

from flows.server import orchestration  # noqa: E402
from flows.server.heartbeat import ALIVE, EVERY, TAG, WAITS  # noqa: E402

POOL = "tahona"
SLOTS = 1  # of a concurrency limit that a stage waits for, where the server has none yet
SILENCE = 4 * EVERY  # seconds without a sign of life after which a run is taken for dead
RETRIES = "PREFECT_CLIENT_MAX_RETRIES"
PATIENT = (
    "9"  # times, each after twice the time: a quarter of an hour; Prefect's own 5 are a minute
)
AFTER = dict(zip(FLOWS[1:], FLOWS, strict=False))  # which flow starts by the end of which

_DESCRIPTIONS = {
    "data": "From the sources of {} to its corpus.",
    "train": "From the corpus of {} to its model, whenever its data flow has made one.",
    "evaluate": "The figures of the model of {}, whenever its train flow has made one.",
    "chain": "The whole way of {}, from its sources to the figures of its model.",
}


def deployments(recipe: Recipe, named: str, store: str) -> list[RunnerDeployment]:
    """A deployment `<recipe>-<flow>` for each flow that the recipe has stages for.

    `named` is the recipe for the worker, `store` the URL of the store. Raises UsageError for a schedule
    of a flow that the recipe does not have, or with overrides that it does not know.
    """
    parameters = {"recipe": named, "store": store}
    return [_deployment(recipe, flow, parameters) for flow in flows_of(recipe, named)]


def _deployment(recipe: Recipe, flow: str, parameters: Mapping[str, Any]) -> RunnerDeployment:
    deployment: Any = getattr(orchestration, flow).to_deployment(
        f"{recipe.name}-{flow}",
        description=_DESCRIPTIONS[flow].format(recipe.name),
        parameters=dict(parameters),
        schedules=[
            _cron(recipe, number, schedule)
            for number, schedule in enumerate(recipe.layout.schedules)
            if schedule.flow == flow
        ],
        triggers=[_trigger(recipe, AFTER[flow])] if flow in AFTER else [],
        tags=[TAG, recipe.name],
        work_pool_name=POOL,
        job_variables={
            "working_dir": str(Path.cwd()),  # where relative paths start, as on the command line
            # By default a worker prepares a workspace first, in a process that imports Prefect again.
            "command": f"{shlex.quote(sys.executable)} -m flows.server.prefect_process engine",
            "env": _environment(),
        },
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    assert isinstance(deployment, RunnerDeployment)  # not awaited, as there is no event loop here
    # By default a worker would copy all of that folder, store included, to a temporary one before every run.
    deployment.storage = LocalStorage(str(Path.cwd()))
    return deployment


def _environment() -> dict[str, str]:
    """Of a run, whichever worker takes it: how long it tolerates an unreachable server, and where the pages are."""
    retries = {RETRIES: os.environ.get(RETRIES, PATIENT)}
    return {**retries, **({VARIABLE: os.environ[VARIABLE]} if VARIABLE in os.environ else {})}


def _cron(recipe: Recipe, number: int, schedule: Schedule) -> Any:
    parameters: dict[str, Any] = {}
    if schedule.edition and any(STAGES[recipe.kind(n)].edition for n in recipe.params):
        parameters = {"edition": schedule.edition, "timezone": schedule.timezone}
    if schedule.overrides:
        parameters["overrides"] = schedule.overrides
    return Cron(
        schedule.cron,
        timezone=schedule.timezone,
        active=schedule.active,
        parameters=parameters,
        slug=f"{schedule.flow}-{number + 1}",
    )


def _trigger(recipe: Recipe, before: str) -> DeploymentEventTrigger:
    """Starts a flow when the one before it is done, with the same recipe, store and overrides."""
    return DeploymentEventTrigger(
        name=f"{recipe.name}: {before} is done",
        match={"prefect.resource.id": f"tahona.recipe.{recipe.name}"},
        expect={f"tahona.{before}.done"},
        parameters={
            "recipe": "{{ event.payload.recipe }}",
            "store": "{{ event.payload.store }}",
            "overrides": {
                "__prefect_kind": "json",
                "value": {
                    "__prefect_kind": "jinja",
                    "template": "{{ event.payload.overrides | tojson }}",
                },
            },
        },
    )


def worker_name(titles: Sequence[str]) -> str:
    """The name of a worker on the server: the recipes that it was started for, and where it runs."""
    return f"{' '.join(titles)} ({socket.gethostname()} {os.getpid()})"


def deploy(built: list[RunnerDeployment]) -> None:
    """Makes the server know work pool, limit, watch over the dead, and the deployments; again is no harm.

    Raises UsageError where a living `tahona serve` has a recipe of the same name from another place.
    """
    from prefect.workers.process import ProcessWorker

    with get_client(sync_client=True) as client:
        try:
            client.read_work_pool(POOL)
        except ObjectNotFound:
            template = ProcessWorker.get_default_base_job_template()
            with suppress(ObjectAlreadyExists):  # another `serve` was quicker
                client.create_work_pool(
                    WorkPoolCreate(name=POOL, type="process", base_job_template=template)
                )
        for deployment in built:
            _check_free(client, deployment)
        for slot in sorted({about.slot for about in ABOUTS if about.slot}):
            try:
                client.read_global_concurrency_limit_by_name(slot)
            except ObjectNotFound:
                limit = GlobalConcurrencyLimitCreate(name=slot, limit=SLOTS)
                with suppress(ObjectAlreadyExists):
                    client.create_global_concurrency_limit(limit)
        watch = undertaker()
        automations = client.read_automations_by_name(watch.name)
        if not automations:
            client.create_automation(watch)
        for kept in automations:  # an earlier version watched for other signs
            client.update_automation(kept.id, watch)
        for deployment in built:
            _apply(client, deployment)


def _check_free(client: SyncPrefectClient, deployment: RunnerDeployment) -> None:
    """A deployment of the same name is replaced, unless a living worker serves it from elsewhere."""
    with suppress(ObjectNotFound):
        kept = client.read_deployment_by_name(deployment.full_name).parameters
        if kept == deployment.parameters:
            return
        title = deployment.name.rpartition("-")[0]
        for worker in client.read_workers_for_work_pool(POOL):
            if worker.status == WorkerStatus.ONLINE and title in worker.name.split():
                raise UsageError(
                    f"the server has the recipe {title} from {kept.get('recipe')} with the store "
                    f"{kept.get('store')} already, served as {worker.name}: give one of the two another "
                    "`name`, or end that `tahona serve` (a killed one is forgotten after two minutes)"
                )


def _apply(client: SyncPrefectClient, deployment: RunnerDeployment) -> None:
    """Deploys, and makes schedules and parameters those of the recipe and no more.

    The server keeps schedules that a deployment no longer has, unless they are deleted one by one; and it
    would take a parameter that no flow knows, with which the run could only crash.
    """
    wanted = {schedule.slug for schedule in deployment.schedules or []}
    deployment.apply()
    kept = client.read_deployment_by_name(deployment.full_name)
    for schedule in kept.schedules:
        if schedule.slug not in wanted:
            client.delete_deployment_schedule(kept.id, schedule.id)
    schema = {**(kept.parameter_openapi_schema or {}), "additionalProperties": False}
    client.update_deployment(kept.id, DeploymentUpdate(parameter_openapi_schema=schema))


def undertaker() -> AutomationCore:
    """Marks a flow run of ours as Crashed when it gave signs of life and then none, nor an end, nor is it paused."""
    ends = ("Completed", "Failed", "Cancelled", "Crashed")
    return AutomationCore(
        name="tahona: a run without a sign of life has crashed",
        description=f"{SILENCE} seconds after the last sign of life of a run that has not ended.",
        trigger=EventTrigger(
            posture=Posture.Proactive,
            match={"prefect.resource.id": "prefect.flow-run.*"},
            match_related={
                "prefect.resource.role": "tag",
                "prefect.resource.id": f"prefect.tag.{TAG}",
            },
            for_each={"prefect.resource.id"},
            after={ALIVE},
            expect={ALIVE, WAITS, *(f"prefect.flow-run.{end}" for end in ends)},
            threshold=1,
            within=timedelta(seconds=SILENCE),
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED,
                message=f"it gave no sign of life for {SILENCE} seconds: run it again to go on from there",
            )
        ],
    )

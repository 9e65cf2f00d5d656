"""A stage as a Prefect task: in a thread of its own, in its slot, retried after a broken connection."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from http import HTTPStatus
from typing import Any

from prefect import State, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.concurrency.sync import concurrency
from prefect.exceptions import ObjectNotFound, TerminationSignal

from flows.chain.chain import Chain
from flows.server.artifacts import tell
from flows.server.device_lock import device_lock
from flows.server.masked_errors import masked_errors
from flows.stages import STAGES
from pipeline.errors import transient
from pipeline.run.runner import Result, Slice

GRACE = 20.0  # seconds that a stage has to save itself; Prefect kills a cancelled run after 30
LOOK = 2.0  # seconds between two looks whether a slot is free
LEASE = 120.0  # seconds after which the slot of a killed process is free again


def run(
    chain: Chain,
    stages: Sequence[str],
    compute: Callable[[str], Result],
    retries: Sequence[float] = (),
    approve: Callable[[str], None] | None = None,
) -> None:
    """Runs stages in order within a flow run, each as a task named after it, `retries` seconds apart.

    Results are neither cached nor kept by Prefect: the store decides what is computed. Before a stage
    that has work to do and may need a person's yes, `approve` is called, which raises where it must not begin.
    """
    for name in stages:
        about = STAGES[chain.recipe.kind(name)]
        work = waits(chain, name)
        if work and about.approval and approve:
            approve(name)

        # Without arguments: Prefect looks through them, and would send them to its server.
        def stage(name: str = name, slot: str | None = about.slot if work else None) -> None:
            with _slot(name, slot) if slot else nullcontext(), masked_errors(chain.told):
                result = compute(name)
            tell(chain.recipe.name, result)

        task(
            name=name,
            task_run_name=name,
            cache_policy=NO_CACHE,
            persist_result=False,
            result_serializer="json",  # of an error, which Prefect keeps all the same
            retries=len(retries),
            retry_delay_seconds=list(retries) or None,
            retry_condition_fn=_may_help,
        )(stage)()


def waits(chain: Chain, name: str) -> bool:
    """Whether a stage has work to do for which it waits: for a slot, or for a person's yes."""
    about = STAGES[chain.recipe.kind(name)]
    if not (about.slot or about.approval):
        return False
    committed = chain.datasets.committed(name)
    return committed is None or committed.whole is None


@contextmanager
def _slot(name: str, limit: str) -> Iterator[None]:
    """A slot of a concurrency limit, waited for; where the server knows no such limit, none."""
    log = get_run_logger()
    log.info("%s: waiting for a slot of the concurrency limit %s", name, limit)
    warned = False
    with ExitStack() as resources:
        while (slots := _free(limit)) is not None:
            with ExitStack() as trial:
                here = slots and trial.enter_context(device_lock(limit, slots))
                if here and _taken(trial, limit):
                    resources.push(trial.pop_all())
                    break
            if slots and not here and not warned:
                log.info("%s: waiting for another run that still works on this machine", name)
                warned = True
            time.sleep(LOOK)  # which a cancellation ends
        else:
            log.info("%s: there is no such limit on the server: nothing is waited for", name)
        log.info("%s: begins", name)
        yield


def _free(limit: str) -> int | None:
    """How many slots there are, 0 while all are taken; None where nothing is to be waited for.

    To request one is to write, and on SQLite many writers block one another.
    """
    with get_client(sync_client=True) as client:
        try:
            limits = client.read_global_concurrency_limit_by_name(limit)
        except ObjectNotFound:
            return None
    if not limits.active:
        return None
    return limits.limit if limits.active_slots < limits.limit else 0


def _taken(resources: ExitStack, limit: str) -> bool:
    """Whether there was a free slot, which `held` now has. Prefect's own waiting can't be cancelled."""
    try:
        # A training run of days outlives a lease that could not be renewed in time.
        slot = concurrency(
            limit, max_retries=0, lease_duration=LEASE, raise_on_lease_renewal_failure=False
        )
        resources.enter_context(slot)
    except ConcurrencySlotAcquisitionError as error:
        answer = getattr(error.__cause__, "response", None)
        if answer is None or answer.status_code != HTTPStatus.LOCKED:
            raise
        return False
    return True


def beside(chain: Chain, name: str, slice_: Slice | None = None) -> Result:
    """Runs a stage in another thread; the main one receives a cancellation and lets the stage save its work."""
    results: list[Result] = []
    errors: list[BaseException] = []
    context = contextvars.copy_context()  # the log of the flow run is found through it

    def work() -> None:
        try:
            results.append(context.run(chain.stage, name, slice_))
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(0.2)
    except (TerminationSignal, KeyboardInterrupt):
        chain.stop.set()
        thread.join(GRACE)
        raise
    if errors:
        raise errors[0]
    return results[0]


def _may_help(task: Any, run: Any, state: State[Any]) -> bool:
    outcome = state.result(raise_on_failure=False)
    return transient(outcome if isinstance(outcome, BaseException) else None)

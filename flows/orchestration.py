"""The Prefect flows `data`, `train`, `evaluate` and `chain`, generic over recipes, and the record of `tahona run`.

They are thin: the runner and the store do the work and keep every result, Prefect starts, shows and
cancels it.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows import recipe as recipes
from flows.chain import Chain, new_run
from flows.recipe import Recipe
from flows.recording import settle
from flows.report import report_path, write_report
from flows.stages import STAGES
from pipeline.errors import Stopped, UsageError
from pipeline.runner import Result, Slice

settle()

from prefect import State, flow, runtime  # noqa: E402
from prefect.exceptions import TerminationSignal  # noqa: E402
from prefect.states import Cancelled  # noqa: E402

from flows import tasks  # noqa: E402

RETRIES = (10, 60)  # seconds before a stage is tried again after a broken connection

_ORDER = list(STAGES)
_DATA = _ORDER[: _ORDER.index("corpus") + 1]
_TRAIN = _ORDER[len(_DATA) : _ORDER.index("pretrain") + 1]
_EVALUATE = _ORDER[len(_DATA) + len(_TRAIN) :]


def _name() -> str:
    """A flow run is named after its recipe and the run by which the store knows it."""
    return f"{Path(runtime.flow_run.parameters['recipe']).stem} {new_run()}"


@flow(flow_run_name=_name, persist_result=False, result_serializer="json")
def data(
    recipe: str,
    store: str | None = None,
    overrides: list[str] | None = None,
    edition: str | None = None,
) -> None:
    """From the sources of a recipe to its corpus.

    Args:
        recipe: The name of a built-in recipe, or the path of a YAML file.
        store: Where everything lies; else TAHONA_STORE, else ./store.
        overrides: Parameters to change, each as `stage.key=value`.
        edition: The name of the crawl's edition; `date` stands for the day that the run is due (UTC).
    """
    _run(_DATA, recipe, store, overrides, edition)


@flow(flow_run_name=_name, persist_result=False, result_serializer="json")
def train(recipe: str, store: str | None = None, overrides: list[str] | None = None) -> None:
    """From the corpus of a recipe, as it is in the store, to its model.

    Args:
        recipe: The name of a built-in recipe, or the path of a YAML file.
        store: Where everything lies; else TAHONA_STORE, else ./store.
        overrides: Parameters to change, each as `stage.key=value`.
    """
    _run(_TRAIN, recipe, store, overrides)


@flow(flow_run_name=_name, persist_result=False, result_serializer="json")
def evaluate(recipe: str, store: str | None = None, overrides: list[str] | None = None) -> None:
    """The figures of the model of a recipe, as it is in the store.

    Args:
        recipe: The name of a built-in recipe, or the path of a YAML file.
        store: Where everything lies; else TAHONA_STORE, else ./store.
        overrides: Parameters to change, each as `stage.key=value`.
    """
    _run(_EVALUATE, recipe, store, overrides)


@flow(flow_run_name=_name, persist_result=False, result_serializer="json")
def chain(
    recipe: str,
    store: str | None = None,
    overrides: list[str] | None = None,
    edition: str | None = None,
) -> None:
    """The whole way of a recipe, from its sources to the figures of its model.

    Args:
        recipe: The name of a built-in recipe, or the path of a YAML file.
        store: Where everything lies; else TAHONA_STORE, else ./store.
        overrides: Parameters to change, each as `stage.key=value`.
        edition: The name of the crawl's edition; `date` stands for the day that the run is due (UTC).
    """
    _run(_ORDER, recipe, store, overrides, edition)


def _run(
    wanted: Sequence[str],
    name: str,
    store: str | None,
    overrides: list[str] | None,
    edition: str | None = None,
) -> None:
    """The body of every flow: earlier stages as they are, the wanted ones as tasks, then the report."""
    from flows.run import open_store

    recipe = recipes.read(name, [*(overrides or []), *_edition(edition)])
    before, stages = _divided(recipe, wanted)
    held = Chain(recipe, open_store(store), run=_run_name(), watcher=tasks.Log())

    def compute(stage: str) -> Result:
        # Tried again, the failure of the first attempt is no result of the run.
        held.results[:] = [r for r in held.results if r.stage != stage]
        return tasks.beside(held, stage)

    with held.opened():
        for stage in before:
            held.take(stage)
        tasks.run(recipe.name, stages, compute, RETRIES)
    tasks.tell_run(held, write_report(held.store, recipe.name))


def _edition(edition: str | None) -> list[str]:
    if edition == "date":
        due: datetime = runtime.flow_run.scheduled_start_time or datetime.now(UTC)
        edition = due.astimezone(UTC).date().isoformat()
    # Quoted, so that YAML takes a date for the name that it is.
    return [f"crawl.edition={json.dumps(edition)}"] if edition else []


def _divided(recipe: Recipe, wanted: Sequence[str]) -> tuple[list[str], list[str]]:
    """The stages of a recipe that come before the wanted ones, and those of the wanted that it has."""
    stages = [s for s in STAGES if s in recipe.params or s in recipe.layout.pin]
    found = [s for s in stages if s in wanted]
    if not found:
        raise UsageError(
            f"the recipe {recipe.name} has none of {', '.join(wanted)}: it has {', '.join(stages)}"
        )
    return stages[: stages.index(found[0])], found


def _run_name() -> str:
    return str(runtime.flow_run.name).rpartition(" ")[2]


def record(held: Chain, stages: Sequence[str], part: Slice | None = None) -> None:
    """Runs stages within a flow run for the command line: the same errors, signals and output.

    Raises what a stage raises. Where Prefect itself fails, the stages go on without a record.
    """
    _silence()
    hear = signal.getsignal(signal.SIGTERM)
    raised: list[BaseException] = []

    def compute(name: str) -> Result:
        try:
            return tasks.beside(held, name, part)
        except BaseException as error:
            raised.append(error)
            raise

    def body(recipe: str, store: str, run: str, stages: list[str]) -> State[None] | None:
        with _hearing(hear):
            try:
                tasks.run(recipe, stages, compute)
            except (Stopped, KeyboardInterrupt) as error:
                raised.append(error)
                return Cancelled(message="stopped on request: run again to go on from here")
        tasks.tell_run(held, None if part else f"{store}/{report_path(recipe)}")
        return None

    recorded = flow(
        name="chain",
        flow_run_name="{recipe} {run}",
        persist_result=False,
        result_serializer="json",
    )(body)
    try:
        recorded(held.recipe.name, held.store.url, held.run, list(stages))
    except TerminationSignal:
        raise Stopped from None  # it came while Prefect had not yet called `body`
    except Exception as error:
        if not raised:
            _go_on(held, stages, part, error)
    if raised:
        raise raised[0]


def _go_on(held: Chain, stages: Sequence[str], part: Slice | None, error: Exception) -> None:
    print(f"Prefect failed ({error!r:.200}): the run goes on unrecorded", file=sys.stderr)
    done = {r.stage for r in held.results}
    for name in stages:
        if name not in done:
            held.stage(name, part)


@contextmanager
def _hearing(handler: Any) -> Iterator[None]:
    """SIGTERM goes to the command line's handler again, in place of the one that Prefect sets."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _silence() -> None:
    """Prefect's lines go to its server alone, and the root logger is as the command line has it."""
    from prefect.logging.handlers import PrefectConsoleHandler

    prefect = logging.getLogger("prefect")
    prefect.propagate = False
    prefect.addHandler(logging.NullHandler())
    logging.getLogger("prefect._internal").setLevel(logging.CRITICAL)
    for handler in logging.root.handlers[:]:
        if isinstance(handler, PrefectConsoleHandler):
            logging.root.removeHandler(handler)

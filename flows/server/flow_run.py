"""A run of the command line as a Prefect flow run: the same errors, signals, output and exit codes."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from flows.chain.chain import Chain, Incomplete
from flows.report import report_path
from flows.server.recording import settle
from pipeline.errors import STOPPED, Stopped, TahonaError
from pipeline.run.runner import Result, Slice

settle()

from prefect import State, flow, tags  # noqa: E402
from prefect.exceptions import TerminationSignal  # noqa: E402
from prefect.states import Cancelled  # noqa: E402

from flows.server import tasks  # noqa: E402
from flows.server.artifacts import tell_run  # noqa: E402
from flows.server.heartbeat import TAG, Heartbeat  # noqa: E402
from flows.server.live_progress import Page  # noqa: E402


def record(chain: Chain, stages: Sequence[str], slice_: Slice | None = None) -> None:
    """Runs stages within a flow run for the command line.

    Raises what a stage raises. Where Prefect itself fails, the stages go on without a record.
    """
    _silence()
    hear = signal.getsignal(signal.SIGTERM)
    raised: list[BaseException] = []
    watchers = list(chain.watchers)

    def compute(name: str) -> Result:
        try:
            return tasks.beside(chain, name, slice_)
        except BaseException as error:
            raised.append(error)
            raise

    def body(recipe: str, store: str, run: str, stages: list[str]) -> State[None] | None:
        page = Page(recipe)
        with _hearing(hear), closing(page), Heartbeat(chain.stop):
            chain.watchers.append(page)
            report = None if slice_ else f"{store}/{report_path(recipe)}"
            try:
                tasks.run(chain, stages, compute)
            except (Stopped, KeyboardInterrupt) as error:
                raised.append(error)
                return Cancelled(message=STOPPED)
            except TahonaError:
                if chain.results:  # else there is nothing to report
                    tell_run(chain, report)
                raise
        tell_run(chain, report)
        if incomplete := chain.incomplete:
            raise incomplete
        return None

    recorded = flow(
        name="chain",
        flow_run_name="{recipe} {run}",
        persist_result=False,
        result_serializer="json",
    )(body)
    try:
        with tags(TAG):
            recorded(chain.recipe.name, chain.store.url, chain.run, list(stages))
    except TerminationSignal:
        raise Stopped from None  # the signal came while Prefect had not yet called `body`
    except Incomplete:
        pass  # the chain raises it at its end
    except Exception as error:
        if not raised:
            chain.watchers[:] = watchers  # the page is gone
            _go_on(chain, stages, slice_, error)
    if raised:
        raise raised[0]


def _go_on(chain: Chain, stages: Sequence[str], slice_: Slice | None, error: Exception) -> None:
    print(f"Prefect failed ({error!r:.200}): the run goes on unrecorded", file=sys.stderr)
    done = {r.stage for r in chain.results}
    for name in stages:
        if name not in done:
            chain.stage(name, slice_)


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
    """Prefect's lines go to its server alone, and the root logger is as the command line has it.

    Its threads would tell of a busy or a dead server as long as they live: how much is still to be sent, and into the
    middle of our lines what was not, down to whole events.
    """
    from prefect.logging.handlers import PrefectConsoleHandler

    for name in ("prefect", "prefect._internal", "EventsWorker", "APILogWorker"):
        log = logging.getLogger(name)
        log.propagate = False
        log.handlers[:] = [logging.NullHandler()]
    logging.raiseExceptions = False  # which the last of these asks before it writes past every log
    for handler in logging.root.handlers[:]:
        if isinstance(handler, PrefectConsoleHandler):
            logging.root.removeHandler(handler)

"""A stage as a Prefect task: beside the main thread, tried again after a broken connection, told in artifacts."""

from __future__ import annotations

import contextvars
import re
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import httpx
from prefect import State, get_run_logger, task
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_table_artifact,
)
from prefect.cache_policies import NO_CACHE
from prefect.exceptions import TerminationSignal

from flows.chain import Chain
from pipeline.runner import Result, Slice, Watcher
from pipeline.shard import Outcome

GRACE = 20.0  # seconds that a stage has to save itself; Prefect kills a cancelled run after 30
EVERY = 30.0  # seconds between two lines about one long step
TRANSIENT = (ConnectionError, TimeoutError, httpx.TransportError)
# Of a shard's error only the text crosses an engine: the names of the same errors in its traceback.
_TRANSIENT_NAMES = re.compile(
    r"^(?:\w+\.)*(?:(?:Endpoint)?Connection\w*Error|BrokenPipeError|TimeoutError)\b", re.MULTILINE
)


def run(
    recipe: str,
    stages: Sequence[str],
    compute: Callable[[str], Result],
    retries: Sequence[float] = (),
) -> None:
    """Runs stages in order within a flow run, each as a task named after it, `retries` seconds apart.

    Results are neither cached nor kept by Prefect: the store decides what is computed.
    """
    for name in stages:
        # Without arguments: Prefect looks through them, and would send them to its server.
        def stage(name: str = name) -> None:
            tell(recipe, compute(name))

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


def beside(chain: Chain, name: str, part: Slice | None = None) -> Result:
    """Runs a stage beside the main thread, which hears a cancellation and lets the stage save itself."""
    results: list[Result] = []
    errors: list[BaseException] = []
    context = contextvars.copy_context()  # the log of the flow run is found through it

    def work() -> None:
        try:
            results.append(context.run(chain.stage, name, part))
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
    found = state.result(raise_on_failure=False)
    return transient(found if isinstance(found, BaseException) else None)


def transient(error: BaseException | None) -> bool:
    """Whether trying again may help: a connection that broke, not a wrong recipe or a full disk."""
    while error is not None:
        notes = "\n".join(getattr(error, "__notes__", ()))
        if isinstance(error, TRANSIENT) or _TRANSIENT_NAMES.search(notes):
            return True
        error = error.__cause__
    return False


def tell(recipe: str, result: Result) -> None:
    """The artifact of a stage: where its documents went, its shards, its time, its bytes."""
    answer = result.to_json()
    rows: list[dict[str, Any]] = []
    if documents := answer["documents"]:
        came = documents["in"]
        counts = {"documents in": came, "documents kept": documents["kept"]}
        counts |= {f"removed by {rule}": n for rule, n in documents["removed"].items()}
        counts["quarantined"] = documents["quarantined"]
        rows = [
            {"figure": name, "value": n, "share": f"{n / came:.1%}" if came else ""}
            for name, n in counts.items()
        ]
    rest = {
        "state": answer["state"],
        "shards computed": answer["shards"]["computed"],
        "shards reused": answer["shards"]["reused"],
        "seconds": answer["seconds"],
        "bytes in": answer["bytes_in"],
        "bytes out": answer["bytes_out"],
        "dataset": f"{answer['stage']}/{answer['fingerprint']}",
    }
    rows += [{"figure": name, "value": value, "share": ""} for name, value in rest.items()]
    create_table_artifact(rows, key=artifact_key(recipe, result.stage), description=result.stage)


def tell_run(chain: Chain, report: str | None) -> None:
    """The artifacts of a flow run: a line a stage, and a link to the report."""
    name = chain.recipe.name
    lines = ["| stage | state | documents in | kept | shards computed | reused | seconds |"]
    lines.append("|---|---|--:|--:|--:|--:|--:|")
    for answer in (result.to_json() for result in chain.results):
        documents, shards = answer["documents"] or {"in": "", "kept": ""}, answer["shards"]
        cells = [answer["stage"], answer["state"], documents["in"], documents["kept"]]
        cells += [shards["computed"], shards["reused"], answer["seconds"]]
        lines.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    create_markdown_artifact("\n".join(lines), key=artifact_key(name, "run"), description=name)
    if report:
        link = report if "://" in report else f"file://{report}"
        create_link_artifact(link, link_text="report", key=artifact_key(name, "report"))


def artifact_key(recipe: str, what: str) -> str:
    """Prefect's keys are of lower-case letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", f"{recipe}-{what}".lower()).strip("-")


class Log(Watcher):
    """Writes how a stage goes into the log of the flow run."""

    def __init__(self) -> None:
        self._log = get_run_logger()
        self._lock = threading.Lock()
        self._step = ""
        self._shards = self._done = 0
        self._told = 0.0

    def stage_waiting(self, stage: str, owner: str) -> None:
        self._log.info("%s: waiting for another run of it (%s)", stage, owner)

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None:
        self._step = stage if step == stage else f"{stage}: {step}"
        self._shards, self._done, self._told = missing, 0, time.monotonic()
        self._log.info("%s: %d shards to compute, %d reused", self._step, missing, reused)

    def shard_progress(self, key: str, done: float, total: float | None, unit: str) -> None:
        of = f" of {total:,.0f}" if total else ""
        self._tell(f"{self._step}: {done:,.0f}{of} {unit}")

    def shard_done(self, outcome: Outcome) -> None:
        with self._lock:
            self._done += 1
        self._tell(f"{self._step}: {self._done} of {self._shards} shards")

    def stage_done(self, result: Result) -> None:
        self._log.info("%s: %s in %.1f s", result.stage, result.state, result.seconds)

    def _tell(self, line: str) -> None:
        with self._lock:
            if time.monotonic() - self._told < EVERY:
                return
            self._told = time.monotonic()
        self._log.info(line)

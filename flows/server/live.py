"""How a stage goes, while it goes: a progress bar on the page of its flow run, and lines in the run's log."""

from __future__ import annotations

import contextvars
import threading
import time
from uuid import UUID

from prefect import get_run_logger
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.client.orchestration import get_client

from flows.server.artifacts import artifact_key
from pipeline.engines.compute import Outcome
from pipeline.run.runner import Result, Watcher

REDRAW = 2.0  # seconds between two looks at what is to be drawn
LINE = 30.0  # seconds between two lines of one long step in the log


class Page(Watcher):
    """Draws each stage that computes something, from a thread of its own: a slow server slows no work."""

    def __init__(self, recipe: str) -> None:
        self._recipe = recipe
        self._log = get_run_logger()
        self._lock = threading.Lock()
        self._step = ""
        self._shards = self._done = self._documents = 0
        self._begun = self._logged = 0.0
        self._parts: dict[str, float] = {}  # of each shard in work, how much of it is done
        self._inside = ""  # what the only shard of a step tells
        self._over: threading.Event | None = None
        self._drawing: threading.Thread | None = None

    def stage_started(self, stage: str) -> None:
        self.close()  # of an attempt that failed
        self._over, context = threading.Event(), contextvars.copy_context()
        self._drawing = threading.Thread(
            target=context.run, args=(self._draw, stage, self._over), name="page", daemon=True
        )
        self._step, self._begun = stage, 0.0
        self._drawing.start()

    def stage_waiting(self, stage: str, owner: str) -> None:
        self._log.info("%s: waiting for another run of it (%s)", stage, owner)

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None:
        with self._lock:
            self._step = stage if step == stage else f"{stage}: {step}"
            self._shards, self._done, self._documents = missing, 0, 0
            self._parts, self._inside = {}, ""
            self._begun = self._logged = time.monotonic()
        self._log.info("%s: %d shards to compute, %d reused", self._step, missing, reused)

    def shard_progress(self, key: str, done: float, total: float | None, unit: str) -> None:
        with self._lock:
            self._parts[key] = min(1.0, done / total) if total else 0.0
            self._inside = f"{done:,.0f}{f' of {total:,.0f}' if total else ''} {unit}"
        self._say()

    def shard_done(self, outcome: Outcome) -> None:
        counted = (outcome.shard.get("ledger") or {}).get("documents") or {}
        with self._lock:
            self._parts.pop(outcome.key, None)
            self._done += 1
            self._documents += counted.get("in", 0)
        self._say()

    def stage_done(self, result: Result) -> None:
        self._log.info("%s: %s in %.1f s", result.stage, result.state, result.seconds)
        for warning in result.warnings:
            self._log.warning("%s", warning)
        self.close()

    def close(self) -> None:
        """Ends the drawing; the bar goes, where the server still answers: the stage's table tells more."""
        if self._over and self._drawing:
            self._over.set()
            self._drawing.join(REDRAW)

    def _say(self) -> None:
        with self._lock:
            if time.monotonic() - self._logged < LINE:
                return
            self._logged = time.monotonic()
        self._log.info("%s", self._stand()[1])

    def _stand(self) -> tuple[float, str]:
        """Per cent of the step, and a sentence."""
        with self._lock:
            if not self._begun:
                return 0.0, f"{self._step}: begins"
            done = self._done + sum(self._parts.values())
            share = done / self._shards if self._shards else 1.0
            told = f"{self._step}: {self._done} of {self._shards} shards"
            if self._shards == 1 and self._inside and not self._done:
                told = f"{self._step}: {self._inside}"
            if self._documents and (seconds := time.monotonic() - self._begun) > 0:
                told += f", {self._documents / seconds:,.0f} documents per second"
            return round(100 * min(1.0, share), 1), told

    def _draw(self, stage: str, over: threading.Event) -> None:
        drawn: tuple[float, str] | None = None
        artifact: UUID | None = None
        key = artifact_key(self._recipe, f"{stage}-progress")
        try:
            while not over.wait(REDRAW):  # a short stage has no bar
                stand = self._stand()
                if artifact is None:
                    made = create_progress_artifact(stand[0], key=key, description=stand[1])
                    assert isinstance(made, UUID)  # not awaited, as there is no event loop here
                    artifact = made
                elif stand != drawn:
                    update_progress_artifact(artifact, progress=stand[0], description=stand[1])
                drawn = stand
            if artifact:
                _take_away(artifact)
        except Exception as error:  # a picture is not worth a run
            self._log.warning("%s: its progress is drawn no more (%r)", stage, error)


def _take_away(artifact: UUID) -> None:
    with get_client(sync_client=True) as client:
        client.delete_artifact(artifact)

"""The progress of a stage: a bar on the page of its flow run, and lines in the run's log."""

from __future__ import annotations

import contextvars
import threading
import time
from uuid import UUID

from prefect import get_run_logger
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.client.orchestration import get_client

from flows.chain.step_progress import Standing
from flows.report.words.language import languages
from flows.server.artifacts import artifact_key
from pipeline.engines.compute import Outcome
from pipeline.model.notice import Notice
from pipeline.run.runner import Result, Watcher

BEGIN = 2.0  # seconds until a bar is drawn: a short stage has none
REDRAW = 5.0  # seconds between two looks at what is to be drawn
LINE = 30.0  # seconds between two lines of one long step in the log


class Page(Watcher):
    """Draws each stage that computes something, from a thread of its own: a slow server slows no work."""

    def __init__(self, recipe: str) -> None:
        self._recipe = recipe
        self._log = get_run_logger()
        self._lock = threading.Lock()
        self._standing = Standing()
        self._logged = 0.0
        self._over: threading.Event | None = None
        self._drawing: threading.Thread | None = None

    def stage_started(self, stage: str) -> None:
        self.close()  # of an attempt that failed
        self._over, context = threading.Event(), contextvars.copy_context()
        self._drawing = threading.Thread(
            target=context.run, args=(self._draw, stage, self._over), name="page", daemon=True
        )
        self._standing.begin(stage, None)
        self._drawing.start()

    def stage_waiting(self, stage: str, owner: str) -> None:
        self._log.info("%s: waiting for another run of it (%s)", stage, owner)

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None:
        named = self._standing.begin(stage if step == stage else f"{stage}: {step}", missing)
        self._logged = time.monotonic()
        self._log.info("%s: %d shards to compute, %d reused", named, missing, reused)

    def shard_progress(self, key: str, done: float, total: float | None, unit: str) -> None:
        self._standing.progress(key, done, total, unit)
        self._say()

    def shard_done(self, outcome: Outcome) -> None:
        self._standing.finish(outcome)
        self._say()

    def stage_done(self, result: Result) -> None:
        self._log.info("%s: %s in %.1f s", result.stage, result.state, result.seconds)
        for warning in result.warnings:
            self.warned(warning)
        for line in result.news:
            self._log.info("%s", line)
        self.close()

    def warned(self, warning: Notice) -> None:
        self._log.warning("%s", languages()[0].sentence(warning))

    def close(self) -> None:
        """Ends the drawing; the bar is removed, where the server still answers: the stage's table has more."""
        if self._over and self._drawing:
            self._over.set()
            self._drawing.join(REDRAW)

    def _say(self) -> None:
        with self._lock:
            if time.monotonic() - self._logged < LINE:
                return
            self._logged = time.monotonic()
        self._log.info("%s", self._standing.sentence())

    def _stand(self) -> tuple[float, str]:
        """Per cent of the step, and a sentence."""
        return round(100 * self._standing.share, 1), self._standing.sentence()

    def _draw(self, stage: str, over: threading.Event) -> None:
        drawn: tuple[float, str] | None = None
        artifact: UUID | None = None
        key = artifact_key(self._recipe, f"{stage}-progress")
        try:
            while not over.wait(REDRAW if artifact else BEGIN):
                stand = self._stand()
                if artifact is None:
                    created = create_progress_artifact(stand[0], key=key, description=stand[1])
                    assert isinstance(created, UUID)  # not awaited, as there is no event loop here
                    artifact = created
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

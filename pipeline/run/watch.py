"""Watchers are notified while stages run: a list of them, each of which receives every event."""

from __future__ import annotations

from pipeline.engines.compute import Outcome
from pipeline.model.notice import Notice
from pipeline.run.result import Result


class Watcher:
    """Receives the events while stages run; this one ignores them."""

    def stage_started(self, stage: str) -> None:
        """A stage begins."""

    def stage_waiting(self, stage: str, owner: str) -> None:
        """A stage waits for another run of it, by `owner`."""

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None:
        """A step begins with so many shards to compute beside those that are there."""

    def shard_progress(self, key: str, done: float, total: float | None, unit: str) -> None:
        """So much of a shard is done, of a `total` where that is known."""

    def shard_done(self, outcome: Outcome) -> None:
        """A shard is computed, or has failed."""

    def stage_done(self, result: Result) -> None:
        """A stage has ended, whatever became of it."""

    def warned(self, warning: Notice) -> None:
        """Something is told that belongs to no stage that runs."""


class Watchers(Watcher, list[Watcher]):
    """Passes events to each of a list, in order; one that is added during a run receives the later ones."""

    def stage_started(self, stage: str) -> None:
        for watcher in self:
            watcher.stage_started(stage)

    def stage_waiting(self, stage: str, owner: str) -> None:
        for watcher in self:
            watcher.stage_waiting(stage, owner)

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None:
        for watcher in self:
            watcher.step_started(stage, step, missing, reused)

    def shard_progress(self, key: str, done: float, total: float | None, unit: str) -> None:
        for watcher in self:
            watcher.shard_progress(key, done, total, unit)

    def shard_done(self, outcome: Outcome) -> None:
        for watcher in self:
            watcher.shard_done(outcome)

    def stage_done(self, result: Result) -> None:
        for watcher in self:
            watcher.stage_done(result)

    def warned(self, warning: Notice) -> None:
        for watcher in self:
            watcher.warned(warning)

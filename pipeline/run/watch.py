"""Who is told while stages run: a list of watchers, each of which hears everything."""

from __future__ import annotations

from pipeline.engines.compute import Outcome
from pipeline.run.result import Result


class Watcher:
    """Told what happens while stages run; this one keeps silent."""

    def stage_started(self, stage: str) -> None: ...

    def stage_waiting(self, stage: str, owner: str) -> None: ...

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None: ...

    def shard_progress(self, key: str, done: float, total: float | None, unit: str) -> None: ...

    def shard_done(self, outcome: Outcome) -> None: ...

    def stage_done(self, result: Result) -> None: ...

    def told(self, warning: str) -> None: ...


class Watchers(Watcher, list[Watcher]):
    """Tells each of a list, in its order; who is added in mid-run hears what follows."""

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

    def told(self, warning: str) -> None:
        for watcher in self:
            watcher.told(warning)

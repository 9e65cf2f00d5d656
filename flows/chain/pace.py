"""Notes how fast each step of a stage went, for the record of the run."""

from __future__ import annotations

import threading
import time
from typing import Any

from pipeline.run.watch import Watcher

POINTS = 160  # of a step at most: then every second one is dropped, and points are recorded half as often
EVERY = 0.2  # seconds between two notes at first


class Pace(Watcher):
    """The speed of the steps of the stage at work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self.steps: list[dict[str, Any]] = []  # of the stage: step, unit, points (seconds, done)
        self._since = time.monotonic()
        self._done: dict[str, float] = {}
        self._every = EVERY

    def stage_started(self, stage: str) -> None:
        self._begin()

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None:
        with self._lock:
            self.steps.append({"step": step, "unit": "", "points": []})
            self._done, self._every = {}, EVERY

    def shard_progress(self, key: str, done: float, total: float | None, unit: str) -> None:
        with self._lock:
            if not self.steps:
                return
            # A shard that is retried starts at zero.
            self._done[key] = max(done, self._done.get(key, 0))
            step, now = self.steps[-1], round(time.monotonic() - self._since, 2)
            points = step["points"]
            if points and now - points[-1][0] < self._every:
                return
            step["unit"] = unit.partition(",")[0]
            points.append([now, sum(self._done.values())])
            if len(points) > POINTS:
                del points[1::2]
                self._every *= 2

"""The child processes of one run are used again by the next: in the tests their start costs more than their work.

Only of runs in this process, one after another; whatever runs as a process of its own starts and ends its own.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import chdir
from pathlib import Path

from pipeline.engines.children import TICK, Children
from pipeline.engines.process import Child

ROOT = Path(__file__).parents[1]
# What no stage reads: some tests have these of whoever runs them, others (`inside`) their own or none.
UNREAD = ("PYTEST_CURRENT_TEST", "TAHONA_SHARED", "DO_NOT_TRACK", "PREFECT_", "MIRROR")
READ_ANEW = ("TAHONA_", "AWS_")  # with each shard, or with each client of S3


class ReusedChildren(Children):
    """Children that outlive their run, and take on what the next one has of the environment where that can change."""

    def __init__(self) -> None:
        super().__init__()
        self._environment: dict[str, str] = {}

    def start(self, count: int) -> None:
        self._take_on(_environment())
        super().start(count)

    def call(self, function: str, *words: str) -> str | None:
        return super().call(function, *words) if self._environment == _environment() else None

    def close(self) -> None:
        """They wait for the next run, and end with this process."""

    def _take_on(self, now: dict[str, str]) -> None:
        before, self._environment = self._environment, now
        if now == before:
            return
        if _lasting(now) != _lasting(before):
            super().close()
        ready = []
        environment = json.dumps({k: v for k, v in now.items() if k.startswith(READ_ANEW)})
        while child := self._waiting():
            child.say({"call": f"{__name__}:take_on", "words": [environment]})
            while not (answer := child.hear(TICK)):
                pass
            assert answer == {"gave": environment}, answer
            ready.append(child)
        self._idle = ready

    def _begin(self) -> Child:
        with chdir(ROOT):  # the folder of a test may be gone before they are
            return super()._begin()


def take_on(environment: str) -> str:
    """What a child does; the same, as a sign that it did."""
    for name in [n for n in os.environ if n.startswith(READ_ANEW)]:
        del os.environ[name]
    os.environ.update(json.loads(environment))
    if "s3fs" in sys.modules:
        from tests.pipeline.objects import forget_clients

        forget_clients()
    return environment


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(UNREAD)}


def _lasting(environment: dict[str, str]) -> dict[str, str]:
    return {k: v for k, v in environment.items() if not k.startswith(READ_ANEW)}

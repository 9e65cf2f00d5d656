"""The child processes of one run are used again by the next: in the tests their start costs more than their work.

Only of runs in this process, one after another; whatever runs as a process of its own starts and ends its own.
"""

from __future__ import annotations

import os
from contextlib import chdir
from pathlib import Path

from pipeline.engines.children import Children
from pipeline.engines.process import Child

ROOT = Path(__file__).parents[1]
# What no stage reads: some tests have these of whoever runs them, others (`inside`) their own or none.
UNREAD = ("PYTEST_CURRENT_TEST", "TAHONA_SHARED", "DO_NOT_TRACK", "PREFECT_")


class ReusedChildren(Children):
    """Children that outlive their run, as long as the environment stays as they found it."""

    def __init__(self) -> None:
        super().__init__()
        self._environment: dict[str, str] = {}

    def start(self, count: int) -> None:
        if (now := _environment()) != self._environment:
            super().close()
            self._environment = now
        super().start(count)

    def call(self, function: str, *words: str) -> str | None:
        return super().call(function, *words) if self._environment == _environment() else None

    def close(self) -> None:
        """They wait for the next run, and end with this process."""

    def _begin(self) -> Child:
        with chdir(ROOT):  # the folder of a test may be gone before they are
            return super()._begin()


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(UNREAD)}

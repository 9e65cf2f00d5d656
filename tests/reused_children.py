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


class ReusedChildren(Children):
    """Children that outlive their run, as long as the environment stays as they found it."""

    def __init__(self) -> None:
        super().__init__()
        self._environment: dict[str, str] = {}

    def start(self, count: int) -> None:
        now = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
        if now != self._environment:
            super().close()
            self._environment = now
        super().start(count)

    def close(self) -> None:
        """They wait for the next run, and end with this process."""

    def _begin(self) -> Child:
        with chdir(ROOT):  # the folder of a test may be gone before they are
            return super()._begin()

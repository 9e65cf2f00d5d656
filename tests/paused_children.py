"""Children of an engine that pause while a file says so: a run is looked at in its work, on any machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Python imports this by itself where its folder is on the path.
TRAP = """
import sys

if "pipeline.engines.child" in sys.orig_argv:
    import time
    from pathlib import Path

    from pipeline.engines.process import Parent

    PAUSE, orders = Path(__file__).with_name("pause"), Parent.orders

    def waits(number, order):
        try:
            said = PAUSE.read_text()
        except FileNotFoundError:
            return False
        return number >= int(said) if said.isdigit() else order["stage"] == said

    def paused(parent):
        number = 0
        for order in orders(parent):
            if "stage" in order:  # and no call
                while waits(number, order):
                    time.sleep(0.02)
                number += 1
            yield order

    Parent.orders = paused
"""


class PausedChildren:
    """Those of the processes that are given `path` as PYTHONPATH."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(TRAP)
        self.path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
        self._pause = folder / "pause"

    @contextmanager
    def paused(self, before: int | str = 2) -> Iterator[None]:
        """Each computes so many shards, or all but those of a stage, and no more before the end of the block."""
        aside = self._pause.with_suffix(".tmp")
        aside.write_text(str(before))
        aside.replace(self._pause)
        try:
            yield
        finally:
            self._pause.unlink()

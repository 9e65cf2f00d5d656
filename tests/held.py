"""Children of an engine that stand still while a file says so: a run is looked at in its work, on any machine."""

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

    HELD, orders = Path(__file__).with_name("held"), Parent.orders

    def least():
        try:
            return int(HELD.read_text())
        except FileNotFoundError:
            return float("inf")

    def held(parent):
        for number, order in enumerate(orders(parent)):
            while number >= least():
                time.sleep(0.02)
            yield order

    Parent.orders = held
"""


class Children:
    """Those of the processes that are given `path` as PYTHONPATH."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(TRAP)
        self.path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
        self._said = folder / "held"

    @contextmanager
    def held(self, after: int = 2) -> Iterator[None]:
        """Each computes so many shards, then none before the end of the block."""
        aside = self._said.with_suffix(".tmp")
        aside.write_text(str(after))
        aside.replace(self._said)
        try:
            yield
        finally:
            self._said.unlink()

"""The results of the runs of a long benchmark, kept by name, so that it goes on where it was stopped."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


class RunCache:
    """What runs gave, in a file of a folder: a run that is there is not run again. Without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self.path = folder / "runs.json" if folder else None
        self.runs: dict[str, Any] = {}
        if self.path and self.path.exists():
            self.runs = json.loads(self.path.read_text())

    def __call__(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self.runs:
            self.runs[name] = run = make()
            if self.path:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                aside = self.path.with_suffix(".tmp")
                aside.write_text(json.dumps(self.runs, indent=1))
                aside.replace(self.path)
            answer = run
            if isinstance(run, dict):
                answer = {k: v for k, v in run.items() if k != "losses"}
            print(name, answer, file=sys.stderr, flush=True)
        return self.runs[name]

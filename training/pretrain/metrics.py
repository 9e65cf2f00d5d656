"""The curve of a run: one JSON object a line, appended as it trains; a resumed run goes on in the same file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


class Metrics:
    """Lines with a `step` each, in `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, line: dict[str, Any]) -> None:
        """Appends a line and makes it safe on disk."""
        with self.path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
            out.flush()
            os.fsync(out.fileno())

    def rewind(self, step: int) -> None:
        """Drops what was written after `step`: the run goes on from there."""
        kept = [line for line in self.lines() if line["step"] <= step] if step else []
        aside = self.path.with_suffix(".tmp")
        aside.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")
        aside.replace(self.path)

    def lines(self) -> list[dict[str, Any]]:
        """All whole lines: a kill may have cut the last one short."""
        if not self.path.exists():
            return []
        text = self.path.read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]

"""The curve of a run: one JSON object a line, appended as it trains; a resumed run goes on in the same file."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

from torch import Tensor

from pipeline.errors import TahonaError


class Metrics:
    """Lines with a `step` each, in `path`; nowhere on the ranks that do not write."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def add(self, line: dict[str, Any]) -> None:
        """Appends a line and makes it safe on disk."""
        if self.path is None:
            return
        with self.path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(plain(line)) + "\n")
            out.flush()
            os.fsync(out.fileno())

    def rewind(self, step: int) -> None:
        """Drops what was written after `step`: the run goes on from there."""
        if self.path is None:
            return
        kept = [line for line in self.lines() if line["step"] <= step]
        aside = self.path.with_suffix(".tmp")
        aside.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")
        aside.replace(self.path)

    def lines(self, step: int | None = None) -> list[dict[str, Any]]:
        """All whole lines, or those of one step: a kill may have cut the last one short."""
        if self.path is None or not self.path.exists():
            return []
        text = self.path.read_text(encoding="utf-8").splitlines(keepends=True)
        try:
            lines = [json.loads(line) for line in text if line.endswith("\n")]
        except ValueError as error:
            raise TahonaError(
                f"{self.path} is damaged: remove its folder, and the training begins anew"
            ) from error
        return lines if step is None else [line for line in lines if line["step"] == step]


def plain(line: dict[str, Any]) -> dict[str, Any]:
    """The line with numbers of Python: nine digits, and None for what is no number."""
    return {name: _plain(value) for name, value in line.items()}


def _plain(value: Any) -> Any:
    value = value.item() if isinstance(value, Tensor) else value
    if isinstance(value, float):
        return float(f"{value:.9g}") if math.isfinite(value) else None
    return value

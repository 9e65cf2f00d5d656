"""What a long benchmark has found is kept by what it was found from, so that a run that was cut off goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


@cache
def code(*folders: str) -> str:
    """A digest of the programs, weights and tables below some folders of the project."""
    digest = hashlib.sha256()
    for path in sorted(p for name in folders for p in (ROOT / name).rglob("*")):
        if path.is_file() and path.suffix != ".md" and path.parent.name != "__pycache__":
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def kept(path: Path, made_from: Iterable[str], make: Callable[[], Any]) -> Any:
    """What was found from the same before, or now; as JSON has it."""
    key = hashlib.sha256("\0".join(made_from).encode("utf-8", "surrogatepass")).hexdigest()
    if path.is_file():
        figures_before: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if figures_before["key"] == key:
            return figures_before["found"]
    figures = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"key": key, "found": figures}), encoding="utf-8")
    new.replace(path)
    return figures

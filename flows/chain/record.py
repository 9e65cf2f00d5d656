"""The record of a run: what ran, from what, how fast and how it ended, in `runs/` of the store."""

from __future__ import annotations

import os
import platform
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any

from flows.recipe.recipe import Recipe
from flows.store.patterns import of_params
from pipeline import __version__
from pipeline.model.stage import hashed
from pipeline.run.result import Result
from pipeline.store.store import Store


def new_run() -> str:
    """The name of a run, which sorts by when it began: the second, then its fraction and two bytes of chance in hex."""
    now = datetime.now(UTC)
    return f"{now:%Y%m%dT%H%M%S}-{now.microsecond:05x}{secrets.token_hex(2)}"


@dataclass
class Record:
    """What is recorded of a run, each time whole; what it quotes is masked as the recipe masks it.

    `notes` are what only the record holds of a stage: its pace, its error. `end` is None until the run ends, and stays
    so if the run is killed. `announced` says that the event which starts the next flow was sent.
    """

    recipe: Recipe
    store: Store
    run: str
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    end: dict[str, str] | None = None
    announced: bool = False
    written: bool = False
    begun: float = field(default_factory=time.monotonic)

    def write(
        self,
        answer: Mapping[str, Any],
        command: str,
        results: Sequence[Result],
        observed: Sequence[Mapping[str, Any]],
    ) -> None:
        """Writes which datasets the run is, from what parameters, and how fast and how well it went."""
        self.written = True
        stages = [row | self.notes.get(row["stage"], {}) for row in answer["stages"]]
        made = [(result, result.manifest) for result in results if result.manifest]
        record = {
            **answer,
            "stages": stages,
            "end": self.end,
            "seconds": round(time.monotonic() - self.begun, 3),
            "announced": self.announced,
            "command": command,
            "file": self.told(str(self.recipe.file or "")),
            "overrides": self.told(list(self.recipe.overrides)),
            "names": self.recipe.stages,
            "machine": _machine(),
            "version": __version__,
            "datasets": {result.stage: result.fingerprint for result, _ in made},
            "kinds": {result.stage: result.kind for result, _ in made},
            "observed": observed,
            "params": self.told({result.stage: manifest.params for result, manifest in made}),
            "patterns": self._patterns,
        }
        self.store.write_json(f"runs/{self.recipe.name}/{self.run}.json", record)

    def told(self, said: Any) -> Any:
        """A warning, an error or a parameter, which may quote a name of a file, an address or a text, masked."""
        from cleaning.privacy.told import told

        return told(said, self._patterns)

    @cached_property
    def _patterns(self) -> dict[str, str]:
        return of_params(hashed(params) for params in self.recipe.params.values())


@cache
def _machine() -> dict[str, Any]:
    """The machine of a run: its name, its kind, its processors and its memory in bytes."""
    return {
        "name": platform.node(),
        "kind": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "memory": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
    }

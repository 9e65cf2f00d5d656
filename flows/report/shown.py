"""Which datasets the report of a recipe tells of: those that belong together with its newest run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flows.chain.stages import STAGES

Inputs = Callable[
    [str], Sequence[str] | None
]  # the datasets that one was made from; None: it is gone


@dataclass(frozen=True)
class Shown:
    """The runs of a recipe, the newest first, and the datasets to tell of, in the order of the work."""

    records: Sequence[dict[str, Any]]
    datasets: Sequence[str]  # `stage/fingerprint`

    def of(self, stage: str) -> str | None:
        """The dataset of a stage: where there are several of equal content, that of the newest run."""
        newest = f"{stage}/{self.records[0]['datasets'].get(stage)}"
        held = [name for name in self.datasets if name.startswith(f"{stage}/")]
        return newest if newest in held else next(iter(held), None)

    @property
    def stages(self) -> list[str]:
        """One dataset a stage."""
        return [name for name in self.datasets if name == self.of(name.partition("/")[0])]


def shown(records: Sequence[dict[str, Any]], inputs: Inputs) -> Shown:
    """What the newest run made, all that it was made from, and later stages that still follow from it.

    `records` are not empty. A dataset of an older run is told of as long as each of its inputs is.
    """
    found: dict[str, None] = {}  # in the order in which they are found

    def add(name: str) -> None:
        sources = None if name in found else inputs(name)
        if sources is not None:
            for source in sources:
                add(source)
            found[name] = None

    # The newest may have ended before its first dataset, or have done a slice only.
    newest = next((r for r in records if r["datasets"]), records[0])
    for stage, fingerprint in newest["datasets"].items():
        add(f"{stage}/{fingerprint}")
    for stage in STAGES:
        for record in records:
            name = f"{stage}/{record['datasets'].get(stage)}"
            if any(other.startswith(f"{stage}/") for other in found):
                break
            sources = inputs(name)
            if sources is not None and all(source in found for source in sources):
                found[name] = None
    order = {stage: i for i, stage in enumerate(STAGES)}
    return Shown(records, sorted(found, key=lambda name: order.get(name.partition("/")[0], -1)))


def when(run: str) -> datetime | None:
    """When a run began, as its name says."""
    try:
        return datetime.strptime(run.partition("-")[0], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None

"""The objectives by their name in a recipe: the one list. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from training.models.registry import Sees

if TYPE_CHECKING:
    from training.objectives.objective import Objective


@dataclass(frozen=True)
class Aim:
    """An objective: its class as "module:Class", and what a position of its model must see, and no more."""

    objective: str
    sees: Sees

    def load(self) -> type[Objective]:
        """The class, imported now."""
        module, _, name = self.objective.partition(":")
        objective: type[Objective] = getattr(import_module(module), name)
        return objective


OBJECTIVES: Mapping[str, Aim] = {
    "causal": Aim("training.objectives.causal:Causal", sees="before"),
    "masked": Aim("training.objectives.masked:Masked", sees="all"),
}

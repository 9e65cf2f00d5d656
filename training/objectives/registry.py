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
    """An objective: its class as "module:Class", what a position of its model must see, and no more, and the model
    that a recipe which names none gets.
    """

    objective: str
    sees: Sees
    model: str

    def load(self) -> type[Objective]:
        """The class, imported now."""
        module, _, name = self.objective.partition(":")
        objective: type[Objective] = getattr(import_module(module), name)
        return objective


def _aim(name: str, sees: Sees, model: str) -> Aim:
    return Aim(f"training.objectives.{name}", sees, model)


OBJECTIVES: Mapping[str, Aim] = {
    "causal": _aim("causal:Causal", "before", "decoder"),
    "middle": _aim("middle:Middle", "before", "decoder"),
    "masked": _aim("masked:Masked", "all", "encoder"),
    "masked30": _aim("masked:MaskedMore", "all", "encoder"),
    "masked-words": _aim("masked:MaskedWords", "all", "encoder"),
    "masked30-words": _aim("masked:MaskedMoreWords", "all", "encoder"),
    "infilling": _aim("denoising:Infilling", "source", "bart"),
    "spans": _aim("denoising:SpansOnly", "source", "t5"),
    "mixture": _aim("denoising:Mixture", "source", "t5"),
}

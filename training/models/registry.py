"""The families of models by their name in a recipe: the one list. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from training.models.model import Model

Sees = Literal[
    "before", "all"
]  # what of its input a position sees: what came before it, or everything


@dataclass(frozen=True)
class Family:
    """A family: its class as "module:Class", the `model_type` of its config.json, what a position sees.

    `heads`: whether it has attention heads, so that a recipe may set their number.
    """

    model: str
    model_type: str
    sees: Sees
    heads: bool = True

    def load(self) -> type[Model]:
        """The class, imported now."""
        module, _, name = self.model.partition(":")
        family: type[Model] = getattr(import_module(module), name)
        return family


FAMILIES: Mapping[str, Family] = {
    "decoder": Family("training.models.decoder:Decoder", "llama", sees="before"),
    "encoder": Family("training.models.encoder:Encoder", "modernbert", sees="all"),
    "lstm": Family("training.models.lstm:Lstm", "tahona-lstm", sees="before", heads=False),
}

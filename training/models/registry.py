"""The families of models by their name in a recipe: the one list. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from training.models.model import Model

# What of its input a position sees: what came before it, everything, or a source and what came before it.
Sees = Literal["before", "all", "source"]


@dataclass(frozen=True)
class Family:
    """A family: its class as "module:Class", the `model_type` of its config.json, what a position sees.

    `heads`: whether it has attention heads, so that a recipe may set their number; `packs`: whether it can keep the
    documents of a row apart; `standard`: whether transformers has it.
    """

    model: str
    model_type: str
    sees: Sees
    heads: bool = True
    packs: bool = False
    standard: bool = True

    def load(self) -> type[Model]:
        """The class, imported now."""
        module, _, name = self.model.partition(":")
        family: type[Model] = getattr(import_module(module), name)
        return family


def _rival(module: str, name: str, heads: bool = False) -> Family:
    return Family(
        f"training.models.rivals.{module}:{name}",
        f"tahona-{module}",
        "before",
        heads,
        standard=False,
    )


FAMILIES: Mapping[str, Family] = {
    "decoder": Family("training.models.decoder:Apertus", "apertus", "before", packs=True),
    "llama": Family("training.models.decoder:Llama", "llama", "before", packs=True),
    "qwen3": Family("training.models.decoder:Qwen3", "qwen3", "before", packs=True),
    "sliding": Family("training.models.decoder:Mistral", "mistral", "before", packs=True),
    "gpt2": Family("training.models.gpt2:Gpt2", "gpt2", "before", packs=True),
    "encoder": Family("training.models.encoder:Encoder", "modernbert", "all", packs=True),
    "roberta": Family("training.models.roberta:Roberta", "roberta", "all", packs=True),
    "bart": Family("training.models.bart:Bart", "bart", "source"),
    "t5": Family("training.models.t5:T5", "t5", "source"),
    "lstm": _rival("lstm", "Lstm"),
    "lstm-residual": _rival("lstm_residual", "ResidualLstm"),
    "convolution": _rival("convolution", "Convolution"),
    "gmlp": _rival("gmlp", "Gmlp"),
    "retention": _rival("retention", "RetNet", heads=True),
}

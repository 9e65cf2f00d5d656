"""What the folder of a model that a recipe names must hold: weights to go on from, or a tokenizer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pipeline.errors import TahonaError

WEIGHTS = {"weights": "model.safetensors", "config": "config.json"}  # by role
JSON, CONFIGURATION = "tokenizer.json", "tokenizer_config.json"
TOKENIZER = (JSON, CONFIGURATION)
TOKENIZERS = (JSON, "tokenizer.model")  # one of which is beside the weights of a model


def check_weights(params: Any, role: str, name: str, paths: Sequence[str]) -> None:
    """Raises TahonaError for files of which a model can't be loaded."""
    one_of_each(WEIGHTS.values(), paths)


def check_tokenizer(params: Any, role: str, name: str, paths: Sequence[str]) -> None:
    """Raises TahonaError for files of which a tokenizer can't be loaded."""
    one_of_each(TOKENIZER, paths)


def one_of_each(names: Iterable[str], paths: Sequence[str]) -> None:
    """Raises TahonaError where some of these files is not there, or twice."""
    there = [path.rpartition("/")[2] for path in paths]
    for name in names:
        if there.count(name) != 1:
            raise TahonaError(
                f"the folder of the model must have one {name}, not {there.count(name)}"
            )

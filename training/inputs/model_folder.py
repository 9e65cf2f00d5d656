"""What the folder of a model that a recipe names must hold: weights to go on from, or a tokenizer."""

from __future__ import annotations

import json
import struct
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from pipeline.errors import TahonaError

WEIGHTS = {"weights": "model.safetensors", "config": "config.json"}  # by role
JSON, CONFIGURATION = "tokenizer.json", "tokenizer_config.json"
TOKENIZER = (JSON, CONFIGURATION)
_LONGEST = 100_000_000  # bytes of the head of a file of safetensors, by its own library
TOKENIZERS = (JSON, "tokenizer.model")  # one of which is beside the weights of a model


def check_weights(params: Any, role: str, name: str, paths: Sequence[str]) -> None:
    """Raises TahonaError for files of which a model can't be loaded."""
    one_of_each(WEIGHTS.values(), paths)
    _check_content(WEIGHTS.values(), paths)


def check_tokenizer(params: Any, role: str, name: str, paths: Sequence[str]) -> None:
    """Raises TahonaError for files of which a tokenizer can't be loaded."""
    one_of_each(TOKENIZER, paths)
    _check_content(TOKENIZER, paths)


def _check_content(names: Collection[str], paths: Sequence[str]) -> None:
    """Raises TahonaError for one of these files whose beginning is not what its name says; of one that lies elsewhere
    nothing is known.
    """
    for path in paths:
        name = path.rpartition("/")[2]
        if name not in names or "://" in path:
            continue
        try:
            with open(path, "rb") as file:
                if name.endswith(".safetensors"):
                    (length,) = struct.unpack("<Q", file.read(8))
                    content = json.loads(file.read(min(length, _LONGEST)))
                else:
                    content = json.load(file)
        except (ValueError, struct.error) as error:
            raise TahonaError(f"{path} is no {name}, or a damaged one: {error}") from error
        if not isinstance(content, dict):
            raise TahonaError(f"{path} is no {name}: it holds no object of JSON")


def one_of_each(names: Iterable[str], paths: Sequence[str]) -> None:
    """Raises TahonaError where some of these files is not there, or twice."""
    there = [path.rpartition("/")[2] for path in paths]
    for name in names:
        if there.count(name) != 1:
            raise TahonaError(
                f"the folder of the model must have one {name}, not {there.count(name)}"
            )

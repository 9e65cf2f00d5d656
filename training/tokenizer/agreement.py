"""Whether a tokenizer has what it is to extend, and the parts of the corpus that it is to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from training.inputs.inputs import unparted

NO_FOLDER = (
    "is for the tokenizer of a model's folder, and the recipe names none: "
    "set `vocabulary`, or let the tokenizer read a folder"
)


def mismatch(
    params: Any, read: Mapping[str, Sequence[Any]], patterns: Mapping[str, Sequence[str]]
) -> tuple[str, str] | None:
    """The parameter and what is wrong where the stage reads no folder to extend, or not such parts.

    `read` has an entry for each input that is there.
    """
    if params.extend and "models" not in read:
        return "extend", NO_FOLDER
    return unparted(params, read, patterns)

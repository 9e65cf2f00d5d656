"""Whether a tokenizer has what it is to extend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

NO_FOLDER = (
    "is for the tokenizer of a model's folder, and the recipe names none: "
    "set `vocabulary`, or let the tokenizer read a folder"
)


def unextended(
    params: Any, read: Mapping[str, Sequence[Any]], patterns: Mapping[str, Sequence[str]]
) -> tuple[str, str] | None:
    """The parameter `extend` and what is wrong where the stage reads no folder; `patterns` say nothing here.

    `read` has an entry for each input that is there.
    """
    return ("extend", NO_FOLDER) if params.extend and "models" not in read else None

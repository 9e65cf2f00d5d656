"""What is set in a text for the tokenizer alone: a space before each line (lines.py), a sign before words (glue.py)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from training.tokenizer.vocabulary import Signs
from training.tokenizer.words import glue, lines


def signs_of(marks: str) -> Signs:
    """The signs that came with a way to cut; the ways before stay what they were."""
    return Signs(lines=marks in ("numbers", "glued"), glue=marks == "glued")


def as_read(texts: pa.Array, signs: Signs) -> pa.Array:
    """An Arrow array of texts without null, with the signs."""
    if signs.lines:
        texts = lines.spaced(texts)
    return glue.glued(texts) if signs.glue else texts


def setting(signs: Signs) -> list[Any]:
    """Normalizers that set them."""
    return [
        *(lines.set_spaces() if signs.lines else []),
        *(glue.set_glue() if signs.glue else []),
    ]


def taking(signs: Signs, placeholders: Sequence[str]) -> list[Any]:
    """Decoders that take them away from a text that is whole."""
    return [
        *([lines.take_spaces(placeholders)] if signs.lines else []),
        *(glue.take_glue() if signs.glue else []),
    ]

"""What is known beforehand of the labels that documents will bear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cleaning.annotate.stage import Annotate
from cleaning.language.codes import wrong_code


def wrong_language(
    params: Annotate.Params, patterns: Mapping[str, Sequence[str]], code: str
) -> str | None:
    """What is wrong with a language; a model of one's own has labels of its own."""
    return wrong_code(code) if params.model is None else None

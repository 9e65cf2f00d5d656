"""The notes and the glossary of a text, folded or not: by the name of their element, and by what they are."""

from __future__ import annotations

import re

import numpy as np

from cleaning.extract.blocks.blocks import Blocks
from cleaning.extract.boilerplate.closed import CLASS
from cleaning.extract.model.choice import prose
from cleaning.text.batch import Bools

# Not `notas`, which newspapers call their articles.
_NOTES = re.compile(
    r"\b(?:foot|end)?notes\b|\bnotas-(?:al?-)?pie\b|\bgloss?ar(?:y|io?|i)s?\b", re.IGNORECASE
)
_IN_THEM = (b"otes", b"otas", b"loss", b"losa")  # quickly sought
LEAST, MOSTLY = 1000, 0.6  # characters of paragraphs, and their share of what is no link


def apparatus(blocks: Blocks) -> Bools:
    """The blocks of the notes and the glossary of an article, where they are mostly paragraphs; no links back."""
    if not any(map(blocks.written.__contains__, _IN_THEM)):
        return np.zeros(len(blocks), bool)
    within = blocks.looking(_is_of_notes) & (blocks.linked * 2 < blocks.size)
    text, of = (blocks.size[which].sum() for which in (within & prose(blocks), within))
    if text < LEAST or text < MOSTLY * of:
        within[:] = False
    return within


def _is_of_notes(tag: str) -> bool:
    classes = CLASS.search(tag)
    return classes is not None and _NOTES.search(classes[1]) is not None

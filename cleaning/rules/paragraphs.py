"""The preset `paragraphs`: what Gopher asks of repeated paragraphs, for texts that an empty line divides into such.

Not in `tahona`: FineWeb-2 does not ask it, since the pages that are extracted from the web have lines alone.
"""

from __future__ import annotations

from cleaning.rules.rule import Rule
from cleaning.rules.sources import GOPHER

RULES: tuple[Rule, ...] = (
    Rule(name="duplicate_paragraphs", signal="duplicate_paragraphs", max=0.3, source=GOPHER),
    Rule(
        name="duplicate_paragraph_characters",
        signal="duplicate_paragraph_characters",
        max=0.2,
        source=GOPHER,
    ),
)

"""The preset `hplt`: what HPLT keeps, its list of addresses apart. It reads the groups `published` and `docscore`."""

from __future__ import annotations

from cleaning.rules.rule import Rule
from cleaning.rules.sources import HPLT

RULES: tuple[Rule, ...] = (
    Rule(name="language_unsure", signal="language_p", min=0.5, source=HPLT),
    Rule(name="short", signal="characters", min=501, source=HPLT),
    Rule(name="words_per_line", signal="words_per_line", min=5.000001, source=HPLT),
    Rule(name="document_score", signal="document_score", min=0.5, source=HPLT),
)

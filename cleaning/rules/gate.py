"""The preset `gate`: what `extract` asks of the main text of a page."""

from __future__ import annotations

from cleaning.rules.rule import Rule
from cleaning.rules.sources import ABSENT, OURS

RULES: tuple[Rule, ...] = (
    Rule(
        name="empty", signal="characters", min=1, source="by definition: there is nothing to keep"
    ),
    Rule(name="not_text", signal="unreadable", max=0.05, source=OURS),
    Rule(name="soft_404", signal="error_page", max=0, source=ABSENT),
    Rule(
        name="short",
        signal="characters",
        min=200,
        web_only=True,
        source="Tahona: what 33 words take, the bound of few_sentences of `tahona`",
    ),
)

"""The preset `gate`: what `extract` asks of the main text of a page."""

from __future__ import annotations

from cleaning.rules.rule import Rule
from cleaning.rules.sources import OURS

RULES: tuple[Rule, ...] = (
    Rule(name="empty", signal="characters", min=1),
    Rule(name="not_text", signal="unreadable", max=0.05, source=OURS),
    Rule(name="soft_404", signal="error_page", max=0),
    Rule(name="short", signal="characters", min=200, web_only=True),
)

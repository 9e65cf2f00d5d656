"""What the stage `filter` says of itself."""

from __future__ import annotations

from pipeline.model.about import RULES, About, Speed

ABOUT = About(
    name="filter",
    stage="cleaning.filter.stage:Filter",
    summary="Decide by rules which documents stay.",
    flow="data",
    speed=Speed(4e6, 0.02, shards=2),
    labels={"languages": "language", "rules": RULES},
    agrees="cleaning.filter.check:unmeasured",
    tells="cleaning.filter.check:unknown_domains",
    columns=("id", "kept", "rule", "value", "threshold", "tags"),
    warnings="cleaning.filter.warnings:warnings",
    what_if="cleaning.filter.what_if:what_if_of",
    facts={"histograms": "decisions"},
    section="signals",
)

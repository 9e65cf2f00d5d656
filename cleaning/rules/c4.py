"""The preset `c4`: what C4 asks of a page. It reads the group `published`, and `terms` for its list of bad words.

Its rules on lines drop lines there; here a page falls whose lines are mostly such. `c4-lines` cuts the lines. The
repeated lines of a corpus are `deduplicate`'s.
"""

from __future__ import annotations

from cleaning.rules.rule import Rule
from cleaning.rules.sources import C4

RULES: tuple[Rule, ...] = (
    Rule(name="braces", signal="opening_braces", max=0, source=C4),
    Rule(name="lorem_ipsum", signal="lorem_ipsum", max=0, source=C4),
    Rule(name="few_sentences", signal="sentences", min=3, source=C4),
    Rule(name="long", signal="characters", max=190_000, source=C4),
    Rule(name="language_unsure", signal="language_p", min=0.99, source=C4),
    Rule(
        name="policy_lines",
        signal="policy_lines",
        max=0.5,
        source="C4 drops the line; the share is ours",
    ),
    Rule(
        name="end_marks",
        signal="end_mark_lines",
        min=0.5,
        source="C4 drops the line; the share is ours",
    ),
    Rule(name="adult_terms", signal="adult_terms", max=0.0, source="C4's rule, our list of words"),
)

LINES: tuple[Rule, ...] = (
    Rule(name="c4_end", action="cut", unit="line", signal="end_mark", min=1, source=C4),
    Rule(name="c4_ellipsis", action="cut", unit="line", signal="ellipsis", max=0, source=C4),
    Rule(name="c4_words", action="cut", unit="line", signal="words", min=5, source=C4),
    Rule(
        name="c4_long_word", action="cut", unit="line", signal="longest_word", max=1000, source=C4
    ),
    Rule(
        name="c4_javascript",
        action="cut",
        unit="line",
        signal="listed",
        words=("javascript",),
        max=0,
        source=C4,
    ),
)

"""The preset `fineweb`: Gopher's rules, those of C4 that FineWeb takes, and its own on lines. It reads the group
`published`.
"""

from __future__ import annotations

from cleaning.rules import gopher
from cleaning.rules.rule import Rule
from cleaning.rules.sources import FINEWEB, FINEWEB_C4, FINEWEB_RUN

RULES: tuple[Rule, ...] = (
    *(rule for rule in gopher.RULES if rule.name != "duplicate_line_characters"),
    Rule(name="language_unsure", signal="language_p", min=0.65, source=FINEWEB_RUN),
    *(
        Rule(name=name, signal=signal, min=least, max=most, source=FINEWEB_C4)
        for name, signal, least, most in (
            ("braces", "opening_braces", None, 0),
            ("lorem_ipsum", "lorem_ipsum", None, 0),
            ("few_sentences", "sentences", 5, None),
        )
    ),
    Rule(name="end_marks", signal="end_mark_lines", min=0.12, source=FINEWEB),
    Rule(name="short_lines", signal="short_lines", max=0.67, source=FINEWEB),
    Rule(
        name="duplicate_line_characters",
        signal="duplicate_line_characters",
        max=0.01,
        source=FINEWEB,
    ),
    Rule(name="lines_per_word", signal="newlines_per_word", max=0.3, source=FINEWEB),
)

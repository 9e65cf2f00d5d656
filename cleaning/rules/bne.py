"""The preset `bne`: the document rules of the cleaner of the Biblioteca Nacional's corpus, as they were meant.

Its option `--none_filter` is inverted, so that by default none of them ran. It reads the group `published`. `bne-lines`
cuts what its rules on sentences drop, by lines.
"""

from __future__ import annotations

from cleaning.rules.rule import Rule
from cleaning.rules.sources import BNE

RULES: tuple[Rule, ...] = (
    Rule(name="short", signal="characters", min=40, source=BNE),
    Rule(name="digits", signal="digits", max=0.1, source=BNE),
    Rule(name="not_alphanumeric", signal="not_alphanumeric", max=0.3, source=BNE),
    Rule(name="outside_alphabet", signal="outside_alphabet", max=0.1, source=BNE),
    Rule(name="uppercase", signal="uppercase", max=0.4, source=BNE),
    Rule(name="latin_script", signal="latin", min=0.01, source=BNE),
    Rule(name="soft_404", signal="error_page", max=0, source=BNE),
    Rule(name="language_unsure", signal="language_p", min=0.3, source=BNE),
)

LINES: tuple[Rule, ...] = (
    Rule(name="bne_characters", action="cut", unit="line", signal="characters", min=21, source=BNE),
    Rule(name="bne_words", action="cut", unit="line", signal="words", min=4, source=BNE),
    Rule(name="bne_digits", action="cut", unit="line", signal="digits", max=0.0999, source=BNE),
)

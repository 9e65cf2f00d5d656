"""The preset `gopher`: quality and repetition as Gopher asks of them, with the stop words of the text's language.

Words are those of `cleaning.text.batch`, which are no signs; a run that occurs once repeats nothing.
"""

from __future__ import annotations

from cleaning.rules.rule import Rule
from cleaning.rules.sources import GOPHER

RULES: tuple[Rule, ...] = (
    Rule(name="words", signal="words", min=50, max=100_000, source=GOPHER),
    Rule(name="word_length", signal="mean_word_length", min=3, max=10, source=GOPHER),
    Rule(name="hashes", signal="hashes_per_word", max=0.1, source=GOPHER),
    Rule(name="ellipses", signal="ellipses_per_word", max=0.1, source=GOPHER),
    Rule(name="bullet_lines", signal="bullet_lines", max=0.9, source=GOPHER),
    Rule(name="ellipsis_lines", signal="ellipsis_lines", max=0.3, source=GOPHER),
    Rule(name="alphabetic_words", signal="alphabetic_words", min=0.8, source=GOPHER),
    Rule(name="stop_words", signal="stop_words", min=2, source=GOPHER),
    Rule(name="duplicate_lines", signal="duplicate_lines", max=0.3, source=GOPHER),
    Rule(name="duplicate_paragraphs", signal="duplicate_paragraphs", max=0.3, source=GOPHER),
    Rule(
        name="duplicate_line_characters",
        signal="duplicate_line_characters",
        max=0.2,
        source=GOPHER,
    ),
    Rule(
        name="duplicate_paragraph_characters",
        signal="duplicate_paragraph_characters",
        max=0.2,
        source=GOPHER,
    ),
    *(
        Rule(name=f"top_{n}gram", signal=f"top_{n}gram", max=most, source=GOPHER)
        for n, most in ((2, 0.2), (3, 0.18), (4, 0.16))
    ),
    *(
        Rule(name=f"duplicate_{n}grams", signal=f"duplicate_{n}grams", max=most, source=GOPHER)
        for n, most in ((5, 0.15), (6, 0.14), (7, 0.13), (8, 0.12), (9, 0.11), (10, 0.1))
    ),
)

"""The preset `fineweb2-es`: FineWeb-2's rules for Spanish, over our words. It reads the group `published`."""

from __future__ import annotations

from cleaning.rules.rule import Rule
from cleaning.rules.sources import FINEWEB2, GOPHER

RULES: tuple[Rule, ...] = (
    Rule(name="language_unsure", signal="language_p", min=0.84, source=FINEWEB2),
    Rule(name="duplicate_lines", signal="duplicate_lines", max=0.252, source=FINEWEB2),
    *(
        Rule(name=f"top_{n}gram", signal=f"top_{n}gram_of_text", max=most, source=FINEWEB2)
        for n, most in ((2, 0.156), (3, 0.14), (4, 0.125))
    ),
    *(
        Rule(
            name=f"duplicate_{n}grams",
            signal=f"duplicate_{n}grams_of_text",
            max=most,
            source=FINEWEB2,
        )
        for n, most in ((5, 0.145), (6, 0.136), (7, 0.127), (8, 0.117), (9, 0.108), (10, 0.099))
    ),
    Rule(name="end_marks", signal="end_mark_lines", min=0.182, source=FINEWEB2),
    Rule(name="lines_per_word", signal="newlines_per_word", max=0.138, source=FINEWEB2),
    Rule(
        name="duplicate_line_characters",
        signal="duplicate_line_characters",
        max=0.1,
        source=FINEWEB2,
    ),
    Rule(name="word_length", signal="mean_word_length", min=3, max=14, source=FINEWEB2),
    Rule(name="alphabetic_words", signal="alphabetic_words", min=0.825, source=FINEWEB2),
    Rule(name="stop_words", signal="stop_words", min=2, source=FINEWEB2),
    Rule(name="words", signal="words", min=50, max=100_000, source=GOPHER),
    Rule(name="hashes", signal="hashes_per_word", max=0.1, source=GOPHER),
    Rule(name="ellipses", signal="ellipses_per_word", max=0.1, source=GOPHER),
    Rule(name="bullet_lines", signal="bullet_lines", max=0.9, source=GOPHER),
    Rule(name="ellipsis_lines", signal="ellipsis_lines", max=0.3, source=GOPHER),
)

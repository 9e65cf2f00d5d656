"""The presets `datatrove-...`: the verdicts of datatrove's filters, defects and all. They read `parity`.

In the settings of FineWeb-2 for Spanish, and C4's own. Each is one filter: a recipe lists those that it needs.
"""

from __future__ import annotations

from collections.abc import Mapping

from cleaning.rules.rule import Rule
from cleaning.rules.sources import FINEWEB2, GOPHER

_C4 = "datatrove, c4_filters.py"

PRESETS: Mapping[str, tuple[Rule, ...]] = {
    "datatrove-gopher-quality": (
        Rule(name="words", signal="parity_words", min=50, max=100_000, source=GOPHER),
        Rule(name="word_length", signal="parity_word_length", min=3, max=14, source=FINEWEB2),
        Rule(name="hashes", signal="parity_hashes", max=0.1, source=GOPHER),
        Rule(name="ellipses", signal="parity_ellipses", max=0.1, source=GOPHER),
        Rule(name="bullet_lines", signal="parity_bullet_lines", max=0.9, source=GOPHER),
        Rule(name="ellipsis_lines", signal="parity_ellipsis_lines", max=0.3, source=GOPHER),
        Rule(name="alphabetic_words", signal="parity_alphabetic_words", min=0.825, source=FINEWEB2),
        Rule(name="stop_words", signal="parity_stop_words", min=2, source=FINEWEB2),
    ),
    "datatrove-gopher-repetition": (
        Rule(name="duplicate_lines", signal="parity_duplicate_lines", max=0.252, source=FINEWEB2),
        *(
            Rule(name=f"top_{n}gram", signal=f"parity_top_{n}gram", max=most, source=FINEWEB2)
            for n, most in ((2, 0.156), (3, 0.14), (4, 0.125))
        ),
        *(
            Rule(
                name=f"duplicate_{n}grams",
                signal=f"parity_duplicate_{n}grams",
                max=most,
                source=FINEWEB2,
            )
            for n, most in ((5, 0.145), (6, 0.136), (7, 0.127), (8, 0.117), (9, 0.108), (10, 0.099))
        ),
    ),
    "datatrove-fineweb": (
        Rule(name="end_marks", signal="parity_end_marks", min=0.182, source=FINEWEB2),
        Rule(
            name="duplicate_line_characters",
            signal="parity_duplicate_line_characters",
            max=0.1,
            source=FINEWEB2,
        ),
        Rule(name="lines_per_word", signal="parity_newlines", max=0.138, source=FINEWEB2),
    ),
    "datatrove-c4": (Rule(name="few_sentences", signal="parity_c4_sentences", min=5, source=_C4),),
}

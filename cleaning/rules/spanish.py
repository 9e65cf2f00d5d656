"""The preset `spanish`: the published rules for Spanish web pages, mended.

End marks include » ” " ' … and stand inside brackets; words are no punctuation and stop words know no
case, so ¿Qué and De count; a run that occurs once repeats nothing; the length and the line shape of web
pages are not asked of laws and novels.
"""

from __future__ import annotations

from cleaning.rules.rule import Rule
from cleaning.rules.sources import BNE, CURATOR, FINEWEB2, GOPHER, OURS

RULES: tuple[Rule, ...] = (
    Rule(name="soft_404", signal="error_page", max=0),
    Rule(name="unreadable", signal="unreadable", max=0.01, source=OURS),
    Rule(name="language_unsure", signal="language_p", min=0.5, languages=("es",), source=OURS),
    Rule(name="short", signal="words", min=50, source=GOPHER),
    Rule(name="long", signal="words", max=100_000, web_only=True, source=GOPHER),
    Rule(name="word_length", signal="mean_word_length", min=3, max=14, source=FINEWEB2),
    Rule(name="long_word", signal="longest_word", max=1000, source=CURATOR),
    Rule(name="alphabetic_words", signal="alphabetic_words", min=0.8, web_only=True, source=GOPHER),
    Rule(
        name="latin_script",
        signal="latin",
        min=0.8,
        source="BNE asks for a Latin text; the share is ours",
    ),
    Rule(name="stop_words", signal="stop_words", min=2, source=FINEWEB2),
    Rule(name="keyword_stuffing", signal="keyword_density", max=0.6, source=OURS),
    Rule(
        name="few_function_words",
        signal="stop_word_share",
        min=0.08,
        languages=("es",),
        web_only=True,
        source=OURS,
    ),
    Rule(name="repeated_text", signal="duplicate_10grams", max=0.8, source=OURS),
    Rule(name="small_vocabulary", signal="vocabulary", min=2, source=OURS),
    Rule(name="no_sentences", signal="words_per_sentence", max=400, web_only=True, source=OURS),
    Rule(
        name="duplicate_lines", signal="duplicate_lines", max=0.252, web_only=True, source=FINEWEB2
    ),
    Rule(
        name="duplicate_line_characters",
        signal="duplicate_line_characters",
        max=0.1,
        web_only=True,
        source=FINEWEB2,
    ),
    *(
        Rule(name=f"top_{n}gram", signal=f"top_{n}gram", max=most, web_only=True, source=FINEWEB2)
        for n, most in ((2, 0.156), (3, 0.14), (4, 0.125))
    ),
    *(
        Rule(
            name=f"duplicate_{n}grams",
            signal=f"duplicate_{n}grams",
            max=most,
            web_only=True,
            source=FINEWEB2,
        )
        for n, most in ((5, 0.145), (6, 0.136), (7, 0.127), (8, 0.117), (9, 0.108), (10, 0.099))
    ),
    Rule(name="end_marks", signal="end_mark_lines", min=0.182, web_only=True, source=FINEWEB2),
    Rule(name="lines_per_word", signal="lines_per_word", max=0.138, web_only=True, source=FINEWEB2),
    Rule(name="ellipsis_lines", signal="ellipsis_lines", max=0.3, source=GOPHER),
    Rule(name="bullet_lines", signal="bullet_lines", max=0.9, web_only=True, source=GOPHER),
    Rule(name="hashes", signal="hashes_per_word", max=0.1, web_only=True, source=GOPHER),
    Rule(name="ellipses", signal="ellipses_per_word", max=0.1, source=GOPHER),
    Rule(name="digits", signal="digits", max=0.15, web_only=True, source=CURATOR),
    Rule(name="uppercase", signal="uppercase", max=0.4, web_only=True, source=BNE),
    Rule(name="symbols", signal="symbols", max=0.1, source=OURS),
    Rule(name="urls", signal="urls_per_word", max=0.2, web_only=True, source=CURATOR),
    Rule(name="tags", signal="tags_per_word", max=0.05, web_only=True, source=OURS),
    Rule(name="code", signal="braces_per_word", max=0.05, web_only=True, source=OURS),
)

"""The preset `tahona`: what a page or a text in Spanish must be to stay, argued from real texts of many registers.

Published rules ask of lines and repetitions what holds for pages of prose; these ask it of the lines that are prose.
Code counts neither for nor against a page; a speech of one line, verse, dialogue and the articles of a law are
judged by their sentences and not by the shape of their lines. What is asked of web pages alone is `web_only`, what of
some kinds of pages alone says `kinds`; how each constant was found is told in tahona.md, figures in
tests/benchmarks/LOG.md.
"""

from __future__ import annotations

from cleaning.rules.rule import Rule
from cleaning.rules.sources import ABSENT, BNE, CURATOR, FINEWEB2, GOPHER, OURS

# All domains but laws, of which one article is whole and may be a table of posts.
WITHOUT_LAWS = ("web", "technical", "parliamentary", "biomedical", "literature", "news")

# Of those without a kind (a text file, a PDF, a line of JSON) and of laws too few were judged for `worth`.
JUDGED = (
    "article",
    "notes",
    "forum",
    "listing",
    "collection",
    "product",
    "documentation",
)

# Where a page has this signal it is asked instead of what counts full stops, lines and languages.
PAGE = "unwanted_page"
PAGES = ("article", "product", "forum", "law")
FILE = "unwanted_file"  # likewise of a file

RULES: tuple[Rule, ...] = (
    Rule(name="soft_404", signal="error_page", max=0, source=ABSENT),
    Rule(name="unreadable", signal="unreadable", max=0.01, source=OURS),
    Rule(name="language_unsure", signal="language_p", min=0.5, source=OURS),
    Rule(name="mixed_languages", signal="scattered_share", max=0.4, unless=PAGE, source=OURS),
    Rule(
        name="half_translated",
        signal="scattered_share",
        max=0.05,
        languages=("en",),
        domains=("technical", "web"),
        kinds=("", "documentation"),  # posts quote English and show code
        source=OURS,
    ),
    Rule(
        name="partly_translated",
        signal="scattered_share",
        max=0.37,
        domains=("technical", "web"),
        kinds=("", "documentation"),
        source=OURS,
    ),
    Rule(
        name="left_in_english",
        signal="english_share",
        max=0.333,  # a third
        languages=("es", "ca", "gl"),
        domains=("technical",),
        source=OURS,
    ),
    Rule(name="short", signal="words", min=20, source=OURS),
    Rule(
        name="few_sentences", signal="prose_words", min=32, web_only=True, unless=PAGE, source=OURS
    ),
    Rule(
        name="listing",
        signal="prose_words",
        min=540,
        kinds=("listing", "collection"),
        web_only=True,
        unless=PAGE,
        source=OURS,
    ),
    Rule(
        name="listing_of_titles",
        signal="prose_share",
        min=0.75,
        kinds=("listing", "collection"),
        web_only=True,
        unless=PAGE,
        source=OURS,
    ),
    Rule(name="project_file", signal="words", max=0, kinds=("project",), source=OURS),
    Rule(
        name="program_file",
        signal="program_words",
        max=0.03,
        languages=("en",),
        web_only=True,
        source=OURS,
    ),
    Rule(
        name="notice",
        signal="notice_share",
        max=0.08,
        domains=("web", "technical"),
        source=OURS,
    ),
    Rule(name="notice_page", signal="notice_page", max=0, web_only=True, source=OURS),
    Rule(name="notice_text", signal="notice_page", max=1, source=OURS),
    Rule(name="sample_page", signal="sample_page", max=0, web_only=True, source=OURS),
    Rule(name="program_notes", signal="program_words", max=0.05, kinds=("notes",), source=OURS),
    Rule(name="reference_of_code", signal="reference_lines", max=1, web_only=True, source=OURS),
    Rule(name="address_list", signal="emails_per_word", max=0.05, source=OURS),
    Rule(
        name="fragments",
        signal="sentence_words",
        min=80,
        domains=WITHOUT_LAWS,
        kinds=("notes",),
        source=OURS,
    ),
    Rule(
        name="labels",
        signal="sentence_words",
        min=44,
        domains=("technical",),
        kinds=("", "documentation"),  # notes of three sentences are articles
        source=OURS,
    ),
    Rule(
        name="labelled",
        signal="entry_words",
        min=35,
        languages=("es",),
        domains=("technical",),
        source=OURS,
    ),
    Rule(
        name="tables_of_law",
        signal="long_prose_share",
        min=0.5,
        domains=("legal",),
        source=OURS,
    ),
    Rule(name="cells_of_law", signal="lines_per_word", max=0.19, domains=("legal",), source=OURS),
    Rule(name="announced", signal="announcing_words", min=38, source=OURS),
    Rule(name="no_sentence", signal="prose_words", min=16, unless=PAGE, source=OURS),
    Rule(name="long", signal="words", max=100_000, web_only=True, source=GOPHER),
    Rule(name="word_length", signal="mean_word_length", min=3, max=14, source=FINEWEB2),
    Rule(
        name="long_word",
        signal="long_word_share",
        max=0.2,
        source="NeMo Curator says what is too long (1,000); the share is ours",
    ),
    Rule(
        name="latin_script",
        signal="latin",
        min=0.8,
        source="BNE asks for a Latin text; the share is ours",
    ),
    Rule(name="stop_words", signal="stop_words", min=2, source=FINEWEB2),
    Rule(name="keyword_stuffing", signal="keyword_density", max=0.6, source=OURS),
    Rule(name="stuffed_page", signal="keyword_density", max=0.46, web_only=True, source=OURS),
    Rule(
        name="few_function_words",
        signal="function_words",  # of any language: a page in Spanish may be half in another
        min=0.08,
        languages=("es",),
        web_only=True,
        source=OURS,
    ),
    Rule(name="repeated_text", signal="duplicate_10grams", max=0.66, source=OURS),
    Rule(name="marked_words", signal="marked_words", max=0.06, source=OURS),
    Rule(name="small_vocabulary", signal="vocabulary", min=2, source=OURS),
    Rule(name="no_sentences", signal="words_per_sentence", max=400, web_only=True, source=OURS),
    Rule(name="no_prose", signal="prose_share", min=0.25, web_only=True, unless=PAGE, source=OURS),
    Rule(
        name="teasers_of_index",
        signal="teaser_share",
        max=0.55,
        kinds=("listing", "collection"),
        source=OURS,
    ),
    Rule(
        name="unrelated_sentences",
        signal="cohesion",
        min=0.13,
        domains=("web", "news"),
        source=OURS,
    ),
    Rule(name="unrelated_news", signal="cohesion", min=0.21, domains=("news",), source=OURS),
    Rule(name="mostly_code", signal="source_share", max=0.7, web_only=True, source=OURS),
    Rule(
        name="commands",
        signal="code_share",
        max=0.36,
        kinds=("", "notes"),
        web_only=True,
        source=OURS,
    ),
    *(
        Rule(name=f"top_{n}gram", signal=f"top_{n}gram", max=bound, web_only=True, source=OURS)
        for n, bound in ((2, 0.25), (3, 0.3), (4, 0.3))
    ),
    Rule(
        name="duplicate_10grams",
        signal="prose_repeated",
        max=0.4,
        web_only=True,
        source=OURS,
    ),
    Rule(name="ellipsis_lines", signal="prose_ellipses", max=0.34, web_only=True, source=OURS),
    Rule(name="ellipses", signal="ellipses_per_word", max=0.1, web_only=True, source=GOPHER),
    Rule(name="digits", signal="digits", max=0.25, web_only=True, source=OURS),
    Rule(
        name="uppercase", signal="uppercase", max=0.4, web_only=True, action="tag", source=BNE
    ),  # a text in capitals is one all the same
    Rule(name="symbols", signal="symbols", max=0.2, web_only=True, source=OURS),
    Rule(
        name="worth",
        signal="unwanted",
        max=0.55,
        languages=("es", "ca"),  # of others too few were judged
        domains=("web",),
        kinds=JUDGED,
        unless=PAGE,
        source=OURS,
    ),
    *(
        Rule(name=name, signal=PAGE, max=bound, kinds=kinds, source=OURS)
        for name, bound, kinds in (
            ("worth_of_page", 0.7, PAGES),
            ("worth_of_service", 0.6, ("service",)),
            ("worth_of_manual", 0.7, ("documentation",)),
            ("worth_of_listing", 0.2, ("listing", "collection")),
            ("worth_of_rest", 0.75, ("",)),
        )
    ),
    Rule(name="worth_of_file", signal=FILE, max=0.66, domains=WITHOUT_LAWS, source=OURS),
    Rule(
        name="worth_of_law_file",
        signal=FILE,
        max=0.8,  # one article between a heading and its signatures has up to 0.78
        domains=("legal",),
        source=OURS,
    ),
    Rule(
        name="worth_of_help",
        signal="unwanted",
        max=0.5,
        domains=("technical",),
        unless=FILE,
        source=OURS,
    ),
    Rule(
        name="worth_of_law",
        signal="unwanted",
        max=0.75,  # ordinances of an article or two below a letterhead have up to 0.75
        domains=("legal",),
        unless=FILE,
        source=OURS,
    ),
    Rule(
        name="worth_elsewhere",
        signal="unwanted",
        max=0.45,
        languages=("es", "ca"),
        domains=("parliamentary", "literature", "news"),  # not the abbreviations of the clinic
        unless=FILE,
        source=OURS,
    ),
    Rule(name="urls", signal="urls_per_word", max=0.2, web_only=True, source=CURATOR),
    Rule(name="tags", signal="tags_per_word", max=0.15, web_only=True, source=OURS),
)

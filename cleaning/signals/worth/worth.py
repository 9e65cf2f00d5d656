"""How likely a reader would not want a text in a corpus, as boosted trees and its style tell.

The trees see the numbers of the groups `text` and `coherence`, the language and the domain; the style is that of
`style.py`. Neither sees words that name a subject. Both learnt from documents that readers judged from the text alone,
by the standard in tests/benchmarks/rules/judging.md (`grow_worth.py`); they ship as plain arrays.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning.signals.measures import measure
from cleaning.text.batch import Batch, Floats

FILE = Path(__file__).with_name("worth.npz")
_NAMES = """
language_p second_language_p language_share other_language_share characters words lines paragraphs
mean_word_length longest_word long_word_share words_per_sentence digits uppercase letters latin
punctuation symbols unreadable hashes_per_word ellipses_per_word commas_per_word
separators_per_word braces_per_word alphabetic_words stop_words stop_word_share function_words
distinct_words top_word keyword_density vocabulary end_mark_lines colon_lines ellipsis_lines
bullet_lines short_lines lines_per_word duplicate_lines duplicate_line_characters
duplicate_paragraphs duplicate_paragraph_characters top_2gram top_3gram top_4gram duplicate_5grams
duplicate_6grams duplicate_7grams duplicate_8grams duplicate_9grams duplicate_10grams
urls_per_word tags_per_word code_share sentence_words sentence_share prose_end_marks
prose_ellipses prose_lines_per_word prose_duplicate_lines prose_duplicate_characters
prose_duplicate_5grams prose_duplicate_10grams teaser_share cohesion prose_share prose_words
running_share source_share prose_repeated program_words emails_per_word reference_lines
announcing_words
"""
INPUTS = tuple(_NAMES.split())
LANGUAGES = ("es", "ca", "gl", "eu", "pt", "en")
DOMAINS = ("web", "technical", "legal", "parliamentary", "biomedical", "literature", "news")


@functools.cache
def style(path: Path = FILE) -> dict[str, Any]:
    """Of the style the `frequent` words (`style.table`), the `weight` of each bucket and the `bias`."""
    with np.load(path, allow_pickle=False) as file:
        weight = (file["weight"] * file["scale"]).astype(np.float32)
        return {"frequent": file["frequent"], "weight": weight, "bias": float(file["bias"])}


def features(
    columns: Sequence[Any], language: Sequence[Any], domain: Sequence[Any]
) -> NDArray[np.float32]:
    """What the trees see of texts: their numbers in the order of INPUTS (-1 where there is none), the language and the
    domain, 1 for the one it is.
    """
    numbers = np.array([np.asarray(column, np.float64) for column in columns]).T
    one_hot = [
        np.array([value == one for value in values], np.float64)
        for values, labels in ((language, LANGUAGES), (domain, DOMAINS))
        for one in labels
    ]
    matrix = np.column_stack([np.nan_to_num(numbers, nan=-1.0), *one_hot])
    return matrix.astype(np.float32, order="C")  # as the loop over trees takes it


@measure(
    reads=(*INPUTS, "language", "domain"),
    unwanted=(
        float,
        "how likely a reader would not want it, by trees and by its style, the mean of both logits",
    ),
)
def _unwanted(batch: Batch, *columns: Any) -> Floats:
    # Here, for numba, which whoever only names a signal spares.
    from cleaning.models.boosted import load, sums
    from cleaning.signals.worth.style import runs, scores

    if not len(batch):
        return np.empty(0)
    *numbers, language, domain = columns
    learnt = style()
    written = scores(*runs(batch, learnt["frequent"]), learnt["weight"]) + learnt["bias"]
    measured = sums(features(numbers, language, domain), load(FILE))
    return 1 / (1 + np.exp(-(measured + written) / 2))

"""How likely a reader would not want a file of text that someone wrote by itself: Markdown, text, PDF, office files.

What tells most of such a file is what share of it stands in sentences of its own, by the weights of
`sentences.py`, which learnt from files as well; next is how `unwanted` it is. Lines of JSON, tables and dumps are not
asked: the laws of one article, the help and the sayings there are good at any share.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cleaning.signals.measures import measure
from cleaning.signals.worth.sentences import in_sentences, logit
from cleaning.text.batch import Batch, Bools, Floats

READERS = frozenset({"text", "markdown", "rst", "pdf", "docx", "odt", "epub"})
LANGUAGES = ("es", "ca")
# Of notes of the clinic too few were judged.
DOMAINS = ("web", "technical", "legal", "parliamentary", "literature", "news")
# A logistic regression over 800 files that were drawn whatever the rules say. How much the logit of `unwanted` counts
# beside the share was chosen before, since learnt freely it counts too much: its own bounds have had a part in which
# files stay.
BIAS, OF_SHARE, OF_UNWANTED = 3.46, -9.17, 0.37


@measure(
    reads=("reader", "language", "domain", "unwanted"),
    unwanted_file=(
        float,
        "how likely a reader would not want a file of text: by the share of its first 16,000 code points that stands "
        "in sentences of its own, and `unwanted`; of languages and domains of which such files were judged",
    ),
)
def _unwanted_file(
    batch: Batch,
    readers: Sequence[str | None],
    language: Sequence[str],
    domain: Sequence[str],
    unwanted: Floats,
) -> Floats:
    asked = are_files(readers) & np.isin(language, LANGUAGES) & np.isin(domain, DOMAINS)
    if not asked.any():
        return np.full(len(batch), np.nan)
    _, share = in_sentences(batch, asked, wrapped=True)
    logits = BIAS + OF_SHARE * share + OF_UNWANTED * logit(unwanted)
    return np.where(asked, 1 / (1 + np.exp(-logits)), np.nan)


def are_files(readers: Sequence[str | None]) -> Bools:
    """By their readers which texts are such files."""
    return np.fromiter((reader in READERS for reader in readers), bool, len(readers))

"""Files of text that someone wrote one by one, Markdown, text, PDF, office files: how likely a reader would not want
one, and how many of its words are broken by the signs of an edition (`q<ue>`, `godo[s]`).

What tells most of such a file, too, is what share of it stands in sentences of its own, by the weights of
`sentences.py`, which learnt from files as well; next is how `unwanted` it is. Lines of JSON, tables and dumps are not
asked: the laws of one article, the help and the sayings there are good at any share.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cleaning.signals.measures import measure
from cleaning.signals.worth.sentences import known, learnt
from cleaning.text.batch import Batch, Bools, Floats, Ints
from cleaning.text.kinds import LETTER

READERS = frozenset({"text", "markdown", "rst", "pdf", "docx", "odt", "epub"})
LANGUAGES = ("es", "ca")
DOMAINS = (
    "web",
    "technical",
    "legal",
    "parliamentary",
    "literature",
    "news",
)  # of notes of the clinic too few
# A logistic regression over 800 files that were drawn whatever the rules say. How much the logit of `unwanted` counts
# beside the share was chosen before, since learnt freely it counts too much: its own bounds have had a part in which
# files stay.
BIAS, OF_SHARE, OF_UNWANTED = 3.46, -9.17, 0.37

LONGEST = 4  # letters between two signs


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
    asked = _files(readers) & np.isin(language, LANGUAGES) & np.isin(domain, DOMAINS)
    if not asked.any():
        return np.full(len(batch), np.nan)
    # Here, for numba, which whoever only names a signal spares.
    from cleaning.signals.worth.parts import LOOK, joined, likely, parts, sums

    model = learnt()
    found = joined(batch, parts(batch, model["frequent"], np.where(asked, LOOK, 0)))
    own = likely(found, model["weight"], float(model["bias"]), model["near"], known(batch, found))
    odds = np.clip(unwanted, 1e-4, 1 - 1e-4)
    logit = BIAS + OF_SHARE * sums(found, own)[1] + OF_UNWANTED * np.log(odds / (1 - odds))
    return np.where(asked, 1 / (1 + np.exp(-logit)), np.nan)


@measure(
    reads=("reader",),
    marked_words=(
        float,
        "letters between `<` and `>` or `[` and `]` that stand within a word, per word of a file of text",
    ),
)
def _marked_words(batch: Batch, readers: Sequence[str | None]) -> Floats:
    files = _files(readers)
    if not files.any():
        return np.full(len(batch), np.nan)
    at, end = _between(batch)
    inside = _letter(batch, at - 1) | _letter(batch, end + 1)
    for step in range(1, LONGEST + 1):
        inside &= (at + step >= end) | _letter(batch, at + step)
    of = np.searchsorted(batch.start, at[inside], "right") - 1
    marked = np.bincount(of, minlength=len(batch)) / np.maximum(np.diff(batch.word_first), 1)
    return np.where(files, marked, np.nan)


def _between(batch: Batch) -> tuple[Ints, Ints]:
    """Where a sign opens and the next one closes, with so many code points between them as a mark has."""
    opens, closes = (
        (batch.signs == ord(of)) | (batch.signs == ord(or_)) for of, or_ in ("<[", ">]")
    )
    first = np.flatnonzero(opens[:-1] & closes[1:])
    at, end = batch.sign_at[first], batch.sign_at[first + 1]
    short = (end - at > 1) & (end - at <= LONGEST + 1)
    return at[short], end[short]


def _letter(batch: Batch, at: Ints) -> Bools:
    """Whether a letter stands there; what is beyond the ends is sent to the newline at the end, which is none."""
    letter: Bools = batch.classes.take(at, mode="wrap") & LETTER > 0
    return letter


def _files(readers: Sequence[str | None]) -> Bools:
    return np.fromiter((reader in READERS for reader in readers), bool, len(readers))

"""How much of a text stands in sentences of its own, as readers tell them from titles, labels, calls and stock texts.

A text is parted at the ends of its lines and sentences. What speaks for a sentence are the words of a part, the first
of them, their endings, pairs of neighbours, and its form: how long it is, how it begins and ends, and how long what
stands beside it is; then, how likely the parts beside it are sentences. A line of a poem is one. Each has a weight,
learnt from 77,700 sentences that readers named, from 6,100 pages and 3,300 files that they judged
(`grow_sentences.py`), and from words without labels (`grow_vectors.py`). Only pages as they are served are asked, since
hardly anything else was read; of a long one its beginning is looked at.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaning.signals.measures import measure
from cleaning.signals.text.prose import Lines
from cleaning.text.batch import Batch, Bools, Floats, by_text

if TYPE_CHECKING:
    from cleaning.signals.worth.parts import Parts

FILE = Path(__file__).with_name("sentences.npz")
READERS = ("html", "warc", "arc", "wacz", "index", "paths")  # of pages
LANGUAGES = ("es", "ca", "gl", "eu")
DOMAINS = ("web", "news")


@functools.cache
def learnt(path: Path = FILE) -> dict[str, Any]:
    """The `frequent` words (`style.table`), the `weight` of each bucket, the `bias` and the weights of neighbours,
    `near`; of a `page` the bias and the weights of its `numbers`.
    """
    with np.load(path, allow_pickle=False) as file:
        names = ("frequent", "bias", "near", "page")
        weight = (file["weight"] * file["scale"]).astype(np.float32)
        return {**{name: file[name] for name in names}, "weight": weight}


def known(batch: Batch, found: Parts) -> Floats:
    """Of the parts in lines that look like a poem: 1 where it is one, 0 where a quarter of these lines are beginnings
    of other texts, cut off below their titles. Of others nothing (nan).
    """
    lines = Lines.of(batch)
    told = np.full(len(found.words), np.nan)
    if lines.verse.any():
        number, cut = (by_text(of, batch.line_first) for of in (lines.verse, lines.excerpt))
        poem = (4 * cut < number)[lines.document]
        of_line = np.where(lines.verse, poem, np.nan)
        told = of_line[np.searchsorted(batch.line_start, found.start, "right") - 1]
    return told


def in_sentences(batch: Batch, asked: Bools, wrapped: bool = False) -> tuple[Floats, Floats]:
    """Of each text that is asked the words in sentences of its own, each times how likely it is one, and the share of
    code points there (0..1), of those looked at; none (nan) of others. `wrapped`: a line may end within a sentence.
    """
    # Here, for numba, which whoever only names a signal spares.
    from cleaning.signals.worth.parts import LOOK, joined, likely, parts, sums

    model = learnt()
    found = parts(batch, model["frequent"], np.where(asked, LOOK, 0))
    if wrapped:
        found = joined(batch, found)
    told = likely(found, model["weight"], float(model["bias"]), model["near"], known(batch, found))
    words, share = (np.where(asked, values, np.nan) for values in sums(found, told))
    return words, share


def logit(likely: Floats) -> Floats:
    """Of how likely something is the logit, of what is surer than one in 10,000 that of this."""
    likely = np.clip(likely, 1e-4, 1 - 1e-4)
    return np.log(likely / (1 - likely))


def numbers(words: Floats, share: Floats, unwanted: Floats) -> Floats:
    """What a page is judged by [texts, 3]: words and share of its sentences, and the logit of `unwanted`."""
    return np.stack([np.log1p(words), share, logit(unwanted)], axis=1)


@measure(
    reads=("reader",),
    own_words=(
        float,
        "words in sentences of its own, each times how likely it is one; of the first 16,000 code points of a page",
    ),
    own_share=(float, "code points in sentences of its own, likewise, of those looked at"),
)
def _own(batch: Batch, readers: Sequence[str | None]) -> tuple[Floats, Floats]:
    return in_sentences(batch, np.array([reader in READERS for reader in readers], bool))


@measure(
    reads=("own_words", "own_share", "unwanted", "language", "domain"),
    unwanted_page=(
        float,
        "how likely a reader would not want a page: by `unwanted` and its sentences; of languages and domains of which "
        "such pages were judged",
    ),
)
def _unwanted_page(
    batch: Batch,
    words: Floats,
    share: Floats,
    unwanted: Floats,
    language: Sequence[str],
    domain: Sequence[str],
) -> Floats:
    weights = learnt()["page"]
    judged = np.isin(language, LANGUAGES) & np.isin(domain, DOMAINS)
    likely = 1 / (1 + np.exp(-(numbers(words, share, unwanted) @ weights[1:] + weights[0])))
    return np.where(judged, likely, np.nan)

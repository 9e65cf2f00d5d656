"""How much of a text stands in sentences of its own, as readers tell them from titles, labels, calls and stock texts.

A text is parted at the ends of its lines and sentences. What speaks for a sentence are the words of a part, their
endings, pairs of neighbours, and its form: how long it is, how it begins and ends, and how long what stands beside it
is. Each has a weight, learnt from 15,700 parts that readers named and from 1,982 pages that they judged
(`grow_sentences.py`). Only pages as they are served are asked, since hardly anything else was read; of a long one
its beginning is looked at.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cleaning.signals.measures import measure
from cleaning.text.batch import Batch, Floats

FILE = Path(__file__).with_name("sentences.npz")
READERS = ("html", "warc", "arc", "wacz", "index", "paths")  # of pages


@functools.cache
def learnt(path: Path = FILE) -> dict[str, Any]:
    """The `frequent` words (`style.table`), the `weight` of each bucket and the `bias`; of a `page` the bias and the
    weights of its `numbers`.
    """
    with np.load(path, allow_pickle=False) as file:
        weight = (file["weight"] * file["scale"]).astype(np.float32)
        return {**{name: file[name] for name in ("frequent", "bias", "page")}, "weight": weight}


def numbers(words: Floats, share: Floats, unwanted: Floats) -> Floats:
    """What a page is judged by: words and share of its sentences, and the logit of `unwanted`."""
    likely = np.clip(unwanted, 1e-4, 1 - 1e-4)
    return np.stack([np.log1p(words), share, np.log(likely / (1 - likely))], axis=1)


@measure(
    reads=("reader",),
    own_words=(
        float,
        "words in sentences of its own, each times how likely it is one; of the first 16,000 code points of a page",
    ),
    own_share=(float, "code points in sentences of its own, likewise, of those looked at"),
)
def _own(batch: Batch, readers: Sequence[str | None]) -> tuple[Floats, Floats]:
    # Here, for numba, which whoever only names a signal spares.
    from cleaning.signals.worth.parts import LOOK, parts, sums

    pages = np.array([reader in READERS for reader in readers], bool)
    model = learnt()
    found = parts(batch, model["frequent"], np.where(pages, LOOK, 0))
    words, share = sums(found, model["weight"], float(model["bias"]))
    return np.where(pages, words, np.nan), np.where(pages, share, np.nan)


@measure(
    reads=("own_words", "own_share", "unwanted"),
    unwanted_page=(
        float,
        "how likely a reader would not want a page: by `unwanted` and its sentences",
    ),
)
def _unwanted_page(batch: Batch, words: Floats, share: Floats, likely: Floats) -> Floats:
    weights = learnt()["page"]
    return 1 / (1 + np.exp(-(numbers(words, share, likely) @ weights[1:] + weights[0])))

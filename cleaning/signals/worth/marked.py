"""How many words of a file of text are broken by the signs of an edition: `q<ue>`, `godo[s]`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cleaning.signals.measures import measure
from cleaning.signals.worth.files import are_files
from cleaning.text.batch import Batch, Bools, Floats, Ints
from cleaning.text.kinds import LETTER

LONGEST = 4  # letters between two signs


@measure(
    reads=("reader",),
    marked_words=(
        float,
        "letters between `<` and `>` or `[` and `]` that stand within a word, per word of a file of text",
    ),
)
def _marked_words(batch: Batch, readers: Sequence[str | None]) -> Floats:
    files = are_files(readers)
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

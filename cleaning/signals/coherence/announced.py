"""What a text says that announces, at its end, what isn't there: an example, a list, a field to fill in."""

from __future__ import annotations

import numpy as np

from cleaning.signals.measures import measure
from cleaning.text.batch import Batch, Floats


@measure(
    reads=("prose_words",),
    announcing_words=(float, "`prose_words` where the last line ends in one colon; else none"),
)
def _announced(batch: Batch, prose_words: Floats) -> Floats:
    ends = np.zeros(len(batch), bool)
    some = np.flatnonzero(np.diff(batch.line_first))
    last = batch.line_end[batch.line_first[some + 1] - 1] - 1
    before = batch.codes[np.maximum(last - 1, 0)]
    ends[some] = (batch.codes[last] == ord(":")) & (before != ord(":"))  # several are a fence
    return np.where(ends, np.asarray(prose_words, np.float64), np.nan)

"""The compiled loop of the third opinion: which of its known runs of bytes end where."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cleaning.text.batch import Hashes, Ints
from pipeline.compiled import compiled
from pipeline.plain_loops import place_of


@compiled
def longest(
    data: npt.NDArray[np.uint8], place: Ints, runs: Hashes, least: int, stop: int, runs_at: Ints
) -> None:
    """Fills `runs_at` with the longest run that ends at each byte, -1 where none does; `place` is that in its text."""
    for end in range(len(data)):
        number, longest = np.uint64(0), -1
        for size in range(1, min(stop, place[end] + 2)):
            number |= np.uint64(data[end - size + 1]) << np.uint64(8 * (size - 1))
            if size >= least:
                sought = number | (np.uint64(size) << np.uint64(48))
                at = place_of(sought, runs)
                if at < len(runs) and runs[at] == sought:
                    longest = at
        runs_at[end] = longest

"""The compiled loop of the third opinion: which of its known runs of bytes end where."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cleaning.text.batch import Hashes, Ints
from cleaning.text.spans import mix
from pipeline.compiled import bare


@bare
def longest(
    data: npt.NDArray[np.uint8],
    place: Ints,
    hashes: Hashes,
    order: Ints,
    begins: Ints,
    shift: np.uint64,
    least: int,
    stop: int,
    runs_at: Ints,
) -> None:
    """Fills `runs_at` with the longest run, of `least` bytes and more, that ends at each byte, -1 where none does;
    `place` is that of the byte in its text. The run order[i] has the mixed number hashes[i]; these stand in their
    order, and `begins` says where those begin that have the same bits above `shift`.
    """
    number = np.uint64(0)
    for end in range(len(data)):
        number = number << np.uint64(8) | np.uint64(data[end])
        runs_at[end] = -1
        for size in range(min(stop - 1, place[end] + 1), least - 1, -1):
            last = number & ((np.uint64(1) << np.uint64(8 * size)) - np.uint64(1))
            sought = mix(last | np.uint64(size) << np.uint64(48))
            at = begins[sought >> shift]
            while at < len(hashes) and hashes[at] < sought:
                at += 1
            if at < len(hashes) and hashes[at] == sought:
                runs_at[end] = order[at]
                break

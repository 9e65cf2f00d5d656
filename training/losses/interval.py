"""How sure a figure a byte is: its 95 % interval over the documents that it was measured on.

Documents are drawn, not tokens, so a long one counts as one observation: the figure is a ratio of two sums over
documents, and its variance that of a ratio estimator (Cochran, Sampling Techniques, 1977, section 6.3). All that is
kept of documents are sums, which add up over domains.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

FEWEST = 2  # documents of which there is an interval
_WIDTH = 1.96  # standard deviations to each side


def moments(values: NDArray[np.float64], sizes: Sequence[int]) -> dict[str, float]:
    """The sums of `values` and `sizes` of documents that `half_width` takes."""
    of = np.asarray(sizes, dtype=float)
    return {
        "documents": float(len(values)),
        "squared": float(values @ values),
        "crossed": float(values @ of),
        "sizes_squared": float(of @ of),
    }


def half_width(sums: Mapping[str, float], value: float, size: float) -> float | None:
    """How far the ratio of the sums `value` and `size` may be off, to each side; None of one document."""
    n = sums["documents"]
    if n < FEWEST:
        return None
    ratio = value / size
    spread = sums["squared"] - 2 * ratio * sums["crossed"] + ratio**2 * sums["sizes_squared"]
    return _WIDTH * math.sqrt(max(0.0, spread) * n / (n - 1)) / size

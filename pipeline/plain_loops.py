"""What numpy has for arrays, as loops for compiled code.

A loop that asks numpy for these brings numba's linear algebra, and SciPy's behind it, into every process that loads
it: a quarter of a second.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import bare


@bare
def total(numbers: NDArray[np.integer[Any]]) -> int:
    """The sum of whole numbers."""
    number_sum = 0
    for number in numbers:
        number_sum += number
    return number_sum


@bare
def place_of(sought: Any, ordered: NDArray[Any]) -> int:
    """Where a value stands among ordered ones, or would: the first of its equals."""
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high) // 2
        if ordered[middle] < sought:
            low = middle + 1
        else:
            high = middle
    return low

"""How much of each block stands in the gold text of its page: both are aligned, word by word, in one common order.

A block of a word or two, the price of a card or the name of who posts, is found in most gold texts by chance: here it
counts only where it stands in its order among the rest. An alignment in linear gaps, of which each run of words costs
something, so that words one by one are no text (as Smith and Waterman 1981 score local ones).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cleaning.text.batch import Bools, Ints
from pipeline.compiled import compiled

Floats = NDArray[np.float32]
RUN = np.float32(0.8)  # what a run costs, of which each word is worth 1
_GOLD, _HERE = 1, 2  # where the best alignment up to here comes from, if not from the word above
_GOES_ON = 4  # a run of words that ends here goes on from the one before


def labels(words: Sequence[Sequence[str]], gold: Sequence[str]) -> Floats:
    """The share of the words of each block that stand in the gold text, (blocks,); 0 of one without words. Takes a
    byte for each pair of a word of the page and one of the gold.
    """
    numbers: dict[str, int] = {}
    page = [numbers.setdefault(word, len(numbers)) for block in words for word in block]
    wanted = [numbers.setdefault(word, len(numbers)) for word in gold]
    aligned = np.zeros(len(page), bool)
    _align(np.array(page, np.int64), np.array(wanted, np.int64), RUN, aligned)
    size = np.array([len(block) for block in words], np.int64)
    total = np.concatenate(([0], np.cumsum(aligned)))
    end = np.cumsum(size)
    return ((total[end] - total[end - size]) / np.maximum(size, 1)).astype(np.float32)


@compiled
def _align(page: Ints, gold: Ints, cost: np.float32, aligned: Bools) -> None:
    """Which words of a page stand in the gold text."""
    rows, columns = len(page), len(gold)
    way = np.zeros((rows + 1, columns + 1), np.uint8)
    best = np.zeros(columns + 1, np.float32)
    run = np.full(columns + 1, -np.inf, np.float32)  # the best of which a run ends here
    for row in range(1, rows + 1):
        left, corner, corner_run = np.float32(0), np.float32(0), np.float32(-np.inf)
        for column in range(1, columns + 1):
            above, above_run = best[column], run[column]
            ends = np.float32(-np.inf)
            if page[row - 1] == gold[column - 1]:
                ends = np.float32(corner + np.float32(1) - cost)
                if corner_run + np.float32(1) >= ends:
                    ends = np.float32(corner_run + np.float32(1))
                    way[row, column] = _GOES_ON
            most = above
            if left > most:
                most = left
                way[row, column] |= _GOLD
            if ends > most:
                most = ends
                way[row, column] = (way[row, column] & _GOES_ON) | _HERE
            corner, corner_run = above, above_run
            best[column], run[column], left = most, ends, most
    row, column, inside = rows, columns, False
    while row > 0 and column > 0:
        if inside or way[row, column] & _HERE:
            aligned[row - 1] = True
            inside = (way[row, column] & _GOES_ON) > 0
            row, column = row - 1, column - 1
        elif way[row, column] & _GOLD:
            column -= 1
        else:
            row -= 1

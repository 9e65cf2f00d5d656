"""Judges the blocks of a page by boosted trees, which know shops and lists better than the networks of `model.py`.

Others judge which blocks are the body of an article: they know newspapers better. A block is seen with its own
numbers, some of those around it, and their means nearby. The trees ship as plain arrays, all nodes and all leaves in
a row, and are asked by one compiled loop. Grown by `learning/grow.py`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cleaning.extract.blocks import compiled
from cleaning.extract.model.features import Floats
from cleaning.models import boosted
from cleaning.text.batch import Bools

TREES = Path(__file__).with_name("trees.npz")
BODIES = Path(__file__).with_name("bodies.npz")
# The numbers of other blocks that are seen: of that so many behind, or before, from this column up to that one.
BESIDE = ((-1, 0, 25), (1, 0, 25), (-2, 10, 26), (2, 10, 26))
NEAR = (3, 8)  # blocks to each side of those whose means are seen
OF_NEAR = 45  # the first columns, those of text and marks, of which they are
_BESIDE = np.array(BESIDE, np.int64)
_NEAR = np.array(NEAR, np.int64)


def logits(x: Floats, path: Path = TREES, of: Bools | None = None) -> Floats:
    """Of each block, or each of those asked for, to be main text, or by the trees of BODIES the body of an article."""
    rows = None if of is None else of.nonzero()[0]
    return boosted.sums(with_context(x), boosted.load(path), rows).astype(np.float32)


def with_context(x: Floats) -> Floats:
    """What the trees see of each block: its numbers, those of the blocks beside it (-1 where there is none), means."""
    widths = [last - first for _, first, last in BESIDE]
    out = np.empty((len(x), x.shape[1] + sum(widths) + len(NEAR) * OF_NEAR), np.float32)
    sums = np.zeros((len(x) + 1, OF_NEAR))
    compiled.around(x, _BESIDE, _NEAR, sums, out)
    return out

"""What stands in a container that is marked, however deep: an element that is not shown, a box of the template."""

from __future__ import annotations

import numpy as np

from cleaning.extract.blocks import compiled
from cleaning.extract.blocks.blocks import Blocks
from cleaning.text.batch import Bools


def hidden(blocks: Blocks) -> Bools:
    """What stands in a container that isn't shown, whatever is above it."""
    return within(blocks, blocks.hidden)


def within(blocks: Blocks, marked: Bools) -> Bools:
    """What stands in a container that is marked, however deep."""
    within = np.empty(len(marked), bool)
    compiled.inherited(blocks.parent, marked, within)
    return within[blocks.at]

"""The rows of the arrays that the walk fills: a column is a block, or a container."""

from __future__ import annotations

# Of blocks and of containers: a target and a style as where they begin and end.
AT, KIND, LINKED, BOLD, LINKS, IMAGES, FIELDS, INLINE, LEVEL, COUNTED = range(10)
TARGET, TARGET_STOP, WRITTEN, LENGTH = range(10, 14)
OF_BLOCKS = 14
(
    PARENT,
    TAG,
    FAMILY,
    LOOK,
    FIRST,
    LAST,
    HIDDEN,
    STYLE,
    STYLE_STOP,
    CELL_OF,
    TAKEN,
    EMPTIES,
    BEGUN,
) = range(13)
OF_CONTAINERS = 13
# Of the block that is growing, behind those of blocks: whether it has a piece, whether that is a line break, whether it
# is more than white space, what stands before its next word (0, 1 a blank, 2 a newline); how many links and bold
# elements are open, whether it may begin an entry, which inline element ended just here; where its text begins.
GROWN, BROKEN, FULL, PENDING, IN_LINK, IN_BOLD, BEGINNING, CLOSED, BASE = range(14, 23)
OF_GROWING = 23

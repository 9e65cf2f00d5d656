"""The cells of a row of a table, put into one line."""

from __future__ import annotations

from cleaning.extract.blocks.rows import (
    AT,
    BASE,
    BOLD,
    CELL_OF,
    COUNTED,
    EMPTIES,
    FIELDS,
    FIRST,
    IMAGES,
    INLINE,
    KIND,
    LAST,
    LENGTH,
    LINKED,
    LINKS,
    PARENT,
    TAKEN,
    WRITTEN,
)
from cleaning.extract.tree.characters import BAR, BLANK, NEWLINE, Bytes
from cleaning.extract.tree.elements import Kind
from cleaning.text.batch import Ints
from pipeline.compiled import bare

CELL = 200  # characters of a cell above which a row is no line of a table
_ROW, _CELL = Kind.ROW, Kind.CELL


@bare
def join_cells(
    first: int,
    row: int,
    count: int,
    open_containers: int,
    now: Ints,
    out: Bytes,
    blocks: Ints,
    containers: Ints,
) -> int:
    """Puts the cells of a row of data into one line; a cell of prose stays a block of its own. An empty cell before a
    filled one keeps its place: what is below each other is of one column.

    `first` is the first block of the row and `row` its container; `count` and `open_containers` how many there are of
    both. How many blocks there are then.
    """
    many = count - first
    if many < 2:
        return count
    for block in range(first, count):
        if blocks[KIND, block] != _CELL or blocks[LENGTH, block] > CELL:
            return count
    for container in range(row, open_containers):
        above = containers[PARENT, container]
        own = container == row or above == row
        containers[CELL_OF, container] = container if own else containers[CELL_OF, above]
        containers[TAKEN, container] = 0
    for block in range(first, count):
        cell = containers[CELL_OF, blocks[AT, block]]
        if containers[TAKEN, cell]:  # a cell of many paragraphs
            return count
        containers[TAKEN, cell] = 1
    for summed in (LINKED, BOLD, LINKS, IMAGES, FIELDS):
        for block in range(first + 1, count):
            blocks[summed, first] += blocks[summed, block]
    first_cell = containers[CELL_OF, blocks[AT, first]]
    blocks[KIND, first], blocks[AT, first] = _ROW, row
    blocks[INLINE, first] = blocks[COUNTED, first] = 0
    empty = empties = 0
    for container in range(row + 1, open_containers):
        if containers[PARENT, container] == row:
            if containers[TAKEN, container]:
                containers[EMPTIES, container] = empty
                empties += empty
                empty = 0
            else:
                empty += 1
    containers[EMPTIES, row] = 0
    # Their texts, a NUL behind each, move towards the end of the buffer, that " | " has room in between, and "| " for
    # each that is empty.
    source = now[WRITTEN] - 1
    target = source + 2 * (many - 1 + empties)
    now[WRITTEN] = now[BASE] = target + 1
    out[target] = 0
    block = count - 1
    while block >= first:
        source -= 1
        target -= 1
        begins = source < blocks[WRITTEN, block]
        if not begins:
            byte = out[source]
            out[target] = BLANK if byte == NEWLINE else byte
            continue
        target += 1
        cell = first_cell if block == first else containers[CELL_OF, blocks[AT, block]]
        for _ in range(containers[EMPTIES, cell]):
            out[target - 1], out[target - 2] = BLANK, BAR
            target -= 2
        if block > first:
            out[target - 1], out[target - 2], out[target - 3] = BLANK, BAR, BLANK
            target -= 3
        block -= 1
    for container in range(row, open_containers):
        containers[FIRST, container], containers[LAST, container] = first, first + 1
    return first + 1

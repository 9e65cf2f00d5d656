"""The walk over the elements of a page: a compiled loop over its tokens makes blocks and containers of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from cleaning.extract.blocks.anchors import is_note, is_permalink
from cleaning.extract.blocks.cells import join_cells
from cleaning.extract.blocks.growing import LEVELS, add, add_blank, add_mark, flush
from cleaning.extract.blocks.rows import (
    BASE,
    BEGINNING,
    BEGUN,
    BROKEN,
    CLOSED,
    FAMILY,
    FIELDS,
    FIRST,
    GROWN,
    HIDDEN,
    IMAGES,
    IN_BOLD,
    IN_LINK,
    INLINE,
    LAST,
    LINKS,
    LOOK,
    OF_GROWING,
    PARENT,
    STYLE,
    STYLE_STOP,
    TAG,
    TARGET,
    TARGET_STOP,
)
from cleaning.extract.tree.attributes import (
    ATTRIBUTES,
    CLASS,
    CONCEALED,
    HREF,
    ID,
    ROLE,
    START,
    STYLED,
    read_attributes,
)
from cleaning.extract.tree.characters import AMPERSAND, BLANK, GT, Bytes, is_blank, referred
from cleaning.extract.tree.elements import (
    BESIDE,
    BREAK,
    BUTTON,
    CONTAINER,
    DROPPED,
    ENTRY,
    HYPHEN,
    IMAGE,
    INPUT,
    LINK,
    LIST,
    LOWERED,
    NUMBERED,
    OTHER,
    RAISED,
    ROW,
    SILENT,
    STRONG,
    Kind,
)
from cleaning.extract.tree.families import READ, families_of, read_names
from cleaning.extract.tree.names import PRIME, hashed, name_at
from cleaning.extract.tree.numbering import first_number, marked
from cleaning.extract.tree.tokens import BEGIN, END, LAID, MATCH, STOP, TEXT, WHAT
from cleaning.extract.tree.unseen import is_unseen
from cleaning.text.batch import Bools, Hashes, Ints
from cleaning.text.superscripts import LOWERED as LOWERS
from cleaning.text.superscripts import NOTE
from cleaning.text.superscripts import RAISED as RAISES
from pipeline.compiled import bare

DEEPEST = 1000  # containers; what nests deeper belongs to the one at this depth
_TEXT, _CODE = Kind.TEXT, Kind.CODE
_RAISES, _LOWERS, _OF_NOTE = ord(RAISES), ord(LOWERS), ord(NOTE)


@bare
def walked(
    data: Bytes,
    tokens: Ints,
    most: int,
    silent: bool,
    does: Ints,
    kind_of: Ints,
    attributes: Hashes,
    hashes: Hashes,
    bits: Ints,
    longest: int,
    custom: int,
    alphanumeric: Bools,
    blocks: Ints,
    containers: Ints,
    out: Bytes,
    targets: Bytes,
    now: Ints,
    is_container: Bools,
    stacks: Ints,
    read: Ints,
    names: Bytes,
    looks: Hashes,
    look_numbers: Ints,
) -> tuple[int, int, int, int]:
    """Fills blocks [14, n], containers [13, n], and the texts and targets of blocks, each with a NUL behind it.

    How many blocks and containers there are, and how many bytes of texts and targets. `most` is how many tokens
    there are. `silent`: what stands in a
    `noscript` is read. `does` and `kind_of` are those of elements, `custom` the tag of those with a hyphen,
    `attributes` the hashes of ATTRIBUTES; `hashes` and `bits` know the words of families, the longest of `longest`
    letters. The last seven are room to work in (`room`).
    """
    now[CLOSED] = OTHER
    depth = lists = in_rows = count = container_count = alike = 0
    open_, kinds, numbers, rows, of_data = stacks[0], stacks[1], stacks[2], stacks[3], stacks[4]
    kinds[0] = _TEXT
    i = 0
    while i < most:
        what = tokens[WHAT, i]
        code = kinds[depth] == _CODE
        if what == TEXT:
            add(data, tokens[BEGIN, i], tokens[STOP, i], code, now, out)
            i += 1
            continue
        ends = what == END
        begun = tokens[MATCH, i] if ends else i
        number = tokens[WHAT, begun]
        doing = does[number]
        within = open_[depth - 1] if depth else 0
        last_number = numbers[lists - 1] if lists else -1
        if ends:
            if is_container[begun]:
                count = flush(within, kinds[depth], lists, last_number, count, now, out, blocks)
                depth -= 1
                containers[LAST, within] = count
                if doing & LIST:
                    lists -= 1
                elif doing & ROW:
                    in_rows -= 1
                    if of_data[in_rows]:
                        first = rows[in_rows]
                        count = join_cells(
                            first, within, count, container_count, now, out, blocks, containers
                        )
                now[CLOSED] = OTHER
            else:
                if doing & (RAISED | LOWERED):
                    add_mark(LEVELS, code, now, out)
                now[IN_LINK] -= doing & LINK != 0
                now[IN_BOLD] -= doing & STRONG != 0
                now[CLOSED] = number
            i += 1
            continue
        if doing & DROPPED and not (silent and doing & SILENT):
            i = tokens[MATCH, i] + 1
            continue
        contains = doing & CONTAINER != 0
        if number == HYPHEN:
            contains = not _in_sentence(data, tokens, most, i)
        if contains:
            count = flush(within, kinds[depth], lists, last_number, count, now, out, blocks)
        if contains and depth <= DEEPEST:
            is_container[i] = True
            read_attributes(data, tokens[BEGIN, i], attributes, read)
            containers[PARENT, container_count] = within if depth else -1
            containers[TAG, container_count] = custom if number == HYPHEN else number
            size = read_names(data, read[CLASS, 0], read[CLASS, 1], 0, names)
            for other in (ID, ROLE):
                if size < READ:
                    names[size] = BLANK
                    size = read_names(data, read[other, 0], read[other, 1], size + 1, names)
            containers[FAMILY, container_count] = families_of(names, size, hashes, bits, longest)
            look = name_at(data, tokens[BEGIN, i], GT)[1]
            if read[CLASS, 0] >= 0:
                look = look * PRIME + hashed(data, read[CLASS, 0], read[CLASS, 1])
            slot = _slot(looks, look)
            if not looks[slot]:
                looks[slot], look_numbers[slot] = look, alike
                alike += 1
            containers[LOOK, container_count] = look_numbers[slot]
            containers[HIDDEN, container_count] = read[CONCEALED, 0] >= 0
            containers[BEGUN, container_count] = tokens[BEGIN, i]
            containers[STYLE, container_count], containers[STYLE_STOP, container_count] = (
                read[STYLED, 0],
                read[STYLED, 1],
            )
            containers[FIRST, container_count], containers[LAST, container_count] = count, -1
            open_[depth] = container_count
            depth += 1
            container_count += 1
            own = kind_of[number]
            kinds[depth] = own if own >= 0 else kinds[depth - 1]
            if doing & ENTRY:
                now[BEGINNING] = 1
                if lists and numbers[lists - 1] >= 0:
                    numbers[lists - 1] += 1
                    own_number = marked(data, read[START, 0], read[START, 1])
                    if own_number:
                        numbers[lists - 1] = own_number
            elif doing & LIST:
                numbers[lists] = -1
                if doing & NUMBERED:
                    numbers[lists] = first_number(data, read[START, 0], read[START, 1])
                lists += 1
            elif doing & ROW:
                table = tokens[LAID, i]
                rows[in_rows], of_data[in_rows] = count, table < 0 or not tokens[LAID, table]
                in_rows += 1
        elif doing & BREAK:
            if now[BROKEN] and not code:
                count = flush(within, kinds[depth], lists, last_number, count, now, out, blocks)
            else:
                add_blank(2, code, now, out)
            now[CLOSED] = OTHER
        elif doing & IMAGE:
            now[IMAGES] += 1
            now[CLOSED] = OTHER
        elif doing & INPUT:
            now[FIELDS] += 1
            now[CLOSED] = OTHER
        elif is_unseen(data, tokens, i, attributes):
            i = tokens[MATCH, i]
        else:
            if doing & BESIDE and number == now[CLOSED]:
                add_blank(1, code, now, out)
            now[CLOSED] = OTHER
            if doing & LINK or not now[GROWN]:
                read_attributes(data, tokens[BEGIN, i], attributes, read)
                if not now[GROWN]:
                    size = read_names(data, read[CLASS, 0], read[CLASS, 1], 0, names)
                    now[INLINE] |= families_of(names, size, hashes, bits, longest)
            if doing & LINK:
                now[IN_LINK] += 1
                now[LINKS] += 1
                now[TARGET], now[TARGET_STOP] = read[HREF, 0], read[HREF, 1]
                if is_permalink(data, tokens, i, read[HREF, 0], read[HREF, 1], alphanumeric):
                    i = tokens[MATCH, i] - 1
            now[IN_BOLD] += doing & STRONG != 0
            now[FIELDS] += doing & BUTTON != 0
            if doing & LOWERED:
                add_mark(_LOWERS, code, now, out)
            elif doing & RAISED:
                note = is_note(data, tokens, i, does, now)
                add_mark(_OF_NOTE if note else _RAISES, code, now, out)
        i += 1
    last_number = numbers[lists - 1] if lists else -1
    count = flush(0, kinds[depth], lists, last_number, count, now, out, blocks)
    return count, container_count, now[BASE], _copied(data, blocks, count, targets)


def room(count: int) -> tuple[Any, ...]:
    """For `walked`, of so many tokens: the block that grows; of tokens whether they are containers; the open
    containers, the kinds of blocks in them, the last numbers of the open lists (-1 of those that have none), of the
    open rows the first blocks and whether they are of data; attributes; names; a hash table of what containers look
    like, and the number of each.
    """
    looks = 1 << count.bit_length()
    return (
        np.zeros(OF_GROWING, np.int64),
        np.zeros(count, np.bool_),
        np.empty((5, DEEPEST + 2), np.int64),
        np.empty((len(ATTRIBUTES), 2), np.int64),
        np.empty(READ, np.uint8),
        np.zeros(looks, np.uint64),
        np.empty(looks, np.int64),
    )


@bare
def _in_sentence(data: Bytes, tokens: Ints, most: int, i: int) -> bool:
    """Whether text stands beside an element, which is part of a sentence then."""
    for beside in (i - 1, tokens[MATCH, i] + 1):
        if (
            0 <= beside < most
            and tokens[WHAT, beside] == TEXT
            and not is_blank(data, tokens[BEGIN, beside], tokens[STOP, beside])
        ):
            return True
    return False


@bare
def _slot(looks: Hashes, look: Any) -> Any:
    mask = np.uint64(len(looks) - 1)
    slot = look & mask
    while looks[slot] and looks[slot] != look:
        slot = (slot + np.uint64(1)) & mask
    return slot


@bare
def _copied(data: Bytes, blocks: Ints, count: int, targets: Bytes) -> int:
    """Writes the targets of blocks, a NUL behind each; how many bytes there are."""
    at = 0
    for block in range(count):
        begin = blocks[TARGET, block]
        while 0 <= begin < blocks[TARGET_STOP, block]:
            if data[begin] == AMPERSAND:
                targets[at], begin = referred(data, begin)
            else:
                targets[at] = data[begin]
                begin += 1
            at += 1
        targets[at] = 0
        at += 1
    return at

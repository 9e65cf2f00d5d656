"""The walk over the elements of a page: two compiled loops over its tree, written as XML.

`tokenised` finds where elements begin and end, `walked` makes blocks and containers of them. The tree comes as
`lxml.etree.tostring` or its canonical form writes it: what is no text stands in tags, values in double quotes, and
`&`, `<`, `>`, `"` and control characters in texts and values are written as references.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import bare

Bytes = NDArray[np.uint8]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]

# What an element does to the walk, a bit each; which does what says `elements.py`. What a loop is compiled with stands
# here, since numba keeps the machine code until this file changes.
CONTAINER, DROPPED, SILENT, LINK, STRONG, BREAK, IMAGE, INPUT = (1 << bit for bit in range(8))
BUTTON, BESIDE, ENTRY, NUMBERED, LIST, ROW, TABLE, RAISED, LOWERED, MENDED, TELLS = (
    1 << bit for bit in range(8, 19)
)
OTHER = -1  # the number of an element that does nothing
HYPHEN = -2  # and of one whose name has a hyphen: a container, where it stands in no sentence
_TEXT, _ITEM, _ROW, _CELL, _CODE = 0, 5, 8, 9, 10  # kinds of blocks

_RAISED, _LOWERED, _OF_NOTE, _LEVEL = (
    1,
    2,
    3,
    4,
)  # characters before and behind such parts (`cleaning/superscripts.py`)
_OF_MARK = 8  # tokens of what is raised, in which the link of a note begins
_UNSEEN = 300  # bytes of an element in a sentence that a style hides; a longer one is a text that a click opens
CELL = 200  # characters of a cell above which a row is no line of a table
DEEPEST = 1000  # containers; what nests deeper belongs to the one at this depth
_NAMES_READ = 300  # characters of class, id and role that are read for families
_SHORTEST = 5  # letters of a word that may be the beginning of a longer one
_SIGN = 2  # characters of a link that is but a sign

# The rows of the tokens: what one is (the number of an element, TEXT or END), where its name or text begins, where it
# ends, the token that ends or begins the same element, and of a table whether it lays the page out (of a row of a
# table its table, -1 without one).
WHAT, BEGIN, STOP, MATCH, LAID = range(5)
TEXT, END = -3, -4
# The rows of blocks and of containers: a target and a style as where they begin and end.
AT, KIND, LINKED, BOLD, LINKS, IMAGES, FIELDS, INLINE, LEVEL, COUNTED = range(10)
TARGET, TARGET_STOP, WRITTEN, LENGTH = range(10, 14)
OF_BLOCKS = 14
PARENT, TAG, FAMILY, LOOK, FIRST, LAST, HIDDEN, STYLE, STYLE_STOP, _CELL_OF, _TAKEN, _EMPTIES = (
    range(12)
)
HELD = 12
# Of the block that is growing, behind those rows: whether it has a piece, whether that is a line break, whether it is
# more than white space, what stands before its next word (0, 1 a blank, 2 a newline); how many links and bold elements
# are open, whether it may begin an entry, which inline element ended just here.
_GROWN, _BROKEN, _FULL, _PENDING, _IN_LINK, _IN_BOLD, _BEGINS, _CLOSED, BASE = range(14, 23)
_STATE = 23
# The attributes that are read, in the order of ATTRIBUTES.
_CLASS, _ID, _ROLE, _STYLE, _HIDDEN, _HREF, _START = range(7)
ATTRIBUTES = ("class", "id", "role", "style", "hidden", "href", "start")
# Those that tell whether an element is shown otherwise than the tree says it.
_OF_CLASS, _OF_TYPE, _OF_VALUE, _OF_START, _OF_STYLE, _REVERSED = range(6)
TELLING = ("class", "type", "value", "start", "style", "reversed")

_FNV, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
_LT, _GT, _SLASH, _EQUALS, _QUOTE, _AMPERSAND, _SEMICOLON, _HASH, _DASH = map(ord, '<>/="&;#-')
_NONE = np.frombuffer(b"display:none", np.uint8)
_HIDES = np.frombuffer(b"visibility:hidden", np.uint8)
_OUT = np.frombuffer(b"left:-999", np.uint8)
# In attributes of elements that tell whether the page is otherwise shown: classes of pictures of formulas, of columns
# of numbers; styles of lists; types of scripts.
_PICTURE, _OF_WIKI, _GUTTER, _LINE_NUMBERS, _MARKS, _FORMULA = (
    np.frombuffer(words, np.uint8)
    for words in (b"tex", b"mwe-math", b"gutter", b"linen", b"list-style", b"math/")
)
STYLES = "naAiI"  # of the marks of lists: plain numbers, letters, Roman numerals
MARK = 20  # bits of a number in such a list, below those of its style
_STYLES = np.frombuffer(STYLES.encode(), np.uint8)
_BLANK, _NEWLINE, _BAR = 0x20, 0x0A, 0x7C


@bare
def _name(data: Bytes, at: int, first_stop: int) -> tuple[int, Any, bool]:
    """Where the name of an element or, with = as `first_stop`, of an attribute ends, its hash, whether it has a
    hyphen.
    """
    value, hyphen, begin = _FNV, False, at
    while True:
        byte = data[at]
        if byte == first_stop:
            if byte != _EQUALS or at > begin:
                break
        elif first_stop != _EQUALS and byte in (_BLANK, _SLASH):
            break
        hyphen |= byte == _DASH
        value = (value ^ np.uint64(byte)) * _PRIME
        at += 1
    return at, value, hyphen


@bare
def _looked_up(hashes: Hashes, values: Ints, wanted: Any, missing: int) -> int:
    mask = np.uint64(len(hashes) - 1)
    at = wanted & mask
    while hashes[at]:
        if hashes[at] == wanted:
            return values[at]
        at = (at + np.uint64(1)) & mask
    return missing


@bare
def _hashed(data: Bytes, begin: int, end: int) -> Any:
    value = _FNV
    for i in range(begin, end):
        value = (value ^ np.uint64(data[i])) * _PRIME
    return value


@bare
def _attribute(data: Bytes, at: int) -> tuple[int, int, Any]:
    """Of the attribute that begins behind the blank at `at`: where its value begins and ends, the hash of its name."""
    at, value, _ = _name(data, at + 1, _EQUALS)
    begin = end = at + 2
    while data[end] != _QUOTE:
        end += 1
    return begin, end, value


@bare
def tokenised(
    data: Bytes,
    hashes: Hashes,
    numbers: Ints,
    does: Ints,
    laying: Hashes,
    telling: Hashes,
    out: Ints,
) -> tuple[int, int]:
    """Fills the tokens, [5, as many as twice the signs `<` in the tree]; how many there are, and the bits of what the
    elements do, MENDED where one is shown otherwise than the tree says it (`shown.py`).

    `hashes` and `numbers` know elements by name, `does` what each does; `laying` are the hashes of the name of the
    attribute, and of its two values, by which a table lays a page out; `telling` those of TELLING.
    """
    count, at, open_, table, seen = 0, 0, -1, -1, 0
    while at < len(data):
        out[BEGIN, count] = at
        out[LAID, count] = 0
        if data[at] != _LT:
            while data[at] != _LT:
                at += 1
            out[WHAT, count], out[STOP, count], out[MATCH, count] = TEXT, at, -1
            count += 1
            continue
        closed = data[at + 1] == _SLASH
        if closed:
            while data[at] != _GT:
                at += 1
        else:
            begin = at + 1
            at, value, hyphen = _name(data, begin, _GT)
            number = _looked_up(hashes, numbers, value, HYPHEN if hyphen else OTHER)
            out[WHAT, count], out[BEGIN, count] = number, begin
            # An element that is open keeps the one around it where it will keep its end, a table the one around it.
            out[MATCH, count], open_ = open_, count
            doing = does[number]
            seen |= doing
            if doing & TABLE:
                if table >= 0:
                    out[LAID, table] = 1
                out[STOP, count], table = table, count
            elif doing & ROW:
                out[LAID, count] = table
            while data[at] == _BLANK:
                begin, end, value = _attribute(data, at)
                if doing & TABLE and value == laying[0]:
                    hashed = _hashed(data, begin, end)
                    if hashed == laying[1] or hashed == laying[2]:
                        out[LAID, count] = 1
                if doing & TELLS and _tells(data, begin, end, value, doing, telling):
                    seen |= MENDED
                at = end + 1
            count += 1
            closed = data[at] == _SLASH
            if closed:
                at += 1
        at += 1
        if closed:
            out[WHAT, count], out[BEGIN, count], out[STOP, count] = END, at, at
            out[LAID, count] = 0
            begun = open_
            open_ = out[MATCH, begun]
            if does[out[WHAT, begun]] & TABLE:
                table = out[STOP, begun]
            out[MATCH, begun], out[MATCH, count] = count, begun
            count += 1
    return count, seen


@bare
def _tells(data: Bytes, begin: int, end: int, name: Any, doing: int, telling: Hashes) -> bool:
    """Whether an attribute of an element tells that this is shown otherwise than the tree says it."""
    if name == telling[_OF_CLASS]:
        if doing & IMAGE:
            return _holds(data, begin, end, _PICTURE) or _holds(data, begin, end, _OF_WIKI)
        return _holds(data, begin, end, _GUTTER) or _holds(data, begin, end, _LINE_NUMBERS)
    if doing & DROPPED:
        return name == telling[_OF_TYPE] and _holds(data, begin, end, _FORMULA)
    if doing & ENTRY:
        return name == telling[_OF_VALUE]
    if not doing & NUMBERED:
        return False
    if name == telling[_OF_START]:
        return end == begin + 1 and data[begin] == ord("0")
    if name == telling[_OF_STYLE]:
        return _holds(data, begin, end, _MARKS)
    return name == telling[_OF_TYPE] or name == telling[_REVERSED]


@bare
def _holds(data: Bytes, at: int, end: int, words: Bytes) -> bool:
    """Whether a value holds words, in capitals or not, with blanks or without."""
    met = 0
    while at < end:
        if data[at] != _BLANK:
            byte = data[at] | 32 if 65 <= data[at] <= 90 else data[at]
            met = met + 1 if byte == words[met] else 1 if byte == words[0] else 0
            if met == len(words):
                return True
        at += 1
    return False


@bare
def _space(data: Bytes, at: int) -> int:
    """How many bytes the white space at a place has, as `str.isspace` knows it; 0 where there is none."""
    byte = data[at]
    if byte <= _BLANK:
        return 1 if byte == _BLANK or 9 <= byte <= 13 or byte >= 28 else 0
    if byte < 0xC2 or byte > 0xE3:
        return 0
    if byte == 0xC2:
        return 2 if data[at + 1] == 0x85 or data[at + 1] == 0xA0 else 0
    second = data[at + 1]
    if byte == 0xE2:
        third = data[at + 2]
        if second == 0x80:
            return 3 if third <= 0x8A or third == 0xA8 or third == 0xA9 or third == 0xAF else 0
        return 3 if second == 0x81 and third == 0x9F else 0
    if byte == 0xE3:
        return 3 if second == 0x80 and data[at + 2] == 0x80 else 0
    return 3 if byte == 0xE1 and second == 0x9A and data[at + 2] == 0x80 else 0


@bare
def _referred(data: Bytes, at: int) -> tuple[int, int]:
    """The character of the reference that begins at a place, which is of ASCII, and where the reference ends."""
    first = data[at + 1]
    end = at + 1
    while data[end] != _SEMICOLON:
        end += 1
    if first == ord("a"):
        return _AMPERSAND, end + 1
    if first == ord("l"):
        return _LT, end + 1
    if first == ord("g"):
        return _GT, end + 1
    if first == ord("q"):
        return _QUOTE, end + 1
    value, base, i = 0, 10, at + 2
    if data[i] == ord("x"):
        base, i = 16, i + 1
    while i < end:
        digit = data[i]
        value = value * base + (digit - 48 if digit < 58 else (digit | 32) - 87)
        i += 1
    return value, end + 1


@bare
def _is_blank(data: Bytes, begin: int, end: int) -> bool:
    at = begin
    while at < end:
        if data[at] == _AMPERSAND:
            character, after = _referred(data, at)
            if character > _BLANK:
                return False
            at = after
        else:
            size = _space(data, at)
            if not size:
                return False
            at += size
    return True


@bare
def _code_point(data: Bytes, at: int) -> tuple[Any, int]:
    """The code point at a place, and where the next one stands."""
    byte = np.int64(data[at])
    if byte == _AMPERSAND:
        return _referred(data, at)
    if byte < 0x80:
        return byte, at + 1
    size = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
    value = byte & (0x7F >> size)
    for i in range(1, size):
        value = value << 6 | np.int64(data[at + i]) & 0x3F
    return value, at + size


@bare
def _is_sign(data: Bytes, begin: int, end: int, alphanumeric: Bools) -> bool:
    """Whether a text is at most two characters between white space, no letter or digit among them."""
    at, size, blanks = begin, 0, 0
    while at < end:
        space = _space(data, at)
        if data[at] == _AMPERSAND:
            space = _referred(data, at)[0] <= _BLANK
        code, at = _code_point(data, at)
        if space:
            blanks += size > 0
            continue
        size += 1 + blanks
        blanks = 0
        if size > _SIGN or alphanumeric[min(code, len(alphanumeric) - 1)]:
            return False
    return True


@bare
def _read_names(data: Bytes, begin: int, end: int, at: int, names: Bytes) -> int:
    """Writes a value behind `at` others, in characters of ASCII alone; how many there are then."""
    while begin < end and at < _NAMES_READ:
        code, begin = _code_point(data, begin)
        names[at] = code if code < 0x80 else 0
        at += 1
    return at


@bare
def _families(names: Bytes, count: int, hashes: Hashes, bits: Ints, longest: int) -> int:
    """The families of the words of a name: runs of lower case, with a capital before them or not, and of capitals."""
    families, at = 0, 0
    while at < count:
        begin = at
        while at < count and 65 <= names[at] <= 90:
            at += 1
        capitals = at - begin
        if at < count and 97 <= names[at] <= 122:
            if capitals > 1:
                families |= _of_word(names, begin, at - 1, hashes, bits, longest)
                begin = at - 1
            elif not capitals:
                begin = at
            while at < count and 97 <= names[at] <= 122:
                at += 1
            families |= _of_word(names, begin, at, hashes, bits, longest)
        elif capitals:
            families |= _of_word(names, begin, at, hashes, bits, longest)
        else:
            at += 1
    return families


@bare
def _of_word(names: Bytes, begin: int, end: int, hashes: Hashes, bits: Ints, longest: int) -> int:
    """The families of a word: its own, else those of its longest beginning that has some."""
    value, best = _FNV, 0
    for i in range(begin, end):
        value = (value ^ np.uint64(names[i] | 32)) * _PRIME
        size = i - begin + 1
        if size > longest:
            break
        if size >= _SHORTEST or i == end - 1:
            bits_found = _looked_up(hashes, bits, value, 0)
            if bits_found:
                best = bits_found
    return best


@bare
def _add(data: Bytes, begin: int, end: int, code: bool, now: Ints, out: Bytes) -> None:
    """Adds a text to the block that is growing, of code as it is, else with a blank for all white space."""
    blank = _is_blank(data, begin, end)
    if blank and not code:
        if now[_GROWN] and not now[_BROKEN]:
            now[_PENDING] = max(now[_PENDING], 1)
        return
    at, length, pending, characters = now[WRITTEN], now[LENGTH], now[_PENDING], 0
    while begin < end:
        characters += 1
        byte: Any = np.int64(data[begin])
        after, reference = begin + 1, byte == _AMPERSAND
        space: Any = 0
        if reference:
            byte, after = _referred(data, begin)
            space = byte <= _BLANK
        elif byte <= _BLANK or byte >= 0x80:
            space = _space(data, begin)
            if byte >= 0x80:
                after = begin + (2 if byte < 0xE0 else 3 if byte < 0xF0 else 4)
        if space and not code:
            pending = max(pending, 1)
            begin = after
            continue
        if pending and not code:
            if length:
                out[at] = _BLANK if pending == 1 else _NEWLINE
                at += 1
                length += 1
            pending = 0
        length += 1
        out[at] = byte
        at += 1
        if not reference:
            for i in range(begin + 1, after):
                out[at] = data[i]
                at += 1
        begin = after
    now[WRITTEN], now[LENGTH], now[_PENDING] = at, length, pending
    now[_GROWN], now[_BROKEN], now[_CLOSED] = 1, 0, OTHER
    now[_FULL] |= not blank
    if now[_IN_LINK] > 0:
        now[LINKED] += characters
    if now[_IN_BOLD] > 0:
        now[BOLD] += characters


@bare
def _add_blank(pending: int, code: bool, now: Ints, out: Bytes) -> None:
    """Adds a blank (1) or a newline (2) that stands in no text."""
    if code:
        out[now[WRITTEN]] = _BLANK if pending == 1 else _NEWLINE
        now[WRITTEN] += 1
        now[LENGTH] += 1
    else:
        now[_PENDING] = max(now[_PENDING], pending)
    now[_GROWN], now[_BROKEN] = 1, pending == 2


@bare
def _add_mark(mark: int, code: bool, now: Ints, out: Bytes) -> None:
    """Adds a mark before or behind what is raised or lowered; white space before its end is none of the text."""
    if mark != _LEVEL and now[_PENDING] and not code:
        if now[LENGTH]:
            out[now[WRITTEN]] = _BLANK if now[_PENDING] == 1 else _NEWLINE
            now[WRITTEN] += 1
            now[LENGTH] += 1
        now[_PENDING] = 0
    out[now[WRITTEN]] = mark
    now[WRITTEN] += 1


@bare
def _flush(
    at: int, kind: int, level: int, number: int, count: int, now: Ints, out: Bytes, blocks: Ints
) -> int:
    """Ends the block that is growing, in the container `at`; how many blocks there are then.

    `number` is that of the last entry of the innermost list.
    """
    if now[_FULL]:
        counted = 0
        if kind == _ITEM:
            if now[_BEGINS]:
                counted = number
            else:
                kind = _TEXT
        now[_BEGINS] = 0
        length = now[LENGTH]
        begin = now[BASE]
        out[now[WRITTEN]] = 0
        blocks[AT, count], blocks[KIND, count] = at, kind
        blocks[LEVEL, count], blocks[COUNTED, count] = level, counted
        limit = 1 << 40 if kind == _CODE else length  # that of code is known later
        blocks[LINKED, count] = min(now[LINKED], limit)
        blocks[BOLD, count] = min(now[BOLD], limit)
        for row in (LINKS, IMAGES, FIELDS, INLINE, TARGET, TARGET_STOP):
            blocks[row, count] = now[row]
        blocks[WRITTEN, count], blocks[LENGTH, count] = begin, length
        for row in (LINKS, IMAGES, FIELDS, TARGET, TARGET_STOP):
            now[row] = 0
        count += 1
        now[BASE] = now[WRITTEN] = now[WRITTEN] + 1
    else:
        now[WRITTEN] = now[BASE]
    for row in (LINKED, BOLD, INLINE, LENGTH, _GROWN, _BROKEN, _FULL, _PENDING):
        now[row] = 0
    return count


@bare
def _join_cells(
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
        containers[_CELL_OF, container] = container if own else containers[_CELL_OF, above]
        containers[_TAKEN, container] = 0
    for block in range(first, count):
        cell = containers[_CELL_OF, blocks[AT, block]]
        if containers[_TAKEN, cell]:  # a cell of many paragraphs
            return count
        containers[_TAKEN, cell] = 1
    for summed in (LINKED, BOLD, LINKS, IMAGES, FIELDS):
        for block in range(first + 1, count):
            blocks[summed, first] += blocks[summed, block]
    first_cell = containers[_CELL_OF, blocks[AT, first]]
    blocks[KIND, first], blocks[AT, first] = _ROW, row
    blocks[INLINE, first] = blocks[COUNTED, first] = 0
    empty = empties = 0
    for container in range(row + 1, open_containers):
        if containers[PARENT, container] == row:
            if containers[_TAKEN, container]:
                containers[_EMPTIES, container] = empty
                empties += empty
                empty = 0
            else:
                empty += 1
    containers[_EMPTIES, row] = 0
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
            out[target] = _BLANK if byte == _NEWLINE else byte
            continue
        target += 1
        cell = first_cell if block == first else containers[_CELL_OF, blocks[AT, block]]
        for _ in range(containers[_EMPTIES, cell]):
            out[target - 1], out[target - 2] = _BLANK, _BAR
            target -= 2
        if block > first:
            out[target - 1], out[target - 2], out[target - 3] = _BLANK, _BAR, _BLANK
            target -= 3
        block -= 1
    for container in range(row, open_containers):
        containers[FIRST, container], containers[LAST, container] = first, first + 1
    return first + 1


@bare
def _read(data: Bytes, at: int, attributes: Hashes, read: Ints) -> None:
    """Fills where the values of the attributes of an element begin and end, [7, 2]; -1 where it has no such one.

    `at` is where its name begins.
    """
    for i in range(len(attributes)):
        read[i, 0] = read[i, 1] = -1
    at = _name(data, at, _GT)[0]
    while data[at] == _BLANK:
        begin, end, name = _attribute(data, at)
        for i in range(len(attributes)):
            if attributes[i] == name:
                read[i, 0], read[i, 1] = begin, end
        at = end + 1


@bare
def _first_number(data: Bytes, begin: int, end: int) -> int:
    """The number before the first of a list, 0 where it says none."""
    value = 0
    for i in range(begin, end):
        if not 48 <= data[i] <= 57:
            return 0
        value = value * 10 + data[i] - 48
    size = end - begin
    return value - 1 if 0 < size < 7 and not (size == 1 and not value) else 0


@bare
def _marked(data: Bytes, begin: int, end: int) -> int:
    """The style of an entry's mark, in the bits above MARK, and its number, from what `numbering.py` wrote; else 0."""
    style = 0
    if begin >= 0 and end - begin > 1:
        for i in range(len(_STYLES)):
            if _STYLES[i] == data[begin]:
                style = i + 1
    value = 0
    for i in range(begin + 1, end if style else begin):
        if not 48 <= data[i] <= 57:
            return 0
        value = value * 10 + data[i] - 48
    return style << MARK | value if style and value < 1 << MARK else 0


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
    """Fills blocks [14, n], containers [12, n], and the texts and targets of blocks, each with a NUL behind it.

    How many blocks and containers there are, and how many bytes of texts and targets. `most` is how many tokens
    there are. `silent`: what stands in a
    `noscript` is read. `does` and `kind_of` are those of elements, `custom` the tag of those with a hyphen,
    `attributes` the hashes of ATTRIBUTES; `hashes` and `bits` know the words of families, the longest of `longest`
    letters. The last seven are room to work in (`room`).
    """
    now[_CLOSED] = OTHER
    depth = lists = in_rows = count = container_count = alike = 0
    open_, kinds, numbers, rows, of_data = stacks[0], stacks[1], stacks[2], stacks[3], stacks[4]
    kinds[0] = _TEXT
    i = 0
    while i < most:
        what = tokens[WHAT, i]
        code = kinds[depth] == _CODE
        if what == TEXT:
            _add(data, tokens[BEGIN, i], tokens[STOP, i], code, now, out)
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
                count = _flush(within, kinds[depth], lists, last_number, count, now, out, blocks)
                depth -= 1
                containers[LAST, within] = count
                if doing & LIST:
                    lists -= 1
                elif doing & ROW:
                    in_rows -= 1
                    if of_data[in_rows]:
                        first = rows[in_rows]
                        count = _join_cells(
                            first, within, count, container_count, now, out, blocks, containers
                        )
                now[_CLOSED] = OTHER
            else:
                if doing & (RAISED | LOWERED):
                    _add_mark(_LEVEL, code, now, out)
                now[_IN_LINK] -= doing & LINK != 0
                now[_IN_BOLD] -= doing & STRONG != 0
                now[_CLOSED] = number
            i += 1
            continue
        if doing & DROPPED and not (silent and doing & SILENT):
            i = tokens[MATCH, i] + 1
            continue
        contains = doing & CONTAINER != 0
        if number == HYPHEN:
            contains = not _in_sentence(data, tokens, most, i)
        if contains:
            count = _flush(within, kinds[depth], lists, last_number, count, now, out, blocks)
        if contains and depth <= DEEPEST:
            is_container[i] = True
            _read(data, tokens[BEGIN, i], attributes, read)
            containers[PARENT, container_count] = within if depth else -1
            containers[TAG, container_count] = custom if number == HYPHEN else number
            size = _read_names(data, read[_CLASS, 0], read[_CLASS, 1], 0, names)
            for other in (_ID, _ROLE):
                if size < _NAMES_READ:
                    names[size] = _BLANK
                    size = _read_names(data, read[other, 0], read[other, 1], size + 1, names)
            containers[FAMILY, container_count] = _families(names, size, hashes, bits, longest)
            look = _name(data, tokens[BEGIN, i], _GT)[1]
            if read[_CLASS, 0] >= 0:
                look = look * _PRIME + _hashed(data, read[_CLASS, 0], read[_CLASS, 1])
            slot = _slot(looks, look)
            if not looks[slot]:
                looks[slot], look_numbers[slot] = look, alike
                alike += 1
            containers[LOOK, container_count] = look_numbers[slot]
            containers[HIDDEN, container_count] = read[_HIDDEN, 0] >= 0
            containers[STYLE, container_count], containers[STYLE_STOP, container_count] = (
                read[_STYLE, 0],
                read[_STYLE, 1],
            )
            containers[FIRST, container_count], containers[LAST, container_count] = count, -1
            open_[depth] = container_count
            depth += 1
            container_count += 1
            own = kind_of[number]
            kinds[depth] = own if own >= 0 else kinds[depth - 1]
            if doing & ENTRY:
                now[_BEGINS] = 1
                if lists and numbers[lists - 1] >= 0:
                    numbers[lists - 1] += 1
                    marked = _marked(data, read[_START, 0], read[_START, 1])
                    if marked:
                        numbers[lists - 1] = marked
            elif doing & LIST:
                numbers[lists] = -1
                if doing & NUMBERED:
                    numbers[lists] = _first_number(data, read[_START, 0], read[_START, 1])
                lists += 1
            elif doing & ROW:
                table = tokens[LAID, i]
                rows[in_rows], of_data[in_rows] = count, table < 0 or not tokens[LAID, table]
                in_rows += 1
        elif doing & BREAK:
            if now[_BROKEN] and not code:
                count = _flush(within, kinds[depth], lists, last_number, count, now, out, blocks)
            else:
                _add_blank(2, code, now, out)
            now[_CLOSED] = OTHER
        elif doing & IMAGE:
            now[IMAGES] += 1
            now[_CLOSED] = OTHER
        elif doing & INPUT:
            now[FIELDS] += 1
            now[_CLOSED] = OTHER
        elif _is_unseen(data, tokens, i, attributes):
            i = tokens[MATCH, i]
        else:
            if doing & BESIDE and number == now[_CLOSED]:
                _add_blank(1, code, now, out)
            now[_CLOSED] = OTHER
            if doing & LINK or not now[_GROWN]:
                _read(data, tokens[BEGIN, i], attributes, read)
                if not now[_GROWN]:
                    size = _read_names(data, read[_CLASS, 0], read[_CLASS, 1], 0, names)
                    now[INLINE] |= _families(names, size, hashes, bits, longest)
            if doing & LINK:
                now[_IN_LINK] += 1
                now[LINKS] += 1
                now[TARGET], now[TARGET_STOP] = read[_HREF, 0], read[_HREF, 1]
                if _is_permalink(data, tokens, i, read[_HREF, 0], read[_HREF, 1], alphanumeric):
                    i += 1
            now[_IN_BOLD] += doing & STRONG != 0
            now[FIELDS] += doing & BUTTON != 0
            if doing & LOWERED:
                _add_mark(_LOWERED, code, now, out)
            elif doing & RAISED:
                note = _is_note(data, tokens, i, does, now)
                _add_mark(_OF_NOTE if note else _RAISED, code, now, out)
        i += 1
    last_number = numbers[lists - 1] if lists else -1
    count = _flush(0, kinds[depth], lists, last_number, count, now, out, blocks)
    return count, container_count, now[BASE], _copied(data, blocks, count, targets)


def room(count: int) -> tuple[Any, ...]:
    """For `walked`, of so many tokens: the block that grows; of tokens whether they are containers; the open
    containers, the kinds of blocks in them, the last numbers of the open lists (-1 of those that have none), of the
    open rows the first blocks and whether they are of data; attributes; names; a hash table of what containers look
    like, and the number of each.
    """
    looks = 1 << count.bit_length()
    return (
        np.zeros(_STATE, np.int64),
        np.zeros(count, np.bool_),
        np.empty((5, DEEPEST + 2), np.int64),
        np.empty((len(ATTRIBUTES), 2), np.int64),
        np.empty(_NAMES_READ, np.uint8),
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
            and not _is_blank(data, tokens[BEGIN, beside], tokens[STOP, beside])
        ):
            return True
    return False


@bare
def _is_permalink(
    data: Bytes, tokens: Ints, i: int, begin: int, end: int, alphanumeric: Bools
) -> bool:
    """Whether a link is but a sign that leads to its own place: ¶ or # behind a heading, ↩ behind a note."""
    return (
        tokens[WHAT, i + 1] == TEXT
        and tokens[MATCH, i] == i + 2
        and end > begin
        and data[begin] == _HASH
        and _is_sign(data, tokens[BEGIN, i + 1], tokens[STOP, i + 1], alphanumeric)
    )


@bare
def _is_note(data: Bytes, tokens: Ints, i: int, does: Ints, now: Ints) -> bool:
    """Whether what is raised is a link, or in one that leads to a place of a page."""
    if now[_IN_LINK] > 0:
        at, end = now[TARGET], now[TARGET_STOP]
        while at < end and (data[at] != _HASH or data[at - 1] == _AMPERSAND):
            at += 1
        return at < end
    for token in range(i + 1, min(tokens[MATCH, i], i + _OF_MARK)):
        what = tokens[WHAT, token]
        if what != TEXT and what != END and does[what] & LINK:
            return True
    return False


@bare
def _is_unseen(data: Bytes, tokens: Ints, i: int, attributes: Hashes) -> bool:
    """Whether a short element in a sentence is hidden, by its attribute or by its style."""
    if tokens[BEGIN, tokens[MATCH, i]] - tokens[BEGIN, i] > _UNSEEN:
        return False
    at = tokens[BEGIN, i]
    while data[at] not in (_BLANK, _SLASH, _GT):
        at += 1
    while data[at] == _BLANK:
        begin, end, name = _attribute(data, at)
        if name == attributes[_HIDDEN]:
            return True
        if name == attributes[_STYLE] and (
            _holds(data, begin, end, _NONE)
            or _holds(data, begin, end, _HIDES)
            or _holds(data, begin, end, _OUT)
        ):
            return True
        at = end + 1
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
            if data[begin] == _AMPERSAND:
                targets[at], begin = _referred(data, begin)
            else:
                targets[at] = data[begin]
                begin += 1
            at += 1
        targets[at] = 0
        at += 1
    return at

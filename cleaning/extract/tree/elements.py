"""The elements of HTML as the walk over a page knows them: what each does, and the kind of block that it holds."""

from __future__ import annotations

import numpy as np

from cleaning.extract.tree.families import words
from cleaning.extract.tree.names import table

# What an element does to the walk, a bit each.
CONTAINER, DROPPED, SILENT, LINK, STRONG, BREAK, IMAGE, INPUT = (1 << bit for bit in range(8))
BUTTON, BESIDE, ENTRY, NUMBERED, LIST, ROW, TABLE, RAISED, LOWERED, MENDED, TELLS, DRAWS, STYLES = (
    1 << bit for bit in range(8, 21)
)
OTHER = -1  # the number of an element that does nothing
HYPHEN = -2  # and of one whose name has a hyphen: a container, where it stands in no sentence


class Kind:
    """What a block is to its reader; the networks know the numbers. Plain ones, of no enumeration: numpy
    takes five times as long to compare an array with a member of one.
    """

    TEXT = 0
    H1 = 1
    H2 = 2
    H3 = 3
    H4 = 4  # and h5, h6
    ITEM = 5  # the beginning of an entry of a list
    TERM = 6
    DEFINITION = 7
    ROW = 8  # of a table of data: its cells in one line
    CELL = 9
    CODE = 10
    QUOTE = 11
    CAPTION = 12


KINDS = 13
HEADINGS = frozenset((Kind.H1, Kind.H2, Kind.H3, Kind.H4))
IS_HEADING = np.isin(range(KINDS), list(HEADINGS))  # by kind

_CONTAINERS = (
    "html body div p section article main aside header footer nav form fieldset table thead tbody tfoot tr td"
    " th caption ul ol menu li dl dt dd h1 h2 h3 h4 h5 h6 hgroup blockquote pre figure figcaption details summary"
    " address center hr dialog legend optgroup search frameset frame listing xmp plaintext dir custom"
)
TAG = {name: index for index, name in enumerate(_CONTAINERS.split())}
_KIND_OF = {
    "h1": Kind.H1, "h2": Kind.H2, "h3": Kind.H3, "h4": Kind.H4, "h5": Kind.H4, "h6": Kind.H4,
    "li": Kind.ITEM, "dt": Kind.TERM, "dd": Kind.DEFINITION, "td": Kind.CELL, "th": Kind.CELL,
    "pre": Kind.CODE, "listing": Kind.CODE, "xmp": Kind.CODE, "blockquote": Kind.QUOTE,
    "figcaption": Kind.CAPTION, "caption": Kind.CAPTION,
}  # fmt: skip

# By what it does to the walk.
_DOING = {
    CONTAINER: _CONTAINERS,
    # Elements without words for a reader: what works, draws or plays, and what a form offers.
    DROPPED: "script style noscript template svg iframe object embed audio video canvas map head select datalist"
    " textarea progress meter annotation annotation-xml applet noframes noembed",
    SILENT: "noscript",  # which is read where there is nothing else
    LINK: "a",
    STRONG: "b strong",
    BREAK: "br",
    IMAGE: "img",
    INPUT: "input",
    BUTTON: "button",
    BESIDE: "a button label",  # side by side they are words side by side; nothing but a style tells them apart
    ENTRY: "li",
    NUMBERED: "ol",
    LIST: "ol ul menu dir",
    ROW: "tr",
    TABLE: "table",
    RAISED: "sup",
    LOWERED: "sub",
    MENDED: "math q del s strike rt",  # those that a browser shows otherwise than the tree says them
    DRAWS: "svg",
    STYLES: "style",
    TELLS: "ol li td th pre span img script template",  # and those of which an attribute says that it does
}
_NAMES = list(dict.fromkeys(name for names in _DOING.values() for name in names.split()))
_NUMBER = {name: number for number, name in enumerate(_NAMES)}  # those of containers are in TAG
NUMBERS = table(_NUMBER)
DOES = np.array(
    [sum(bit for bit, names in _DOING.items() if name in names.split()) for name in _NAMES]
    + [CONTAINER, 0],
    np.int64,
)  # by number; HYPHEN and OTHER last
# By number; -1: that of what it stands in.
KIND = np.array([_KIND_OF.get(name, -1) for name in _NAMES] + [-1, -1], np.int64)
FAMILY_WORDS = table(words())

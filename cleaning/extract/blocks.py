"""A page as its blocks: the runs of text between the tags that begin a line, each with where it stands.

One parse and one walk over its elements, in the order of the page and linear in its size. What is inline
never ends a block, whatever its class is called; whatever begins a line does, wherever it stands.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt
from lxml import etree

from cleaning.extract.families import families


class Kind(IntEnum):
    """What a block is to its reader."""

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


HEADINGS = frozenset((Kind.H1, Kind.H2, Kind.H3, Kind.H4))
IS_HEADING = np.isin(list(Kind), list(HEADINGS))  # by kind
_TEXT, _ITEM, _ROW, _CELL, _CODE = map(int, (Kind.TEXT, Kind.ITEM, Kind.ROW, Kind.CELL, Kind.CODE))

# Elements without words for a reader: what works, draws or plays, and what a form offers.
_WORDLESS = (
    "script style noscript template svg iframe object embed audio video canvas map head select datalist textarea"
    " progress meter annotation annotation-xml applet noframes noembed"
)
_DROPPED = frozenset(_WORDLESS.split())
_CONTAINERS = (
    "html body div p section article main aside header footer nav form fieldset table thead tbody tfoot tr td"
    " th caption ul ol menu li dl dt dd h1 h2 h3 h4 h5 h6 hgroup blockquote pre figure figcaption details summary"
    " address center hr dialog legend optgroup search frameset frame listing xmp plaintext dir custom"
)
TAG = {name: index for index, name in enumerate(_CONTAINERS.split())}
CUSTOM = TAG["custom"]
_KIND_OF = {
    "h1": Kind.H1, "h2": Kind.H2, "h3": Kind.H3, "h4": Kind.H4, "h5": Kind.H4, "h6": Kind.H4,
    "li": Kind.ITEM, "dt": Kind.TERM, "dd": Kind.DEFINITION, "td": Kind.CELL, "th": Kind.CELL,
    "pre": Kind.CODE, "listing": Kind.CODE, "xmp": Kind.CODE, "blockquote": Kind.QUOTE,
    "figcaption": Kind.CAPTION, "caption": Kind.CAPTION,
}  # fmt: skip
_KINDS = {tag: int(kind) for tag, kind in _KIND_OF.items()}
_VERBATIM = frozenset(("pre", "listing", "xmp"))
_BOLD = frozenset(("b", "strong"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
CELL = 200  # characters of a cell above which a row is no line of a table
SHELL = 1000  # characters below which a page may be an empty shell for scripts to fill
DEEPEST = 1000  # containers; what nests deeper belongs to the one at this depth


@dataclass
class Blocks:
    """The blocks of a page, and the containers that hold them, each list in the order of the page.

    Of a block: its text, kind, container (an index), and how many of its characters are in links and in
    bold, how many links, images and fields stand in it, where the last link leads, the families of the inline
    elements that it begins with, and `level`, how deep its list nests, and `number` of its entry in a numbered one.
    Of a container: its parent (-1: none), tag, families, a hash of what it looks like, whether it is hidden, and
    the blocks in it.
    """

    text: list[str] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    linked: list[int] = field(default_factory=list)
    bold: list[int] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    target: list[str] = field(default_factory=list)
    images: list[int] = field(default_factory=list)
    fields: list[int] = field(default_factory=list)
    inline: list[int] = field(default_factory=list)
    level: list[int] = field(default_factory=list)
    number: list[int] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    tag: list[int] = field(default_factory=list)
    family: list[int] = field(default_factory=list)
    look: list[int] = field(default_factory=list)
    hidden: list[bool] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)  # behind the last

    def __len__(self) -> int:
        return len(self.text)

    @functools.cached_property
    def size(self) -> npt.NDArray[np.int64]:
        """The characters of each block, of a page that was walked."""
        return np.array([len(text) for text in self.text], np.int64)


def parse(html: str) -> etree._Element | None:
    """The tree of a page, None of one that holds nothing."""
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, collect_ids=False
    )
    try:
        return etree.fromstring(html.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None


def blocks(root: etree._Element) -> Blocks:
    """The blocks of a parsed page; where it shows next to nothing without scripts, what it shows then."""
    found = _walked(root, _DROPPED)
    size = found.size.sum()
    if size < SHELL and root.find(".//noscript") is not None:
        other = _walked(root, _DROPPED - {"noscript"})
        if other.size.sum() > SHELL + 2 * size:
            return other
    return found


def _walked(root: etree._Element, dropped: frozenset[str]) -> Blocks:
    walk = _Walk(_laying_out(root), dropped)
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        if event == "end":
            walk.end(element)
        elif element.tag in dropped:
            events.skip_subtree()
        else:
            walk.start(element)
    walk.flush()
    return walk.found


def _laying_out(root: etree._Element) -> set[etree._Element]:
    """The tables that lay a page out: those that hold another, or say so."""
    tables: set[etree._Element] = set()
    for table in root.iter("table"):
        if table.get("role") in ("presentation", "none"):
            tables.add(table)
        above = table.getparent()
        while above is not None and above not in tables:
            if above.tag == "table":
                tables.add(above)
            above = above.getparent()
    return tables


class _Walk:
    """The state between two events of a walk: the containers that are open, and the block that is growing."""

    def __init__(self, laying_out: set[etree._Element], dropped: frozenset[str]) -> None:
        self.found = Blocks()
        self.dropped = dropped
        self.laying_out = laying_out
        self.pieces: list[str] = []
        self.linked = self.bold = self.links = self.images = self.fields = self.inline = 0
        self.in_link = self.in_bold = 0
        self.marks: list[bool] = []  # of each open element, whether it is a container
        self.open: list[int] = []  # containers, innermost last
        self.kinds: list[int] = [_TEXT]
        self.numbers: list[int] = []  # of the open lists: the last number, -1 where they have none
        self.begins_item = False
        self.target = ""
        self.closed = ""  # the inline element that ended just here
        self.looks: dict[tuple[str, str | None], int] = {}
        self.rows: list[
            tuple[int, int, bool]
        ] = []  # open rows: first block, first container, of data

    def start(self, element: etree._Element) -> None:
        tag = element.tag
        code = TAG.get(tag)
        if code is None and "-" in tag and not _in_sentence(element):
            code = CUSTOM
        if code is None or len(self.open) > DEEPEST:
            if code is not None:
                self.flush()
            self.marks.append(False)
            self._inline(element, tag)
        else:
            self.flush()
            self.marks.append(True)
            self._open(element, tag, code)
        if element.text:
            self._add(element.text)

    def end(self, element: etree._Element) -> None:
        tag = element.tag
        if tag not in self.dropped:
            if self.marks.pop():
                self.flush()
                self._close(tag)
                self.closed = ""
            else:
                if tag == "a":
                    self.in_link -= 1
                elif tag in _BOLD:
                    self.in_bold -= 1
                self.closed = tag
        if element.tail:
            self._add(element.tail)

    def _open(self, element: etree._Element, tag: str, code: int) -> None:
        found = self.found
        said = dict(element.items())
        names, id_, role, style = map(said.get, ("class", "id", "role", "style"))
        found.parent.append(self.open[-1] if self.open else -1)
        self.open.append(len(found.tag))
        found.tag.append(code)
        found.family.append(
            families(f"{names or ''} {id_ or ''} {role or ''}") if names or id_ or role else 0
        )
        found.look.append(self.looks.setdefault((tag, names), len(self.looks)))
        found.hidden.append("hidden" in said or bool(style and _HIDDEN.search(style)))
        found.first.append(len(found.text))
        found.last.append(-1)
        self.kinds.append(_KINDS.get(tag, self.kinds[-1]))
        if tag == "li":
            self.begins_item = True
            if self.numbers and self.numbers[-1] >= 0:
                self.numbers[-1] += 1
        elif tag == "ol":
            start = said.get("start", "")
            self.numbers.append(
                int(start) - 1 if start.isdecimal() and len(start) < 7 and start != "0" else 0
            )
        elif tag in ("ul", "menu", "dir"):
            self.numbers.append(-1)
        elif tag == "tr":
            table = next(element.iterancestors("table"), None)
            self.rows.append((len(found.text), len(found.tag), table not in self.laying_out))

    def _close(self, tag: str) -> None:
        found = self.found
        found.last[self.open.pop()] = len(found.text)
        self.kinds.pop()
        if tag in ("ol", "ul", "menu", "dir"):
            self.numbers.pop()
        elif tag == "tr":
            self._join_cells(*self.rows.pop())

    def _inline(self, element: etree._Element, tag: str) -> None:
        if tag == "br":
            if self.pieces and self.pieces[-1] == "\n" and self.kinds[-1] != _CODE:
                self.flush()
            else:
                self.pieces.append("\n")
        elif tag == "img":
            self.images += 1
        elif tag == "input":
            self.fields += 1
        else:
            # Links side by side are words side by side; nothing but a style tells them apart.
            if tag == self.closed and tag in ("a", "button", "label"):
                self.pieces.append(" ")
            if tag == "a":
                self.in_link += 1
                self.links += 1
                self.target = element.get("href") or ""
            elif tag in _BOLD:
                self.in_bold += 1
            elif tag == "button":
                self.fields += 1
            if not self.pieces and (names := element.get("class")):
                self.inline |= families(names)
        self.closed = ""

    def _add(self, text: str) -> None:
        if self.kinds[-1] != _CODE:
            if text.isspace():
                if self.pieces and self.pieces[-1] != "\n":
                    self.pieces.append(" ")
                return
            text = text.replace("\n", " ")
        self.closed = ""
        self.pieces.append(text)
        if self.in_link:
            self.linked += len(text)
        if self.in_bold:
            self.bold += len(text)

    def flush(self) -> None:
        """Ends the block that is growing."""
        if not self.pieces:
            self.inline = 0
            return
        found, kind = self.found, self.kinds[-1]
        raw = "".join(self.pieces)
        if kind == _CODE:
            text = raw.strip("\n").rstrip().expandtabs(4)
        elif "\n" in raw:
            text = "\n".join(line for part in raw.split("\n") if (line := " ".join(part.split())))
        else:
            text = " ".join(raw.split())
        if text and not text.isspace():
            number = 0
            if kind == _ITEM:
                if self.begins_item:
                    number = self.numbers[-1] if self.numbers else -1
                else:
                    kind = _TEXT
            self.begins_item = False
            found.text.append(text)
            found.kind.append(kind)
            found.at.append(self.open[-1] if self.open else 0)
            found.linked.append(min(self.linked, len(text)))
            found.bold.append(min(self.bold, len(text)))
            found.links.append(self.links)
            found.target.append(self.target)
            found.images.append(self.images)
            found.fields.append(self.fields)
            found.inline.append(self.inline)
            found.level.append(len(self.numbers))
            found.number.append(number)
            self.images = self.fields = self.links = 0
            self.target = ""
        self.pieces = []
        self.linked = self.bold = self.inline = 0

    def _join_cells(self, first: int, container: int, of_data: bool) -> None:
        """Puts the cells of a row of data into one line; a cell of prose stays a block of its own."""
        found = self.found
        if not of_data or len(found.text) - first < 2:
            return
        cells = found.at[first:]
        if (
            len(set(cells)) < len(cells)  # a cell of many paragraphs
            or any(kind != _CELL for kind in found.kind[first:])
            or any(len(text) > CELL for text in found.text[first:])
        ):
            return
        found.text[first:] = [" | ".join(text.replace("\n", " ") for text in found.text[first:])]
        found.kind[first:] = [_ROW]
        found.at[first:] = [container - 1]
        for values in (found.linked, found.bold, found.links, found.images, found.fields):
            values[first:] = [sum(values[first:])]
        found.inline[first:] = [0]
        found.target[first:] = [found.target[first]]
        found.level[first:] = [found.level[first]]
        found.number[first:] = [0]
        for index in range(container - 1, len(found.first)):
            found.first[index], found.last[index] = first, first + 1


def _in_sentence(element: etree._Element) -> bool:
    """Whether text stands beside an element, which is part of a sentence then."""
    before = element.getprevious()
    above = element.getparent()
    beside = (
        element.tail,
        before.tail if before is not None else above.text if above is not None else "",
    )
    return any(text and not text.isspace() for text in beside)

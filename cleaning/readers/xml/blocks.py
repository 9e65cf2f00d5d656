"""The text of an element of XML or HTML: its blocks apart by an empty line, its lines by a line, white space collapsed.

A format says of its elements what they are in the text (`Roles`); one that it doesn't name is part of
the sentence around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from cleaning.text.numerals import numeral
from cleaning.text.superscripts import END, LOWERED, NOTE, RAISED, flat

MARK = "mark"  # the attribute that a reader gives to an item, or a numbered paragraph, with what stands before it
_SPANS = (("colspan", "rowspan"), ("cols", "rows"))  # attributes of cells: of HTML, of TEI
_MOST = 1000  # columns and rows that a cell may span


class Role(Enum):
    """What an element is in the text."""

    BLOCK = auto()  # stands apart by an empty line: a paragraph, a heading, a table
    LINE = auto()  # begins a line: a verse, a row
    ITEM = auto()  # a line that begins with a dash
    CELL = auto()  # separated from the cell before it by a bar; what is in it stays in one line
    NUMBER = auto()  # stands at the head of what follows: the number of an article, a label
    BREAK = auto()  # ends a line
    SPACE = auto()  # separates two words
    ASIDE = auto()  # a note, said behind the block that it stands in
    VERBATIM = auto()  # its lines and spaces are as written
    SKIPPED = auto()  # no text


@dataclass(frozen=True)
class Roles:
    """The roles of the elements of a format by local name; `choose` may give another element, a text or
    None (nothing) for one, or that one itself. Where `texts` are named, only these hold text, and what stands
    in any other is the layout of the file.
    """

    roles: Mapping[str, Role]
    choose: Callable[[Any], Any] | None = None
    texts: frozenset[str] = frozenset()

    @staticmethod
    def of(choose: Callable[[Any], Any] | None = None, **names: str) -> Roles:
        """Of names separated by spaces, a keyword a role in lower case."""
        roles = {
            name: Role[role.rstrip("_").upper()]
            for role, all_ in names.items()
            for name in all_.split()
        }
        return Roles(roles, choose)


def name_of(element: Any) -> str | None:
    """The local name of an element, its prefix declared or not; None of a comment, an instruction or an entity."""
    tag = element.tag
    if not isinstance(tag, str):
        return None
    return tag.rpartition("}")[2] if tag[:1] == "{" else tag.rpartition(":")[2]


def number_items(of_list: Any, item: str, style: str) -> None:
    """Gives the items of a list their numbers in a style of HTML's, as `numeral` writes it: those that say no label."""
    start = of_list.get("start", "")
    number = int(start) - 1 if re.fullmatch(r"[0-9]{1,5}", start) else 0
    for one in of_list:
        if name_of(one) != item:
            continue
        own = one.get("value", "")
        number = int(own) if re.fullmatch(r"[0-9]{1,5}", own) else number + 1
        if all(name_of(child) != "label" for child in one):
            one.set(MARK, f"{numeral(number, style)}.")


def text_of(element: Any, roles: Roles) -> str:
    """The text of an element and of all in it. lxml's trees are at most 256 levels deep."""
    writer = _Writer(roles)
    writer.inside(element)
    writer.notes()
    return flat("".join(writer.pieces))


_RAISED: Mapping[str | None, str] = {"sup": RAISED, "sub": LOWERED}
_JOINTS = ("", " ", "\n", "\n\n")
_SPACE, _LINE, _EMPTY_LINE = range(1, 4)


@dataclass
class _Writer:
    roles: Roles
    pieces: list[str] = field(default_factory=list)
    joint: int = 0  # what stands before the next piece
    after_number: bool = False  # whose line goes on
    cells: int = 0  # that we are in
    row: bool = False  # whether its first cell has begun
    bars: int = 0  # before the next piece: one for each cell that ended, filled or not
    column: int = 0  # of the row, in which its next cell stands
    # Of the table, the columns that cells of the rows above go on in, and for how many rows, this one included.
    spans: dict[int, int] = field(default_factory=dict)
    items: int = 0  # of lists, that we are in: what is in them stands in lines
    asides: list[Any] = field(default_factory=list)

    def apart(self, joint: int) -> None:
        """Sets at least this joint before what comes next."""
        if self.after_number or self.cells:
            joint = _SPACE
        self.joint = max(self.joint, joint)

    def say(self, text: str | None) -> None:
        """Writes a piece of a sentence."""
        if not text:
            return
        words = text.split()
        if text[0].isspace():
            self.joint = max(self.joint, _SPACE)
        if words:
            self._put(" ".join(words))
            self.joint = _SPACE if text[-1].isspace() else 0

    def _put(self, piece: str) -> None:
        if self.pieces:
            self.pieces.append(_JOINTS[self.joint])
        self.pieces.append("| " * self.bars + piece)
        self.joint, self.after_number, self.bars = 0, False, 0

    def inside(self, element: Any) -> None:
        is_text = not self.roles.texts or name_of(element) in self.roles.texts
        if is_text:
            self.say(element.text)
        for child in element:
            if name_of(child) is not None:
                self.element(child)
            if is_text:
                self.say(child.tail)

    def element(self, element: Any) -> None:
        chosen = self.roles.choose(element) if self.roles.choose else element
        if chosen is None or isinstance(chosen, str):
            self.say(chosen)
            return
        role = self.roles.roles.get(name_of(chosen) or "")
        match role:
            case None if name_of(chosen) in _RAISED:
                self._raised(chosen)
            case None:
                self.inside(chosen)
            case Role.SKIPPED:
                pass
            case Role.ASIDE:
                self.asides.append(chosen)
            case Role.BREAK:
                self.apart(_LINE)
            case Role.SPACE:
                self.apart(_SPACE)
            case Role.CELL:
                self._cell(chosen)
            case Role.NUMBER:
                self.apart(_LINE)
                self.inside(chosen)
                self.apart(_SPACE)
                self.after_number = True
            case Role.VERBATIM:
                self.apart(_EMPTY_LINE)
                if text := "".join(chosen.itertext()).strip("\r\n"):
                    self._put(text)
                self.apart(_EMPTY_LINE)
            case _:
                self._block(chosen, role)

    def _raised(self, element: Any) -> None:
        """Sets marks round what is raised or lowered; what is a link as well is the mark of a note."""
        mark = _RAISED[name_of(element)]
        around = element.getparent()
        linked = [x for x in (around, *element) if x is not None and name_of(x) == "a"]
        if mark == RAISED and any("#" in (link.get("href") or "") for link in linked):
            mark = NOTE
        self.say(mark)
        self.inside(element)
        self.joint = 0
        self.say(END)

    def _block(self, element: Any, role: Role) -> None:
        joint = _EMPTY_LINE if role is Role.BLOCK and not self.items else _LINE
        self.apart(joint)
        if self.after_number:  # an item of a list that is numbered
            joint = _LINE
        row, self.row = self.row, False
        column, spans = self.column, self.spans
        if role is Role.LINE:
            self.column = 0
        else:
            self.spans = {}
        self.items += role is Role.ITEM
        mark = element.get(MARK) or ("-" if role is Role.ITEM and not self.cells else "")
        if mark and not self.after_number:
            self._put(mark)
            self.joint, self.after_number = _SPACE, True
        self.inside(element)
        self.after_number, self.row = False, row
        if role is Role.LINE:
            spans = {at: rows - 1 for at, rows in self.spans.items() if rows > 1}
        self.column, self.spans = column, spans
        self.bars = 0 if role is Role.LINE else self.bars
        self.items -= role is Role.ITEM
        self.apart(joint)
        if not self.cells and not self.items and role is Role.BLOCK:
            self.notes()

    def _cell(self, element: Any) -> None:
        """A cell of the row, in its column: those that other cells go on in count as empty ones."""
        self.joint = max(self.joint, _SPACE if self.row or self.cells else _LINE)
        at = self.column
        while at in self.spans:
            self.bars += self.row
            self.row = True
            at += 1
        self.bars += self.row
        columns, rows = _spans(element)
        self.row, self.column = True, at + columns
        self.cells += 1
        row = self.row
        self.inside(element)
        self.cells -= 1
        self.row = row
        self.bars += columns - 1
        if rows > 1:
            self.spans |= dict.fromkeys(range(at, at + columns), rows)

    def notes(self) -> None:
        """Writes the notes that the text came by, each a block."""
        while self.asides:
            notes, self.asides = self.asides, []
            for note in notes:
                self.apart(_EMPTY_LINE)
                self.inside(note)
                self.apart(_EMPTY_LINE)


def _spans(cell: Any) -> tuple[int, int]:
    """How many columns and rows a cell has."""
    for names in _SPANS:
        columns, rows = (cell.get(name, "") for name in names)
        if columns or rows:
            spans = (int(n) if n.isascii() and n.isdigit() else 1 for n in (columns, rows))
            columns, rows = (min(max(n, 1), _MOST) for n in spans)
            return columns, rows
    return 1, 1

"""Tells tables that lay a page out from tables of data, and makes plain blocks of the former.

Many Spanish sites of the years before style sheets, and many official bulletins to this day, put menu,
text and foot into cells of nested tables. An extractor that takes them for data gives the whole page as
one table, menu and all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TAG = re.compile(
    r"<(/?)(table|tr|td|th|tbody|thead|tfoot|colgroup|col|caption)\b[^<>]*>", re.IGNORECASE
)


@dataclass
class _Table:
    """An open table: where its own tags are and what stands in their place if it lays out a page."""

    tags: list[tuple[int, str]] = field(default_factory=list)
    nests: bool = False
    cells: int = 0  # of the row that is being read
    widest: int = 0
    inside: bool = False  # of a cell

    def add(self, index: int, closing: bool, name: str) -> None:
        left = "</div>" if self.inside else ""
        self.inside = False
        if name in {"td", "th"} and not closing:
            self.cells += 1
            self.widest = max(self.widest, self.cells)
            self.inside = True
            left += "<div>"
        elif name == "tr":
            self.cells = 0
        elif name == "table" or name == "caption":
            left += "</div>" if closing else "<div>"
        self.tags.append((index, left))

    @property
    def lays_out(self) -> bool:
        """Whether the table holds another, or is no wider than one cell."""
        return self.nests or self.widest <= 1


def without_layout(html: str) -> str:
    """The page with every table that lays it out turned into blocks, its cells in their order. A table
    counts as one of data when it holds no other table and has a row of two cells. Linear in the page.
    """
    tags = list(_TAG.finditer(html))
    if not tags:
        return html
    places: dict[int, str] = {}
    open_tables: list[_Table] = []

    def close() -> None:
        table = open_tables.pop()
        if table.lays_out:
            places.update(table.tags)

    for index, tag in enumerate(tags):
        closing, name = bool(tag[1]), tag[2].lower()
        if name == "table" and not closing:
            if open_tables:
                open_tables[-1].nests = True
            open_tables.append(_Table())
        if not open_tables:
            continue  # a stray cell or end tag: parsers drop it
        open_tables[-1].add(index, closing, name)
        if name == "table" and closing:
            close()
    while open_tables:
        close()
    return _replaced(html, tags, places)


def _replaced(html: str, tags: list[re.Match[str]], places: dict[int, str]) -> str:
    pieces, at = [], 0
    for index in sorted(places):
        tag = tags[index]
        pieces += [html[at : tag.start()], places[index]]
        at = tag.end()
    return "".join(pieces) + html[at:]

"""Cells of a table that span others: empty cells take the places that they cover, so that columns stay columns."""

from __future__ import annotations

from typing import Any

_WIDEST = 100  # columns of a table whose cells are placed
_LONGEST = 1000  # rows that a cell may span


def place_cells(table: Any) -> None:
    """Puts the cells of a table where a browser shows them; one that holds another table lays the page out."""
    spanned = any(table.find(f".//*[@{name}]") is not None for name in ("colspan", "rowspan"))
    if not spanned or table.find(".//table") is not None:
        return
    spanned_rows: dict[int, int] = {}  # for how many rows more a cell above goes on in a column
    for row in table.iter("tr"):
        column = 0
        now: dict[int, int] = {}
        for cell in [e for e in row if e.tag in {"td", "th"}]:
            empty = 0
            while column in spanned_rows and column < _WIDEST:
                column, empty = column + 1, empty + 1
            columns = _span(cell, "colspan", _WIDEST)
            rows = _span(cell, "rowspan", _LONGEST)
            if rows > 1:
                now |= dict.fromkeys(range(column, column + columns), rows)
            column += columns
            for _ in range(empty):
                cell.addprevious(cell.makeelement("td"))
            if column < _WIDEST and cell.getnext() is not None:
                for _ in range(columns - 1):
                    cell.addnext(cell.makeelement("td"))
        spanned_rows = {at: rows - 1 for at, rows in (spanned_rows | now).items() if rows > 1}


def _span(cell: Any, name: str, most: int) -> int:
    value = cell.get(name) or ""
    return min(max(int(value), 1), most) if value.isascii() and value.isdigit() else 1

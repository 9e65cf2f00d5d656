"""Personal data in the cells of a table written as text: what a cell is stands in the head of its column.

A head is a line of cells without digits, between semicolons, commas, tabs or bars; the lines below with as many cells
are its rows. A cell is read as if the head stood before it: `telefono;ciudad` and below `644118204;Cuenca`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cleaning.privacy.patterns.gates import folded, gate, view

Spans = Iterator[tuple[int, int]]

_HEADS = (
    r"tel[eé]fonos?|tel|tlfn?o?|telf|fono|celu|tfno|m[oó]vil|celular|cel|fax|whats?app|phone|mobile|contacto|dni|nif|nie|cif|rut|run|rfc|curp|cuit|cuil"
    r"|c[eé]dula|documento|pasaporte|nss|nuss|nhc|historia|colegiado|cuenta|clabe|cbu|cci|dui|dpi|nit|direcci[oó]n|domicilio|placas?|matr[ií]cula|patente|dominio"
)
_LABEL = re.compile(rf"(?i)\W*(?:n[º°.]?\s|n[uú]m\.?\s)?({_HEADS})\b[^0-9;,\t|]{{0,24}}\Z")
# A column of names is one of persons where another of the same row holds what stands for one.
_NAMES = re.compile(
    r"(?i)\W*(?:nombres?(?: y apellidos| completo)?|cliente|paciente|titular|alumn[oa]|emplead[oa]|trabajadora?"
    r"|(?:primer |segundo )?apellidos?(?: [12])?)\W*\Z"
)
_STANDS = frozenset({"dni", "nie", "cedula", "rut", "curp", "passport", "nass"})
_SIGNS = (";", "\t", r"\|", ",", " {2,}")  # the last of columns that blanks align
_UNQUOTED = r',(?=(?:[^"\n]*"[^"\n]*")*[^"\n]*$)'  # no comma of a quoted cell
_WIDEST = 64  # cells of a row
_FULL = {"documento": "documento de identidad", "phone": "teléfono"}
_LONGEST_INITIALS = 5  # letters; longer heads are words


_NUMBER = r"(?:n[º°.]?|n[uú]m\.?)"
_FIELD = rf"[ \"'*]*(?:{_NUMBER}\s)?(?:{_HEADS})[^0-9\n;,\t|]{{0,24}}"
_CELL = rf"(?im)(?:^|[;,\t|]|  ){_FIELD}(?:[;,\t|]|  |$)"
_HEAD = rf"(?im)^(?:[^0-9\n]{{0,300}}(?:[;,\t|]|  ))?{_FIELD}(?:(?:[;,\t|]|  )[^0-9\n]{{0,300}})?$"


def cells(
    text: str,
    find: Callable[[str], Iterator[tuple[int, int, str]]],
    is_name: Callable[[str], bool],
) -> list[tuple[int, int, str]]:
    """(from, to, kind) of the cells that `find` finds whole behind the head of their column, and of names beside."""
    spans: list[tuple[int, int, str]] = []
    begun = 0
    for match in gate(_CELL).finditer(view(text)):
        start = text.rfind("\n", 0, match.start() + 1) + 1
        end = _end(text, start)
        if start < begun or not folded(_HEAD).search(view(text)[start:end]):
            continue
        head = text[start:end]
        sign = max(_SIGNS, key=lambda sign: len(re.findall(sign, head)))
        names = re.split(sign, head)
        if not 2 <= len(names) <= _WIDEST:
            continue
        labels = [match[1] if (match := _LABEL.match(name)) else "" for name in names]
        begun = end + 1
        while begun < len(text) and (end := _end(text, begun)) > begun:
            row = _row(text, begun, end, sign)
            if len(row) != len(names):
                break
            before = len(spans)
            for label, (at, cell) in zip(labels, row, strict=True):
                if label and (one := _whole(label, cell, find)):
                    spans.append((at + one[0], at + one[1], one[2]))
            if any(kind in _STANDS for _, _, kind in spans[before:]):
                spans += _named(names, row, is_name)
            begun = end + 1
    return sorted(spans)


def _end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _row(text: str, start: int, end: int, sign: str) -> list[tuple[int, str]]:
    """Where each cell of a line begins, and what it is."""
    cells = []
    if sign == "," and text.find('"', start, end) >= 0:
        sign = _UNQUOTED
    for parting in re.compile(sign, re.MULTILINE).finditer(text, start, end):
        cells.append((start, text[start : parting.start()]))
        start = parting.end()
    return [*cells, (start, text[start:end])]


def _named(
    heads: list[str], row: list[tuple[int, str]], is_name: Callable[[str], bool]
) -> Iterator[tuple[int, int, str]]:
    for head, (at, cell) in zip(heads, row, strict=True):
        value = cell.strip(" \"'\r")
        if value and _NAMES.match(head) and is_name(value):
            start = at + cell.index(value)
            yield start, start + len(value), "name"


def _whole(
    label: str, cell: str, find: Callable[[str], Iterator[tuple[int, int, str]]]
) -> tuple[int, int, str] | None:
    value = cell.strip(" \"'\r")
    if not any(map(str.isdigit, value)):
        return None
    short = label.upper() if len(label) <= _LONGEST_INITIALS else label
    before = f"{_FULL.get(label.lower(), short)}: "
    start = cell.index(value)
    for begin, end, kind in find(before + value):
        if begin <= len(before) and end == len(before) + len(value):
            return start, start + len(value), kind
    return None

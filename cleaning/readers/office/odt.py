"""Reads texts and slides of OpenDocument (ODT, ODP, flat files of XML), as LibreOffice and others write them; what was
deleted goes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from cleaning.readers.office.office import body_of, member, metadata, read_office, value_of
from cleaning.readers.records import Record, Refusal, SourceSpec, unreadable
from cleaning.readers.xml.blocks import MARK, Roles, name_of, text_of
from cleaning.readers.zipped import Zipped
from cleaning.text.formula import formula
from cleaning.text.numerals import numeral

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_DRAWN = {"page", "g"}  # what slides hold, whose boxes are their text
_INDEXES = (
    "table-of-content illustration-index table-index object-index user-index alphabetical-index"
)

_ROLES = Roles.of(
    block="p h table list section index-body page",
    line="table-row",
    item="list-item list-header",
    cell="table-cell covered-table-cell",
    break_="line-break",
    aside="note-body text-box",
    skipped="tracked-changes annotation annotation-end note-citation bibliography-mark forms sequence-decls"
    f" image variable-decls user-field-decls hidden-text hidden-paragraph {_INDEXES}",
)


def read_odt(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The one document of a file, notes and frames behind the paragraphs that they belong to; slides by their order."""
    yield read_office(path, limit, _document)


def documents(root: Any, spec: SourceSpec) -> Iterator[Record]:
    """The one document of a flat file: all that a ZIP file holds in members, below one root element."""
    if not str(root.tag).startswith(_OFFICE):
        yield Record(
            0, unreadable=unreadable("no document", "its `document` is none of OpenDocument")
        )
        return
    yield _read(
        body_of(root, "content.xml"), [root], root.find("{*}meta"), lambda e: e.find("{*}math")
    )


def _document(archive: Zipped, limit: int) -> Record:
    def drawn(element: Any) -> Any:
        place = posixpath.normpath(element.get(_HREF) or "")
        return member(archive, f"{place}/content.xml", limit)

    root = member(archive, "content.xml", limit)
    body = body_of(root, "content.xml")
    of_styles = [member(archive, "styles.xml", limit), root]
    return _read(body, of_styles, member(archive, "meta.xml", limit), drawn)


def _read(body: Any, roots: Sequence[Any], meta: Any, drawn: Callable[[Any], Any]) -> Record:
    """The document of a body; `roots` hold its styles, `drawn` gives the root of an object that stands in it."""
    if any(name_of(child) == "spreadsheet" for child in body):
        raise Refusal("no document", "it is a spreadsheet: save its tables as CSV")
    for slide in body.iterfind("{*}presentation/{*}page"):
        slide[:] = sorted(slide, key=_is_no_title)
    raised: dict[str, str] = {}
    styles: dict[str, Any] = {}
    for of_styles in roots:
        if of_styles is not None:
            raised |= _raised(of_styles)
            styles |= {value_of(e, "name"): e for e in of_styles.iter("{*}list-style")}
    _number(body, styles)

    def choose(element: Any) -> Any:
        match name_of(element):
            case "s" | "tab":
                return " "
            case "span" if tag := raised.get(value_of(element, "style-name")):
                element.tag = tag
            case "text-box" if name_of(element.getparent().getparent()) in _DRAWN:
                element.tag = "section"
            case "object":
                math = drawn(element)
                known = math is not None and name_of(math) == "math"
                return formula(math) if known else None
            case "ruby-text":
                return f"({''.join(element.itertext()).strip()})"
        return element

    text = text_of(body, Roles(_ROLES.roles, choose))
    return Record(0, text=text, metadata=metadata(meta))


def _is_no_title(frame: Any) -> bool:
    """Whether a frame of a slide is not its title, which may be drawn last."""
    return value_of(frame, "class") != "title"


def _raised(root: Any) -> dict[str, str]:
    """Of the styles that raise or lower, which of both (`sup`, `sub`)."""
    styles = {}
    for properties in root.iter("{*}text-properties"):
        position = value_of(properties, "text-position").split() or ["0%"]
        if position[0] in {"super", "sub"} or position[0].rstrip("%").lstrip("-").strip("0."):
            below = position[0] == "sub" or position[0].startswith("-")
            styles[value_of(properties.getparent(), "name")] = "sub" if below else "sup"
    return styles


def _number(body: Any, styles: dict[str, Any]) -> None:
    """Gives the items of numbered lists their marks."""
    counted: dict[tuple[str, int], int] = {}  # the last number of a style and level
    by_id: dict[str, str] = {}  # the style of a list
    for outer in [e for e in body.iter("{*}list") if _depth(e) == 1]:
        continued = by_id.get(value_of(outer, "continue-list"), "")
        style = value_of(outer, "style-name") or continued
        by_id[value_of(outer, "id")] = style
        goes_on = bool(continued) or value_of(outer, "continue-numbering") == "true"
        for one in outer.iter("{*}list"):
            depth = _depth(one)
            own = value_of(one, "style-name") or style
            level = _level(styles.get(own), depth)
            if level is None:
                continue
            start = int(value_of(level, "start-value") or 1) - 1
            last = counted.get((own, depth), start) if goes_on and depth == 1 else start
            for item in one:
                if name_of(item) != "list-item":
                    continue
                value = value_of(item, "start-value")
                last = int(value) if value.isdigit() else last + 1
                numeral_text = numeral(last, value_of(level, "num-format") or "1")
                item.set(
                    MARK,
                    f"{value_of(level, 'num-prefix')}{numeral_text}{value_of(level, 'num-suffix')}",
                )
            counted[own, depth] = last


def _depth(element: Any) -> int:
    """How deep a list nests, the outermost 1."""
    return 1 + sum(name_of(above) == "list" for above in element.iterancestors())


def _level(style: Any, depth: int) -> Any:
    """What a style of lists says of a level, if that is numbered."""
    for level in style if style is not None else ():
        if value_of(level, "level") == str(depth):
            numbered = name_of(level) == "list-level-style-number" and value_of(level, "num-format")
            return level if numbered else None
    return None

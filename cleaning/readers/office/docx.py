"""Reads the files of Office Open XML (DOCX), as Word and others write them. What was deleted or hidden is not text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cleaning.readers.office.docx_numbers import Numbers
from cleaning.readers.office.office import body_of, member, metadata, read_office, value_of
from cleaning.readers.records import Record, SourceSpec
from cleaning.readers.xml.blocks import MARK, Roles, name_of, text_of
from cleaning.readers.zipped import Zipped, beside
from cleaning.text.formula import formula

# Styles of lines of contents, as Word calls them in its languages, and of their title.
_CONTENTS = re.compile(
    r"(?:TOC|TDC|IDC|TM|Sumrio|Verzeichnis|Contents)\d|(?:TOC|Contents)Heading|TtuloTDC|TtulodeTDC"
)
_OFF = {"0", "false", "off", "none"}
_RAISED = {"superscript": "sup", "subscript": "sub"}

_ROLES = Roles.of(
    block="p tbl",
    line="tr",
    item="item",
    cell="tc",
    break_="br cr",
    aside="footnote endnote txbxContent",
    skipped="del moveFrom instrText delText pPr rPr tblPr tcPr trPr sectPr Fallback commentReference fldData",
)


def read_docx(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The one document of a DOCX file, its notes and text boxes behind the paragraphs that they belong to."""
    yield read_office(path, limit, _document)


def _document(archive: Zipped, limit: int) -> Record:
    places = _related(archive, "", limit)
    place = places.get("officeDocument", "word/document.xml")
    body = body_of(member(archive, place, limit), place)
    parts = _related(archive, place, limit)

    def part(kind: str) -> Any:
        return member(archive, parts.get(kind) or beside(place, f"{kind}.xml"), limit)

    notes: dict[tuple[str, str], Any] = {}
    for kind in ("footnote", "endnote"):
        root = part(f"{kind}s")
        for note in root if root is not None else ():
            if not value_of(note, "type"):
                notes[kind, value_of(note, "id")] = note
    numbers = Numbers(part("numbering"), part("styles"))

    def choose(element: Any) -> Any:
        match name_of(element):
            case "footnoteReference" | "endnoteReference" as name:
                return notes.get((name.removesuffix("Reference"), value_of(element, "id")))
            case "tab":
                return " "
            case "oMath":
                return formula(element)
            case "noBreakHyphen":
                return "-"
            case "sdt" if _gallery(element) == "Table of Contents":
                return None
            case "rt":
                return f"({''.join(element.itertext()).strip()})"
            case "r":
                return _run(element)
            case "tc" if (span := element.find("{*}tcPr/{*}gridSpan")) is not None:
                element.set("colspan", value_of(span, "val"))
            case "p":
                return None if _of_contents(element) else _numbered(element, numbers)
        return element

    text = text_of(body, Roles(_ROLES.roles, choose, frozenset({"t", "sup", "sub"})))
    core = places.get("core-properties", "docProps/core.xml")
    return Record(0, text=text, metadata=metadata(member(archive, core, limit)))


def _related(archive: Zipped, place: str, limit: int) -> dict[str, str]:
    """The members that a member names, by what they are to it; those of the whole file where `place` is empty."""
    folder, name = posixpath.split(place)
    root = member(archive, posixpath.join(folder, "_rels", f"{name}.rels"), limit)
    related: dict[str, str] = {}
    for relation in root if root is not None else ():
        target = relation.get("Target") or ""
        if relation.get("TargetMode") == "External" or not target:
            continue
        whole = target.lstrip("/") if target.startswith("/") else beside(place, target)
        related.setdefault((relation.get("Type") or "").rpartition("/")[2], whole)
    return related


def _gallery(part: Any) -> str:
    """Which building block of Word a part is, if any."""
    return value_of(part.find("{*}sdtPr/{*}docPartObj/{*}docPartGallery"), "val")


def _of_contents(paragraph: Any) -> bool:
    """Whether a paragraph is a line of a table of contents: by its style, or by where it leads."""
    if _CONTENTS.fullmatch(value_of(paragraph.find("{*}pPr/{*}pStyle"), "val")):
        return True
    return (value_of(paragraph.find("{*}hyperlink"), "anchor")).startswith("_Toc")


def _numbered(paragraph: Any, numbers: Numbers) -> Any:
    """The paragraph with its number, as an item of a list where its own properties make it one."""
    mark = numbers.mark(paragraph)
    if mark is None:
        return paragraph
    if mark:
        paragraph.set(MARK, mark)
    if paragraph.find("{*}pPr/{*}numPr") is not None:
        paragraph.tag = "item"
    return paragraph


def _run(run: Any) -> Any:
    """A run of characters, raised or lowered; None of a hidden one."""
    hidden = run.find("{*}rPr/{*}vanish")
    if hidden is not None and value_of(hidden, "val") not in _OFF:
        return None
    if tag := _RAISED.get(value_of(run.find("{*}rPr/{*}vertAlign"), "val")):
        run.tag = tag
    return run

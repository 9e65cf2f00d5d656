"""Reads the files of word processors: OpenDocument (ODT) and Office Open XML (DOCX). What was deleted is not text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cleaning.formula import formula
from cleaning.readers.blocks import Roles, name_of, text_of
from cleaning.readers.records import Record, Refusal, SourceSpec, unreadable
from cleaning.readers.xml import parse, with_digest
from cleaning.readers.zipped import Zipped

# Styles of lines of contents, as Word calls them in its languages, and of their title.
_CONTENTS = re.compile(
    r"(?:TOC|TDC|IDC|TM|Sumrio|Verzeichnis|Contents)\d|(?:TOC|Contents)Heading|TtuloTDC|TtulodeTDC"
)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _choose_odt(element: Any) -> Any:
    return " " if name_of(element) in {"s", "tab"} else element


ODT = Roles.of(
    _choose_odt,
    block="p h table list section index-body",
    line="table-row",
    item="list-item",
    cell="table-cell covered-table-cell",
    break_="line-break",
    aside="note-body",
    skipped="tracked-changes annotation annotation-end note-citation bibliography-mark forms sequence-decls"
    " table-of-content object image variable-decls user-field-decls",
)


def read_odt(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The one document of an ODT file."""
    yield _read(path, limit, "content.xml", _odt)


def read_docx(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The one document of a DOCX file, its notes behind the paragraphs that they belong to."""
    yield _read(path, limit, "word/document.xml", _docx)


def _read(path: Path, limit: int, member: str, document: Any) -> Record:
    try:
        with Zipped(path, limit) as archive:
            if member not in archive.names():
                detail = f"{member} is not there"
                return Record(0, unreadable=unreadable("no document", detail))
            return with_digest(document(archive, limit))
    except Refusal as refusal:
        return Record(0, unreadable=refusal.reason)


def _parsed(archive: Zipped, name: str, limit: int) -> Any:
    if name not in archive.names():
        return None
    return parse(archive.read(name), limit)


def _odt(archive: Zipped, limit: int) -> Record:
    body = _parsed(archive, "content.xml", limit).find("{*}body")
    if body is None:
        raise Refusal("no document", "it has no body")
    return Record(
        0, text=text_of(body, ODT), metadata=_metadata(_parsed(archive, "meta.xml", limit))
    )


def _docx(archive: Zipped, limit: int) -> Record:
    body = _parsed(archive, "word/document.xml", limit).find("{*}body")
    if body is None:
        raise Refusal("no document", "it has no body")
    notes: dict[tuple[str, str], Any] = {}
    for kind in ("footnote", "endnote"):
        root = _parsed(archive, f"word/{kind}s.xml", limit)
        for note in root if root is not None else ():
            if note.get(f"{_WORD}type") is None:
                notes[kind, note.get(f"{_WORD}id") or ""] = note

    def choose(element: Any) -> Any:
        match name_of(element):
            case "footnoteReference" | "endnoteReference" as name:
                key = name.removesuffix("Reference"), element.get(f"{_WORD}id") or ""
                return notes.get(key)
            case "tab":
                return " "
            case "oMath":
                return formula(element)
            case "noBreakHyphen":
                return "-"
            case "sdt" if _gallery(element) == "Table of Contents":
                return None
            case "p" if _of_contents(element):
                return None
            case "p" if element.find(f"{_WORD}pPr/{_WORD}numPr") is not None:
                return _listed(element)
        return element

    text = text_of(body, Roles(_DOCX.roles, choose, frozenset({"t"})))
    return Record(0, text=text, metadata=_metadata(_parsed(archive, "docProps/core.xml", limit)))


def _gallery(part: Any) -> str:
    """Which building block of Word a part is, if any."""
    named = part.find(f"{_WORD}sdtPr/{_WORD}docPartObj/{_WORD}docPartGallery")
    return "" if named is None else named.get(f"{_WORD}val") or ""


def _of_contents(paragraph: Any) -> bool:
    """Whether a paragraph is a line of a table of contents: by its style, or by where it leads."""
    style = paragraph.find(f"{_WORD}pPr/{_WORD}pStyle")
    if style is not None and _CONTENTS.fullmatch(style.get(f"{_WORD}val") or ""):
        return True
    link = paragraph.find(f"{_WORD}hyperlink")
    return link is not None and (link.get(f"{_WORD}anchor") or "").startswith("_Toc")


def _listed(paragraph: Any) -> Any:
    """The paragraph as an item of a list, which in DOCX is a property of it."""
    paragraph.tag = f"{_WORD}item"
    return paragraph


_DOCX = Roles.of(
    block="p tbl",
    line="tr",
    item="item",
    cell="tc",
    break_="br cr",
    aside="footnote endnote",
    skipped="del moveFrom instrText delText pPr rPr tblPr tcPr trPr sectPr drawing pict object Fallback"
    " commentReference fldData",
)


def _metadata(meta: Any) -> dict[str, str]:
    if meta is None:
        return {}
    fields = {}
    for name, tags in (
        ("title", ("title",)),
        ("author", ("creator", "initial-creator")),
        ("date", ("created", "creation-date", "date")),
        ("language", ("language",)),
    ):
        for tag in tags:
            if name not in fields and (value := (meta.findtext(f".//{{*}}{tag}") or "").strip()):
                fields[name] = value[:500]
    return fields

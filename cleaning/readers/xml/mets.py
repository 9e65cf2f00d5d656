"""METS: the pages of an issue or a book in their order, each page's text in an ALTO or PAGE file of its own beside it.

A shard is the METS files of a folder with all files below it, so that what is read is what its key names.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cleaning.readers.records import Record, Refusal, SourceSpec, Unreadable, unreadable
from cleaning.readers.whole import whole
from cleaning.readers.xml import page_xml
from cleaning.readers.xml.alto import Page, rated, read_page
from cleaning.readers.xml.blocks import name_of
from cleaning.readers.xml.xml import parse, records_of, with_digest
from cleaning.readers.zipped import beside
from cleaning.rights.licence import licence_told

_HREF = "{http://www.w3.org/1999/xlink}href"


def read_mets(files: Mapping[str, Path], spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The documents of the METS files of a folder, the first of the files by name, and of the others below it.

    A page that is not there or can't be read is a record of its own. A first file that is no METS is read
    as what it is: a page that no METS file names.
    """
    first, *others = files
    for name in (first, *(n for n in others if "mets" in posixpath.basename(n).lower())):
        for record in _documents(name, files, spec, limit):
            record.file = name
            yield record


def _documents(
    name: str, files: Mapping[str, Path], spec: SourceSpec, limit: int
) -> Iterator[Record]:
    data = whole(files[name], limit)
    if isinstance(data, Record):
        yield data
        return
    try:
        root = parse(data, limit)
    except Refusal as refusal:
        yield Record(0, unreadable=refusal.reason)
        return
    if name_of(root) == "OAI-PMH":  # as a library's service answers
        root = root.find(".//{*}mets") if root.find(".//{*}mets") is not None else root
    if name_of(root) != "mets":
        yield from records_of(root, spec)
        return
    references = _pages(root)
    if why := _pageless(references, name, files):
        yield Record(0, unreadable=why)
        return
    pages: list[Page] = []
    characters = 0
    for number, page in enumerate(references, 1):
        try:
            read = _page(page, name, files, limit)
        except Refusal as refusal:
            yield Record(number, unreadable=refusal.reason)
            continue
        pages += read
        characters += sum(len(page.text) for page in read)
        if characters > limit:
            yield Record(0, removed=("too_large", float(characters), float(limit)))
            return
    record = Record(0, entry=root.get("OBJID"), metadata=_metadata(root))
    yield with_digest(rated(record, pages, spec))


def _pageless(
    references: list[list[str]], name: str, files: Mapping[str, Path]
) -> Unreadable | None:
    """Why a METS file has no text at all: it names no page, or none of those that it names is there."""
    if not references:
        return unreadable("no document", "the METS file names no page in ALTO or PAGE")
    try:
        if any(_place(form, name) in files for page in references for form in page):
            return None
    except Refusal as refusal:
        return refusal.reason
    detail = f"none of its {len(references)} pages is there, as {references[0][0][:200]!r}"
    return unreadable("no document", detail)


def _place(reference: str, name: str) -> str:
    return beside(name, reference.removeprefix("file://").removeprefix("./").lstrip("/"))


def _page(forms: list[str], name: str, files: Mapping[str, Path], limit: int) -> list[Page]:
    """The text of a page in the first of its forms that has one."""
    read: list[Page] = []
    for form in forms:
        place = _place(form, name)
        if place not in files:
            raise Refusal("no document", f"the page {form[:200]!r} is not there")
        data = whole(files[place], limit)
        if isinstance(data, Record):
            raise Refusal("damaged", f"the page {form[:200]!r} is too large or damaged")
        root = parse(data, limit)
        reader = page_xml.read_page if name_of(root) == "PcGts" else read_page
        read = [reader(page) for page in root.iter("{*}Page")]
        if any(page.text for page in read):
            break
    return read


def _pages(root: Any) -> list[list[str]]:
    """Where the text of each page lies, in the order of the physical structure; where there is none, of the files.

    A page may lie there in several forms, as a workspace of OCR-D has it after each step: first those in ALTO, then the
    last.
    """
    places = {}
    for file in root.iter("{*}file"):
        location = file.find("{*}FLocat")
        href = location.get(_HREF) if location is not None else None
        group = file.getparent().get("USE") or ""
        if href and _is_text(href, group, file.get("MIMETYPE") or ""):
            places[file.get("ID")] = href, "alto" in f"{group} {href}".lower()
    maps = list(root.iter("{*}structMap"))
    maps.sort(key=lambda m: (m.get("TYPE") or "").upper() != "PHYSICAL")
    for structure in maps:
        ordered: dict[Any, dict[str, bool]] = {}
        for pointer in structure.iter("{*}fptr", "{*}area"):
            if (place := places.pop(pointer.get("FILEID"), None)) is not None:
                page = next(pointer.iterancestors("{*}div"), structure)
                ordered.setdefault(page, {})[place[0]] = place[1]
        if ordered:
            return [_by_rank(forms) for forms in ordered.values()]
    return [[href] for href, _ in places.values()]


def _by_rank(forms: dict[str, bool]) -> list[str]:
    """The forms of a page: those in ALTO, which it says of each, then the last ones."""
    places = {href: place for place, href in enumerate(forms)}
    return sorted(forms, key=lambda href: (not forms[href], -places[href]))


def _is_text(href: str, group: str, kind: str) -> bool:
    words = f"{group} {kind}".lower()
    text = any(word in f"{words} {href.lower()}" for word in ("alto", "fulltext", "ocr"))
    return (text or "page" in words) and posixpath.splitext(href)[1].lower() in {
        ".xml",
        ".alto",
        "",
    }


def _metadata(root: Any) -> dict[str, str]:
    """Of the first description in MODS or Dublin Core, which is that of the whole."""
    fields: dict[str, str] = {}
    for name, paths in (
        (
            "title",
            (".//{*}mods//{*}titleInfo/{*}title", ".//{http://purl.org/dc/elements/1.1/}title"),
        ),
        (
            "author",
            (".//{*}mods//{*}name/{*}namePart", ".//{http://purl.org/dc/elements/1.1/}creator"),
        ),
        ("date", (".//{*}mods//{*}dateIssued", ".//{http://purl.org/dc/elements/1.1/}date")),
        (
            "language",
            (".//{*}mods//{*}languageTerm", ".//{http://purl.org/dc/elements/1.1/}language"),
        ),
    ):
        for path in paths:
            element = root.find(path)
            value = " ".join("".join(element.itertext()).split()) if element is not None else ""
            if value and name not in fields:
                fields[name] = value[:500]
    rights = (
        " ".join("".join(element.itertext()).split())
        for path in (
            ".//{*}mods//{*}accessCondition",
            ".//{http://purl.org/dc/elements/1.1/}rights",
        )
        for element in root.iterfind(path)  # of all descriptions: what one asks is asked
    )
    return fields | licence_told(" ".join(dict.fromkeys(rights)))

"""Reads EPUB books: the chapters in the order of the spine, as one document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from cleaning.readers.records import Record, Refusal, SourceSpec
from cleaning.readers.xml.xhtml import html_text
from cleaning.readers.xml.xml import parse, with_digest
from cleaning.readers.zipped import Zipped, beside
from cleaning.rights.licence import licence_told

_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def read_epub(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The one book of a file; one whose text is encrypted (DRM), or that lacks a chapter, is unreadable."""
    try:
        with Zipped(path, limit) as archive:
            yield with_digest(_book(archive, limit))
    except Refusal as refusal:
        yield Record(0, unreadable=refusal.reason)


def _book(archive: Zipped, limit: int) -> Record:
    names = set(archive.names())
    container = _parsed(archive, "META-INF/container.xml", limit)
    rootfile = container.find(".//{*}rootfile")
    place = unquote(rootfile.get("full-path") or "") if rootfile is not None else ""
    if place not in names:
        raise Refusal("no document", f"the package {place[:100]!r} is not there")
    locked = _locked(archive, limit) if "META-INF/encryption.xml" in names else set()
    package = _parsed(archive, place, limit)
    items = {item.get("id"): item for item in package.iterfind(".//{*}manifest/{*}item")}
    chapters = []
    for reference in package.iterfind(".//{*}spine/{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _PAGES or reference.get("linear") == "no":
            continue
        if "nav" in (item.get("properties") or "").split():
            continue
        name = beside(place, unquote(item.get("href") or ""))
        if name in locked:
            raise Refusal("no document", "it is encrypted")
        if name not in names:
            raise Refusal("broken body", f"the chapter {name[:100]!r} is not there")
        if text := html_text(archive.read(name)):
            chapters.append(text)
    return Record(0, text="\n\n".join(chapters), **_metadata(package))


def _parsed(archive: Zipped, name: str, limit: int) -> Any:
    try:
        return parse(archive.read(name), limit)
    except KeyError as error:
        raise Refusal("no document", f"{name} is not there") from error


def _locked(archive: Zipped, limit: int) -> set[str]:
    root = _parsed(archive, "META-INF/encryption.xml", limit)
    return {unquote(e.get("URI") or "") for e in root.iter("{*}CipherReference")}


def _metadata(package: Any) -> dict[str, Any]:
    def texts_of(name: str) -> list[str]:
        texts = (
            " ".join("".join(e.itertext()).split())
            for e in package.iterfind(f".//{{*}}metadata//{{*}}{name}")
        )
        return [text for text in texts if text]

    fields = {
        "title": texts_of("title")[:1],
        "author": texts_of("creator"),
        "date": texts_of("date")[:1],
        "language": texts_of("language")[:1],
    }
    metadata = {name: "; ".join(values)[:500] for name, values in fields.items() if values}
    metadata |= licence_told(" ".join(texts_of("rights")))  # of a book often the line of copyright
    return {"entry": next(iter(texts_of("identifier")), None), "metadata": metadata}

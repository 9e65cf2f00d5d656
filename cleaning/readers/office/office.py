"""What the files of word processors have in common: a ZIP file with the text in a member, and fields of Dublin Core."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cleaning.readers.programs import filled
from cleaning.readers.records import Record, Refusal
from cleaning.readers.xml.xml import parse, with_digest
from cleaning.readers.zipped import Zipped


def read_office(path: Path, limit: int, document: Callable[[Zipped, int], Record]) -> Record:
    """The one document of a file; unreadable where it has none."""
    try:
        with Zipped(path, limit) as archive:
            return with_digest(document(archive, limit))
    except Refusal as refusal:
        return Record(0, unreadable=refusal.reason)


def member(archive: Zipped, name: str, limit: int) -> Any:
    """The root element of a member; None where there is none of that name."""
    if name not in archive.names():
        return None
    return parse(archive.read(name), limit)


def body_of(root: Any, name: str) -> Any:
    """The body of a document; a Refusal where there is none."""
    if root is None:
        raise Refusal("no document", f"{name} is not there")
    body = root.find("{*}body")
    if body is None:
        raise Refusal("no document", "it has no body")
    return body


def value_of(element: Any, name: str) -> str:
    """The value of an attribute by its local name, since its namespace differs between versions; empty without one."""
    if element is None:
        return ""
    return next((v for k, v in element.items() if k.rpartition("}")[2] == name), "")


def metadata(meta: Any) -> dict[str, str]:
    """Title, author, date and language by the element that holds the fields of a file, if it has one."""
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
    return filled(fields)

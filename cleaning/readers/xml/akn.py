"""Akoma Ntoso (OASIS LegalDocML): acts, bills, judgments, debates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cleaning.readers.records import Record, SourceSpec
from cleaning.readers.xml.blocks import Roles, name_of, text_of

ROLES = Roles.of(
    block="p block blockContainer preface preamble longTitle formula recital citation conclusions"
    " book part title chapter section article level table speech question answer listIntroduction"
    " debateSection decision background motivation introduction embeddedStructure tome paragraph"
    " scene summary narrative tblock quotedStructure container",
    line="tr li subparagraph list point indent alinea content intro wrapUp listWrapUp hcontainer from"
    " subsection clause subclause item",
    cell="td th",
    number="num",
    break_="br eol",
    aside="authorialNote",
    skipped="meta img marker noteRef toc components",
)


def documents(root: Any, spec: SourceSpec) -> Iterator[Record]:
    """A document for each in the file; a collection gives its components. An annex stands behind its text."""
    for document in (*root, *root.iterfind(".//{*}component/*")):
        if name_of(document) in {None, "components", "meta", "documentRef", "componentRef"}:
            continue
        meta = document.find("{*}meta/{*}identification")
        metadata, identity = _metadata(meta) if meta is not None else ({}, None)
        title = document.find(".//{*}docTitle")
        if title is not None:
            metadata["title"] = text_of(title, ROLES).replace("\n", " ")
        record = Record(0, text=text_of(document, ROLES), entry=identity, metadata=metadata)
        if record.text or name_of(document) != "documentCollection":
            yield record


def _metadata(meta: Any) -> tuple[dict[str, str], str | None]:
    metadata: dict[str, str] = {}
    aliases = [e.get("value", "") for e in meta.findall("{*}FRBRWork/{*}FRBRalias")]
    if aliases:
        metadata["title"] = aliases[0]
    for name, path, attribute in (
        ("date", "{*}FRBRWork/{*}FRBRdate", "date"),
        ("author", "{*}FRBRWork/{*}FRBRauthor", "href"),
        ("language", "{*}FRBRExpression/{*}FRBRlanguage", "language"),
    ):
        element = meta.find(path)
        if element is not None and element.get(attribute):
            metadata[name] = element.get(attribute)
    this = meta.find("{*}FRBRExpression/{*}FRBRthis")
    return metadata, None if this is None else this.get("value")

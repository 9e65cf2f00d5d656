"""Reads files of XML: each by its root element, in a parser that loads nothing, expands nothing and holds little.

The formats stand in files of their own (TEI, JATS and PubMed, ALTO, PAGE, Akoma Ntoso, BOE, OpenDocument); each gives
the documents of a parsed tree. Dumps of very many documents (MediaWiki, PubMed) are read unit by unit.
"""

from __future__ import annotations

import html.entities
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cleaning.readers.languages import language_code, region_code
from cleaning.readers.records import Record, Refusal, SourceSpec, unreadable
from cleaning.readers.whole import whole
from cleaning.readers.xml.blocks import name_of
from cleaning.web import http

FORMATS = {  # the format of a root element, by its local name: module:function of (root, spec)
    "TEI": "cleaning.readers.xml.tei:documents",
    "TEI.2": "cleaning.readers.xml.tei:documents",
    "teiCorpus": "cleaning.readers.xml.tei:documents",
    "article": "cleaning.readers.xml.jats:documents",
    "pmc-articleset": "cleaning.readers.xml.jats:documents",
    "alto": "cleaning.readers.xml.alto:documents",
    "PcGts": "cleaning.readers.xml.page_xml:documents",
    "akomaNtoso": "cleaning.readers.xml.akn:documents",
    "documento": "cleaning.readers.xml.boe:documents",
    "response": "cleaning.readers.xml.boe:documents",
    "document": "cleaning.readers.office.odt:documents",
    "PubmedArticleSet": "cleaning.readers.xml.pubmed:documents",
    "PubmedArticle": "cleaning.readers.xml.pubmed:documents",
}


_REFERENCE = re.compile(rb"&([A-Za-z][\w.-]{0,63});")
_ENTITY = re.compile(rb"""<!ENTITY\s+(%\s+)?([\w.:-]+)\s+(?:"([^"]*)"|'([^']*)')""")
_PLAIN = re.compile(rb"&(?!#)|<")
_DOCTYPE = re.compile(rb"<!DOCTYPE")
_XML = {b"amp", b"lt", b"gt", b"quot", b"apos"}
HEAD = 1 << 16  # bytes in which a document type stands


def read_xml(path: Path, spec: SourceSpec, limit: int) -> Iterator[Record]:
    """The documents of one file of XML, plain or compressed, in the format of its root element.

    `offset` is the number of the document in its file. A file larger than `limit` is not parsed.
    """
    data = whole(path, limit)
    if isinstance(data, Record):
        yield data
        return
    try:
        yield from records_of(parse(data, limit), spec)
    except Refusal as refusal:
        yield Record(0, unreadable=refusal.reason)


def records_of(root: Any, spec: SourceSpec) -> Iterator[Record]:
    """The documents of a parsed file; one unreadable record where no format has its root element, or none is there."""
    name = name_of(root) or ""
    if (entry := FORMATS.get(name)) is None:
        detail = f"no format that is read has the root element {name[:80]!r}"
        if name == "mets":
            detail = "a METS file is read with the pages below its folder: give its source `reader: mets`"
        yield Record(0, unreadable=unreadable("no document", detail))
        return
    module, _, function = entry.partition(":")
    documents = getattr(importlib.import_module(module), function)
    number = 0
    for number, record in enumerate(documents(root, spec), 1):
        record.offset = number - 1
        yield with_digest(record)
    if number == 0:
        yield Record(0, unreadable=unreadable("no text", f"in {name[:80]!r}"))


def with_digest(record: Record) -> Record:
    """The record with the digest of its text; unreadable where that is empty."""
    if language := record.metadata.get("language"):
        record.metadata["language"] = language_code(language)
        if region := region_code(language):
            record.metadata["region"] = region
    text = record.text
    if text is not None and not record.removed and not record.unreadable:
        record.digest = http.payload_digest(text.encode("utf-8", "surrogatepass"))
        if not text.strip():
            record.unreadable, record.text = unreadable("no text", "the document is empty"), None
    return record


def parse(data: bytes, limit: int) -> Any:
    """The root element of a document. Raises a Refusal where there is none.

    A part of a document, whose prefixes nobody declares, is read; its names keep them.

    Names of HTML's characters and the plain entities that the document declares are replaced first, since
    none is expanded by the parser; a document whose entities hold entities is refused.
    """
    from lxml import etree

    data = _replaced(data, limit)
    parser = _parser()
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        if (log := parser.error_log) and all(e.domain_name == "NAMESPACE" for e in log):
            return etree.fromstring(data, _parser(recover=True))
        raise Refusal("no XML", str(error)[:300] or "no root element") from error


def _parser(recover: bool = False) -> Any:
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )


def _replaced(data: bytes, limit: int) -> bytes:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"&" not in data:
        return data
    declared = dict(_declared(data[:HEAD])) if _DOCTYPE.search(data, 0, HEAD) else {}
    grown = 0

    def replacement(match: re.Match[bytes]) -> bytes:
        nonlocal grown
        name = match[1]
        if name in declared:
            grown += len(declared[name])
            if grown > limit:
                raise Refusal("refused", "its entities are larger than a document may be")
            return declared[name]
        character = html.entities.html5.get(f"{name.decode()};")
        if character is None or name in _XML:
            return match[0]
        return "".join(f"&#{ord(c)};" for c in character).encode()

    return _REFERENCE.sub(replacement, data)


def _declared(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and value of each entity that is plain text; those of other files are left out."""
    for match in _ENTITY.finditer(head):
        parameter, name, value = match[1], match[2], match[3] or match[4] or b""
        inner = {n.decode() for n in _REFERENCE.findall(value)}
        if any(f"{n};" not in html.entities.html5 for n in inner):
            raise Refusal("refused", f"the entity {name.decode('latin-1')[:40]!r} holds entities")
        if not parameter and not _PLAIN.search(value):
            yield name, value

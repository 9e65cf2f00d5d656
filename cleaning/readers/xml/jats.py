"""JATS, the Journal Article Tag Suite, and NLM's before it: articles of journals, SciELO, PubMed Central."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cleaning.readers.records import Record, SourceSpec
from cleaning.readers.xml.blocks import Roles, name_of, number_items, text_of
from cleaning.rights.licence import licence_told

_NUMBERS = re.compile(r"[\s\d,;–—-]*")
# What is left of "[1, 2]" and "(3)" when the numbers of the references in it are gone.
_EMPTY_BRACKETS = re.compile(r"\s*(?:\[[\s,;–—-]*\]|\([\s,;–—-]*\))")
_STYLES = {
    "order": "1", "alpha-lower": "a", "alpha-upper": "A", "roman-lower": "i", "roman-upper": "I",
}  # fmt: skip
_TEXTS = {"table", "textual-form", "code", "preformat"}
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _choose(element: Any) -> Any:
    name = name_of(element)
    if name == "xref" and element.get("ref-type") in {"bibr", "fn", "aff", "corresp"}:
        words = "".join(element.itertext())
        return None if _NUMBERS.fullmatch(words) or words.strip() in {"*", "†", "‡"} else words
    if name == "sup" and len(element) and all(name_of(c) == "xref" for c in element):
        return None if not (element.text or "").strip(" ,[]()") else element
    if name == "alternatives":  # a table beside its picture; of a formula none is text
        return next((c for c in element if name_of(c) in _TEXTS), None)
    if name == "list" and (style := _STYLES.get(element.get("list-type") or "")):
        number_items(element, "list-item", style)
    return element


ROLES = Roles.of(
    _choose,
    block="abstract sec title p disp-quote boxed-text table-wrap table caption list def-list ack app verse-group"
    " attrib speech fig kwd-group",
    line="tr verse-line def-item subtitle speaker",
    item="list-item",
    cell="td th",
    number="label",
    break_="break",
    verbatim="code preformat",
    aside="fn",
    skipped="object-id graphic media disp-formula inline-formula tex-math math supplementary-material"
    " ref-list fn-group related-article inline-graphic glyph-data issue-title",
)


def documents(root: Any, spec: SourceSpec) -> Iterator[Record]:
    """A document an article, and one for each translation and other sub-article inside it."""
    for article in root.iter("article", "{*}article", "sub-article", "response"):
        yield _document(article)


def _document(article: Any) -> Record:
    front = next((c for c in article if name_of(c) in {"front", "front-stub"}), None)
    meta = front.find("article-meta") if front is not None else None
    meta = front if meta is None else meta
    metadata: dict[str, str] = {}
    pieces: list[str] = []
    entry = None
    if meta is not None:
        metadata = _metadata(meta)
        entry = _identity(meta)
        pieces.append(metadata.get("title", ""))
        pieces += [text_of(a, ROLES) for a in meta.findall("abstract") if _is_text(a)]
    if language := article.get(_LANG):
        metadata["language"] = language.lower()
    for section in article:
        if name_of(section) == "body":
            pieces.append(text_of(section, ROLES))
        elif name_of(section) == "back":
            kept = [c for c in section if name_of(c) in {"ack", "app-group", "sec", "glossary"}]
            pieces += [text_of(c, ROLES) for c in kept]
    text = "\n\n".join(piece for piece in pieces if piece)
    return Record(0, text=_EMPTY_BRACKETS.sub("", text), entry=entry, metadata=metadata)


def _is_text(abstract: Any) -> bool:
    return abstract.get("abstract-type") not in {"graphical", "toc", "web-summary", "teaser"}


def _identity(meta: Any) -> str | None:
    ids = {e.get("pub-id-type"): (e.text or "").strip() for e in meta.findall("article-id")}
    return next((ids[kind] for kind in ("doi", "pmc", "pmcid", "pmid") if ids.get(kind)), None)


def _metadata(meta: Any) -> dict[str, str]:
    title = meta.find(".//article-title")
    licences = meta.findall("permissions/license")
    authors = [
        " ".join(filter(None, (_words(name.find("given-names")), _words(name.find("surname")))))
        for name in meta.findall("contrib-group/contrib[@contrib-type='author']/name")
    ]
    fields = {
        "title": _EMPTY_BRACKETS.sub("", text_of(title, ROLES)) if title is not None else "",
        "author": "; ".join(a for a in authors if a),
        "date": _date(meta),
    }
    stated = (
        e.get("{http://www.w3.org/1999/xlink}href") or e.findtext("{*}license_ref")
        for e in licences
    )
    addresses = [address.strip() for address in stated if address]
    fields |= licence_told(" ".join(map(_words, licences)), addresses)
    return {name: value.replace("\n", " ") for name, value in fields.items() if value}


def _date(meta: Any) -> str:
    dates = meta.findall("pub-date")
    for date in sorted(dates, key=lambda d: d.find("day") is None):
        date_fields = [_words(date.find(name)) for name in ("year", "month", "day")]
        if date_fields[0]:
            numbers = [p.zfill(2) for p in date_fields if p.isdigit()]
            return "-".join(numbers) or date_fields[0]
    return ""


def _words(element: Any) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())

"""PAGE, the text of a scanned page as Transkribus, eScriptorium, Kraken and OCR-D write it (PRImA's format)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cleaning.readers.records import Record, SourceSpec
from cleaning.readers.xml.alto import Block, Page, rated
from cleaning.readers.xml.blocks import name_of

# Types of regions that stand around a text, by the schema of 2019-07-15.
_AROUND = {"page-number", "header", "footer", "signature-mark", "catch-word"}
_PLACE = re.compile(r"readingOrder\s*\{\s*index\s*:\s*(\d{1,9})")  # as Transkribus says it
_TYPE = re.compile(r"structure\s*\{[^}]*type\s*:\s*([\w-]+)")


def documents(root: Any, spec: SourceSpec) -> Iterator[Record]:
    """A document for each page of the file."""
    for page in root.iterfind("{*}Page"):
        attributes = {"title": page.get("imageFilename"), "language": page.get("primaryLanguage")}
        record = Record(0, metadata={name: value for name, value in attributes.items() if value})
        yield rated(record, [read_page(page)], spec)


def read_page(page: Any) -> Page:
    """Regions as paragraphs, in their order of reading; words cut at a line's end joined."""
    read = Page("")
    regions = [_paragraph(region, read) for region in _in_order(page)]
    read.text = "\n\n".join(filter(None, regions))
    return read


def _in_order(page: Any) -> list[Any]:
    """The regions of text, also those within others, as the order of reading says, else as the file does."""
    regions = [r for r in page.iter("{*}TextRegion") if _type(r) not in _AROUND]
    named = {
        reference.get("regionRef"): place
        for place, reference in enumerate(_references(page.find("{*}ReadingOrder")))
    }
    return sorted(regions, key=lambda r: named.get(r.get("id"), _place(r, len(named))))


def _references(order: Any) -> Iterator[Any]:
    if order is None:
        return
    for child in sorted(order, key=lambda c: int(c.get("index", "")) if _is_number(c) else 0):
        if name_of(child) in {"RegionRefIndexed", "RegionRef"}:
            yield child
        else:
            yield from _references(child)


def _is_number(element: Any) -> bool:
    return re.fullmatch(r"[0-9]{1,9}", element.get("index", "")) is not None


def _type(region: Any) -> str:
    match = _TYPE.search(region.get("custom", ""))
    return region.get("type") or (match[1] if match else "")


def _place(element: Any, otherwise: int) -> int:
    match = _PLACE.search(element.get("custom", ""))
    return int(match[1]) if match else otherwise


def _paragraph(region: Any, read: Page) -> str:
    lines = sorted(region.iterfind("{*}TextLine"), key=lambda line: _place(line, 0))
    block = Block()
    for line in lines:
        for word in _said(line, read).split():
            block.say(word)
        block.end_line()
    return " ".join(block.words) if lines else _said(region, read)


def _said(element: Any, read: Page) -> str:
    """The first of the readings of a line or region, and how sure it is; of one that says none, that of its words."""
    readings = element.findall("{*}TextEquiv")
    if not readings:
        return " ".join(_said(word, read) for word in element.iterfind("{*}Word"))
    reading = min(readings, key=lambda r: int(r.get("index", "")) if _is_number(r) else 0)
    text = " ".join((reading.findtext("{*}Unicode") or "").split())
    try:
        read.sure += min(max(float(reading.get("conf", "")), 0.0), 1.0) * len(text.split())
        read.rated += len(text.split())
    except ValueError:  # none is given
        pass
    return text

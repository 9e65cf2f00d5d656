"""Reads what all protocols say in one place: a robots.txt, a file of the origin, an answer's head, a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from cleaning.rights.registry import PROTOCOLS
from cleaning.rights.robots import RobotsFile
from cleaning.rights.statement import Asking, Page, Statement

if TYPE_CHECKING:
    import lxml.etree


@cache
def _licences() -> lxml.etree.XPath:
    """Finds what names a licence in a page."""
    import lxml.etree

    return lxml.etree.XPath(
        "//*[contains(concat(' ', translate(@rel, 'LICENS', 'licens'), ' '), ' license ')"
        " or contains(concat(' ', @property), 'license') or contains(concat(' ', @itemprop), 'license')]"
    )


def statements_in_robots(file: RobotsFile, asking: Asking, read_at: str) -> list[Statement]:
    """What the rules of a robots.txt say of a URL."""
    return [
        Statement("robots.txt", p.name, value, read_at)
        for p in PROTOCOLS
        for value in (p.from_robots(file, asking) if p.from_robots else ())
    ]


def statements_in_file(path: str, data: bytes, asking: Asking, read_at: str) -> list[Statement]:
    """What the file of a protocol says of a URL."""
    return [
        Statement("file", p.name, value, read_at)
        for p in PROTOCOLS
        if p.path == path
        for value in (p.from_file(data, asking) if p.from_file else ())
    ]


def statements_in_answer(
    header: Callable[[str], Sequence[str]], page: Page | None, asking: Asking, read_at: str
) -> list[Statement]:
    """What the head of an answer and the page in it say. `header` gives the value of each line of a name."""
    statements = [
        Statement("header", p.name, value, read_at)
        for p in PROTOCOLS
        for value in (p.from_header(header, asking) if p.from_header else ())
    ]
    if page is not None:
        statements += [
            Statement("page", p.name, value, read_at)
            for p in PROTOCOLS
            for value in (p.from_page(page, asking) if p.from_page else ())
        ]
    return statements


def read_html(html: str) -> Page | None:
    """What of a page speaks of rights; None of one that holds nothing."""
    import lxml.etree

    parser = lxml.etree.HTMLParser(encoding="utf-8", huge_tree=True, collect_ids=False)
    root = lxml.etree.HTML(html.encode("utf-8", "surrogatepass"), parser)
    return None if root is None else read_page(root)


def read_page(root: lxml.etree._Element) -> Page:
    """What of a parsed page speaks of rights."""
    metas = [
        (meta.get("name", "").strip().lower(), meta.get("content", ""))
        for meta in root.iter("meta")
        if meta.get("name")
    ]
    named = [
        str(e.get("href") or e.get("resource") or e.get("content") or "") for e in _licences()(root)
    ]
    named += [content for name, content in metas if name in {"dc.rights", "dcterms.license"}]
    for script in root.iter("script"):
        if (script.get("type") or "").lower() == "application/ld+json":
            named += _from_json(script.text or "")
    linked = [
        a.get("href", "") for a in root.iter("a") if "creativecommons.org" in a.get("href", "")
    ]
    return Page(metas, named, linked)


def _from_json(text: str) -> Iterator[str]:
    """The values of `license` in JSON-LD, at any depth."""
    try:
        stack: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while stack:
        match stack.pop():
            case dict() as thing:
                licence = thing.get("license")
                if isinstance(licence, dict):
                    licence = licence.get("@id") or licence.get("url")
                if isinstance(licence, str):
                    yield licence
                stack += thing.values()
            case list() as things:
                stack += things

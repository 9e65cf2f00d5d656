"""The text of a page of a book in HTML or XHTML: all of it, since a book's page has no menu."""

from __future__ import annotations

import re
from typing import Any

from cleaning.readers.xml.blocks import Roles, name_of, number_items, text_of
from cleaning.text.encoding import decode
from cleaning.text.formula import formula

# By EPUB's vocabulary of structure (a parser of HTML keeps the prefix of `epub:type`) or by a role of DPUB-ARIA.
_NO_TEXT = {"pagebreak", "toc", "page-list", "landmarks", "backlink"}
_NO_TEXT |= {f"doc-{kind}" for kind in _NO_TEXT}
_NOTES = {"noteref", "doc-noteref"}
_MARK = re.compile(r"[\[(]?(\d{1,4}|[*†‡§]{1,3}|[ivxlc]{1,6})[\])]?")


def _choose(element: Any) -> Any:
    kinds = f"{element.get('epub:type', '')} {element.get('role', '')}".split()
    if not _NO_TEXT.isdisjoint(kinds):
        return None
    match name_of(element):
        case "a":
            return _mark(element, kinds) or element
        case "ol":
            number_items(element, "li", element.get("type", "1"))
        case "math":
            return formula(element)
    return element


def _mark(link: Any, kinds: list[str]) -> str | None:
    """The mark of a note in brackets, as a raised one has them, where a link is one by what it is for or by its class
    (those of InDesign and Pandoc, say); None of any other link.
    """
    match = _MARK.fullmatch("".join(link.itertext()).strip())
    parent = link.getparent()
    if not match or name_of(parent) == "sup" or any(name_of(child) == "sup" for child in link):
        return None
    classes = f"{link.get('class', '')} {parent.get('class', '')}".lower()
    is_note = "#" in link.get("href", "") and ("note" in classes or "nota" in classes)
    return f"[{match[1]}]" if is_note or not _NOTES.isdisjoint(kinds) else None


ROLES = Roles.of(
    _choose,
    block="p div section article h1 h2 h3 h4 h5 h6 blockquote table ul ol dl figure figcaption header footer"
    " main address hr caption",
    line="tr dt dd",
    item="li",
    cell="td th",
    break_="br",
    verbatim="pre",
    aside="aside",
    skipped="head script style nav svg img audio video object noscript template form rt rp",
)
_LEFT_OUT = "left-out"


def html_text(data: bytes, without: str = "") -> str | None:
    """The text of a page, None where it holds no element. Its charset is found as that of any page is; parsed as HTML,
    which forgives what XML would not. The elements that the XPath `without` names are left out.
    """
    from lxml import etree

    parser = etree.HTMLParser(
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    text, _ = decode(data)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None
    if root is None:
        return None
    if without and (left_out := root.xpath(without)):
        for element in left_out:
            element.tag = _LEFT_OUT
        etree.strip_elements(root, _LEFT_OUT, with_tail=False)
    return text_of(root, ROLES)

"""The text of a page of a book in HTML or XHTML: all of it, since a book's page has no menu."""

from __future__ import annotations

from typing import Any

from cleaning.encoding import decode
from cleaning.formula import formula
from cleaning.readers.blocks import Roles, name_of, number_items, text_of

_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"


def _choose(element: Any) -> Any:
    kind = element.get(_EPUB_TYPE) or element.get("role") or ""
    if "pagebreak" in kind or kind in {"noteref", "doc-noteref", "toc", "doc-toc"}:
        return None
    if name_of(element) == "ol":
        number_items(element, "li", element.get("type", "1"))
    return formula(element) if name_of(element) == "math" else element


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


def html_text(data: bytes) -> str | None:
    """The text of a page, None where it holds no element. Its charset is found as that of any page is; parsed as HTML,
    which forgives what XML would not.
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
    return None if root is None else text_of(root, ROLES)

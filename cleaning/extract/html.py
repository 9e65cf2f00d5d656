"""Main text out of HTML, twice: fast for every page, precise for the pages that deserve it.

A page must not be able to hang or to break the work, and a library call can't be interrupted. So a page
is measured before it is parsed: what is too deep or too large gets a form of extraction that is linear.
"""

from __future__ import annotations

import functools
import logging
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

# resiliparse's main content detection is quadratic in the depth of nesting (measured: 1,000 levels 14 ms,
# 5,000 0.4 s, 20,000 18 s); trafilatura gives nothing for trees that deep, and takes 2 s for 20,000
# elements. Of the project's 400 Spanish pages none is deeper than 60 or has more than 12,000 tags.
DEEPEST = 500
MOST_TAGS = 20_000
LARGEST = 4_000_000  # characters of HTML that are extracted precisely

# trafilatura's precise mode is the best on news, but drops most of forums and listings; where it keeps
# less than this share of what the fast extraction found, its balanced mode decides. Measured on the
# gold pages: articles as good as precise (0.958), all page types of WCXB 0.754 instead of 0.707.
LEAST = 0.4

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Elements without content, and those whose end tag may be left out: they do not nest by themselves.
_FLAT_NAMES = (
    "area base br col embed hr img input link meta param source track wbr p li dt dd tr td th "
    "thead tbody tfoot option optgroup colgroup rp rt html head body"
)
_FLAT = frozenset(_FLAT_NAMES.split())
_LANGUAGE = re.compile(r"<html[^>]{0,500}?\slang\s*=\s*[\"']?([A-Za-z]{2,3})\b", re.IGNORECASE)
_RESERVED = re.compile(
    r"<meta\s[^>]{0,200}?name\s*=\s*[\"']tdm-reservation[\"'][^>]{0,200}?content\s*=\s*[\"'](\d)",
    re.IGNORECASE,
)
_FIRST_DATE = "1995-01-01"


@dataclass
class Page:
    """What the precise extraction gives: a text (empty where it found none) and what the page says."""

    text: str = ""
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shape:
    """How deep a page nests (an upper bound) and how many tags it has."""

    depth: int
    tags: int


def shape(html: str) -> Shape:
    """The shape of a page, from its tags alone, in linear time."""
    tags = _TAG.findall(html)
    steps = [-1 if slash else 1 for slash, name in tags if name.lower() not in _FLAT]
    level = np.concatenate(([0], np.cumsum(np.array(steps, np.int64))))
    return Shape(int((level - np.minimum.accumulate(level)).max()), len(tags))


def fast_text(html: str, page_shape: Shape) -> str:
    """The main text by resiliparse; all visible text where the page nests too deeply, or where the main
    content is so short that it may have missed it.
    """
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse(html)
    options: dict[str, Any] = {
        "preserve_formatting": True,
        "alt_texts": False,
        "list_bullets": False,
    }
    if page_shape.depth <= DEEPEST:
        text = extract_plain_text(tree, main_content=True, **options)
        if len(text) >= SHORT:
            return text
    return extract_plain_text(tree, main_content=False, **options)


SHORT = 200  # characters of main content below which all visible text is taken


def precise(
    html: str, page_shape: Shape, url: str | None, captured: datetime | None, fast: str
) -> Page:
    """The main text and the metadata by trafilatura; an empty text where it fails or must not be tried.

    `fast` is the fast text, which decides between its two modes. Dates in the page are believed up to
    the capture, not up to today, so that the result does not depend on the day of the work.
    """
    if page_shape.depth > DEEPEST or page_shape.tags > MOST_TAGS or len(html) > LARGEST:
        return Page()
    import trafilatura

    _quiet()
    options: dict[str, Any] = {
        "url": url,
        "include_comments": False,
        "deduplicate": False,
        "with_metadata": True,
        "date_extraction_params": {
            "extensive_search": False,
            "original_date": True,
            "min_date": _FIRST_DATE,
            "max_date": captured.date().isoformat() if captured else "2100-01-01",
        },
    }
    try:
        page = _page(trafilatura.bare_extraction(html, favor_precision=True, **options))
        if len(page.text) < LEAST * len(fast):
            options["with_metadata"] = False
            balanced = _page(trafilatura.bare_extraction(html, **options))
            page = Page(balanced.text or page.text, page.metadata)
    except Exception:  # whatever a page makes the parsers raise, it has a fast text
        return Page()
    return page


def _page(document: Any) -> Page:
    if document is None:
        return Page()
    metadata = {
        "title": document.title,
        "author": document.author,
        "date": document.date,
        "licence": document.license,
    }
    return Page(document.text or "", {k: v for k, v in metadata.items() if v})


def declared_language(html: str) -> str | None:
    """The language that the page states for itself, as a lower-case code."""
    match = _LANGUAGE.search(html, 0, 4096)
    return match[1].lower() if match else None


def reservation(html: str) -> str | None:
    """The text and data mining reservation that the page states (W3C TDM Reservation Protocol)."""
    match = _RESERVED.search(html, 0, 32_768)
    return f"tdm-reservation={match[1]}" if match else None


@functools.cache
def _quiet() -> None:
    """Keeps the extractors from telling the log about every page that they give up."""
    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL)

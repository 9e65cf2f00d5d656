"""The way to a page as it says it: "Portada > Trámites > Padrón".

From its structured data (schema.org's BreadcrumbList), else from the element of the page that its template calls so.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from cleaning.extract.blocks.blocks import Blocks
from cleaning.extract.tree.families import NAMES

BETWEEN = " > "
LONGEST = 300  # characters of a way
CRUMBS = 1 << NAMES.index("crumbs")
_STEPS = re.compile(r"\s*[>»›→|\n]\s*|\s+[/·•]\s+")
_CALLED = re.compile(r"(?:breadcrumbs?|migas)\b", re.IGNORECASE)
_LABEL = re.compile(r"[^:>»›/|]{1,40}:\s*")  # "Está usted en: "


def of_data(things: Iterable[Mapping[str, Any]]) -> str:
    """The names of the first list of a way among structured data, empty where there is none."""
    for thing in things:
        entries = thing.get("itemListElement")
        if "BreadcrumbList" in str(thing.get("@type")) and isinstance(entries, list):
            return _joined(_name(entry) for entry in entries if isinstance(entry, dict))
    return ""


def _name(entry: Mapping[str, Any]) -> str:
    item = entry.get("item")
    name = entry.get("name") or (item.get("name") if isinstance(item, dict) else "")
    return name if isinstance(name, str) else ""


def of_blocks(blocks: Blocks) -> str:
    """What the first part of a page says that is called a way, leads somewhere and is short; else empty."""
    for container in np.flatnonzero(blocks.family & CRUMBS).tolist():
        inside = slice(blocks.first[container], blocks.last[container])
        words = "\n".join(blocks.text[inside])
        if 0 < len(words) <= LONGEST and any(blocks.links[inside]):
            return _joined(
                _STEPS.split(words[label.end() if (label := _LABEL.match(words)) else 0 :])
            )
    return ""


def _joined(steps: Iterable[str]) -> str:
    """A way of two steps or more; a single one leads nowhere."""
    names = (" ".join(html.unescape(step).split()) for step in steps)
    named = [n for n in names if any(map(str.isalnum, n)) and not _CALLED.match(n)]
    return BETWEEN.join(named)[:LONGEST] if len(named) > 1 else ""

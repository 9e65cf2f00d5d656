"""What a page's own style sheets hide: elements of a class or with an id whose only display is none."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from lxml import etree

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_NAMED = etree.XPath("//*[@class or @id]")
_TEXTS = etree.XPath(
    ".//text()[normalize-space()][not(parent::script or parent::style)]", smart_strings=False
)
_BRACE = re.compile(r"[{}]")
_DISPLAY = re.compile(r"(?:\A|;)\s*display\s*:\s*([\w-]+)", re.IGNORECASE)
_NAME = re.compile(r"[.#][\w-]+")
_LONGEST = 500_000  # characters of style sheets that are read
_CONTENT = 1 / 4  # of the text of a page: what hides more waits for a script that shows it


def hide(root: Any) -> bool:
    """Says in the style of an element itself what a sheet of its page says of its class or id; whether of any. What
    another rule shows again, as a menu that opens does, is left as it is; what is said of some media alone is not read.
    """
    hidden: set[str] = set()
    shown: set[str] = set()
    sheet = "".join("".join(style.itertext()) for style in root.iter("style"))[:_LONGEST]
    for selectors, display, always in _displays(_COMMENT.sub("", sheet)):
        if display != "none":
            shown.update(_NAME.findall(selectors))
        elif always:
            hidden.update(s.strip() for s in selectors.split(",") if _NAME.fullmatch(s.strip()))
    if not (hidden := hidden - shown):
        return False
    elements: dict[str, list[Any]] = defaultdict(list)
    for element in _NAMED(root):
        names = [f".{name}" for name in element.get("class", "").split()]
        names.append(f"#{element.get('id')}")
        if not shown.isdisjoint(names) or _DISPLAY.search(element.get("style", "")):
            continue
        if name := next((name for name in names if name in hidden), ""):
            elements[name].append(element)
    if not elements:
        return False
    whole = sum(map(len, _TEXTS(root)))
    found = False
    for of_name in elements.values():
        if sum(len(text) for e in of_name for text in _TEXTS(e)) <= whole * _CONTENT:
            for element in of_name:
                element.set("style", f"display:none;{element.get('style', '')}")
            found = True
    return found


def _displays(sheet: str) -> Iterator[tuple[str, str, bool]]:
    """The selectors of each rule that says how something is displayed, how, and whether it is said of all media."""
    open_: list[str] = []
    at = 0
    for brace in _BRACE.finditer(sheet):
        said = sheet[at : brace.start()]
        at = brace.end()
        if brace[0] == "{":
            open_.append(said.rpartition(";")[2].strip())
        elif open_:
            selectors = open_.pop()
            properties = said.lower()
            display = _DISPLAY.search(properties) if "display" in properties else None
            if display and not selectors.startswith("@"):
                yield selectors, display[1], not open_

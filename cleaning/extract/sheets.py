"""What a page's own style sheets hide: elements of a class or with an id whose only display is none."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from lxml import etree

from cleaning.extract.characters import Bytes
from cleaning.text import Ints
from pipeline.compiled import bare

_SHEET = re.compile(rb"<style(?: [^<>]*)?(?<!/)>([^<]*)")
_UNSEEN = re.compile(rb"<(?:style|script)\b[^<>]*>[^<]*")
_HIDES = re.compile(rb"display\s*:\s*none")
# As a sheet is written in a tree.
_ESCAPED = re.compile(rb"&(?:gt|lt|amp|#13|#xD);")
_CHARACTERS = {b"&gt;": b">", b"&lt;": b"<", b"&amp;": b"&", b"&#13;": b"\r", b"&#xD;": b"\r"}
_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
_DISPLAY = re.compile(r"(?:\A|;)\s*display\s*:\s*([\w-]+)", re.IGNORECASE)
_NAME = re.compile(r"[.#][\w-]+")
_NAMED = etree.XPath("//*[@class or @id]")
_LONGEST = 500_000  # characters of style sheets that are read
_CONTENT = 1 / 4  # of the text of a page: what hides more waits for a script that shows it
_OPENS, _CLOSES = map(ord, "{}")
_WORD = np.frombuffer(b"display", np.uint8)


class _Rule(NamedTuple):
    """Whether it is said of all media, where its selectors begin and end, and its properties."""

    always: int
    begin: int
    end: int
    first: int
    last: int


def hide(root: Any, data: bytes) -> bool:
    """Says in the style of an element itself what a sheet of its page says of its class or id; whether of any. What
    another rule shows again, as a menu that opens does, is left as it is; what is said of some media alone is not read.
    `data` is the tree as XML.
    """
    sheets = _SHEET.findall(data)
    # In small letters: `re` is slow where it has to ignore capitals.
    if not any(_HIDES.search(sheet.lower()) for sheet in sheets):
        return False
    sheet = _read(b"".join(sheets))
    rules = _rules_of(sheet)
    # Most sheets are those of a whole site, and few of their names are on a page.
    hiding = [rule for rule in rules if b"none" in sheet[rule.first : rule.last].lower()]
    hidden = {
        name
        for selectors, display in _displays(sheet, [rule for rule in hiding if rule.always])
        if display == "none"
        for selector in selectors.split(",")
        if _NAME.fullmatch(name := selector.strip())
    }
    seen = _UNSEEN.sub(b"", data) if hidden else b""
    if not (hidden := {name for name in hidden if _names(seen, name[1:].encode())}):
        return False
    shown: set[str] = set()
    for selectors, display in _displays(sheet, rules):
        if display != "none":
            shown.update(_NAME.findall(selectors))
    elements: dict[str, list[Any]] = defaultdict(list)
    for element in _NAMED(root) if (hidden := hidden - shown) else ():
        names = [f".{name}" for name in element.get("class", "").split()]
        names.append(f"#{element.get('id')}")
        if hidden.isdisjoint(names) or not shown.isdisjoint(names):
            continue
        if not _DISPLAY.search(element.get("style", "")):
            elements[next(name for name in names if name in hidden)].append(element)
    if not elements:
        return False
    whole = _size(root)
    found = False
    for of_name in elements.values():
        if sum(map(_size, of_name)) <= whole * _CONTENT:
            for element in of_name:
                element.set("style", f"display:none;{element.get('style', '')}")
            found = True
    return found


def _names(data: bytes, name: bytes) -> bool:
    """Whether a name stands in the value of a class or an id of a written tree, or is part of one there."""
    at = data.find(name)
    while at >= 0 and not data.endswith((b" class=", b" id="), 0, data.rfind(b'"', 0, at)):
        at = data.find(name, at + 1)
    return at >= 0


def _size(element: Any) -> int:
    """The characters of the texts in an element that hold something else than white space."""
    size = 0
    for inner in element.iter():
        if (text := inner.text) and inner.tag not in ("script", "style") and text.strip(" \t\r\n"):
            size += len(text)
        if (text := inner.tail) and inner is not element and text.strip(" \t\r\n"):
            size += len(text)
    return size


def _read(sheet: bytes) -> bytes:
    """A sheet that was written in a tree, without its comments, up to the longest."""
    sheet = _ESCAPED.sub(lambda match: _CHARACTERS[match[0]], sheet)
    if len(sheet) > _LONGEST:
        sheet = sheet.decode()[:_LONGEST].encode()
    return _COMMENT.sub(b"", sheet)


def _rules_of(sheet: bytes) -> list[_Rule]:
    """Those of a sheet whose properties hold the word `display`."""
    most = sheet.count(b"{")
    found, room = np.empty((most, len(_Rule._fields)), np.int64), np.empty((most, 2), np.int64)
    count = _rules(np.frombuffer(bytearray(sheet), np.uint8), room, found)
    return list(map(_Rule._make, found[:count].tolist()))


def _displays(sheet: bytes, rules: Iterable[_Rule]) -> Iterator[tuple[str, str]]:
    """The selectors of those of the rules that say how something is displayed, and how."""
    for rule in rules:
        selectors = sheet[rule.begin : rule.end].rpartition(b";")[2].decode().strip()
        display = _DISPLAY.search(sheet[rule.first : rule.last].decode().lower())
        if display and not selectors.startswith("@"):
            yield selectors, display[1]


@bare
def _rules(sheet: Bytes, open_: Ints, found: Ints) -> int:
    """Fills the rules whose properties hold the word `display`, [as many as signs {, 5]; how many these are."""
    depth = count = begin = 0
    displays = False
    for at in range(len(sheet)):
        if sheet[at] == _OPENS:
            open_[depth, 0], open_[depth, 1] = begin, at
            depth, begin, displays = depth + 1, at + 1, False
        elif sheet[at] == _CLOSES:
            if depth:
                depth -= 1
                if displays:
                    found[count, 0], found[count, 3], found[count, 4] = depth == 0, begin, at
                    found[count, 1], found[count, 2] = open_[depth, 0], open_[depth, 1]
                    count += 1
            begin, displays = at + 1, False
        elif sheet[at] | 0x20 == _WORD[-1] and at - begin >= len(_WORD) - 1:
            displays |= _ends_word(sheet, at)
    return count


@bare
def _ends_word(sheet: Bytes, at: int) -> bool:
    """Whether the word ends at a place, in small letters or capitals."""
    met = 0
    for i in range(len(_WORD)):
        met += sheet[at - len(_WORD) + 1 + i] | 0x20 == _WORD[i]
    return met == len(_WORD)

"""What a page's own style sheets hide: elements of a class or with an id whose only display is none."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from cleaning.extract.tree.characters import AMPERSAND, BLANK, GT, Bytes, referred
from cleaning.extract.tree.names import hash_of, name_at
from cleaning.extract.tree.tokens import BEGIN, STOP, TEXT, WHAT
from cleaning.text.batch import Ints
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
_LONGEST = 500_000  # characters of style sheets that are read
_CONTENT = 1 / 4  # of the text of a page: what hides more waits for a script that shows it
_OPENS, _CLOSES = map(ord, "{}")
_SCRIPT, _STYLE = np.uint64(hash_of("script")), np.uint64(hash_of("style"))
_WORD = np.frombuffer(b"display", np.uint8)


class _Rule(NamedTuple):
    """Whether it is said of all media, where its selectors begin and end, and its properties."""

    always: int
    begin: int
    end: int
    first: int
    last: int


def hide(root: Any, data: bytes, tree: Bytes, tokens: Ints) -> bool:
    """Says in the style of an element itself what a sheet of its page says of its class or id; whether of any. What
    another rule shows again, as a menu that opens does, is left as it is; what is said of some media alone is not read.
    `data` is the tree as XML, `tree` that as an array, `tokens` are its own.
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
    elements: list[tuple[Any, list[str]]] = []
    for element in root.iter("*"):
        own, called = element.get("class"), element.get("id")
        names = [f".{name}" for name in own.split()] if own else []
        names += [f"#{called}"] if called is not None else []
        if not hidden.isdisjoint(names):
            elements.append((element, names))
    if not elements:
        return False
    shown = _shown(sheet, rules, {name for _, names in elements for name in names})
    groups: dict[str, list[Any]] = defaultdict(list)
    for element, names in elements:
        if shown.isdisjoint(names) and not _DISPLAY.search(element.get("style", "")):
            groups[next(name for name in names if name in hidden)].append(element)
    if not groups:
        return False
    whole = _whole(tree, tokens)
    changed = False
    for of_name in groups.values():
        if sum(map(_size, of_name)) <= whole * _CONTENT:
            for element in of_name:
                element.set("style", f"display:none;{element.get('style', '')}")
            changed = True
    return changed


def _shown(sheet: bytes, rules: Iterable[_Rule], names: set[str]) -> set[str]:
    """Those of the names that a rule shows, with all that it names."""
    named = re.compile(b"|".join(re.escape(name.encode()) for name in names))
    of_these = [rule for rule in rules if named.search(sheet, rule.begin, rule.end)]
    shown: set[str] = set()
    for selectors, display in _displays(sheet, of_these):
        if display != "none":
            shown.update(_NAME.findall(selectors))
    return shown


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


@bare
def _whole(tree: Bytes, tokens: Ints) -> int:
    """As `_size`, of a page by its tokens."""
    size = 0
    for token in range(tokens.shape[1]):
        if tokens[WHAT, token] != TEXT:
            continue
        if token > 0 and tokens[WHAT, token - 1] > TEXT:  # right behind the beginning of an element
            _, name, _ = name_at(tree, tokens[BEGIN, token - 1], GT)
            if name in (_SCRIPT, _STYLE):
                continue
        at, end, characters, seen = tokens[BEGIN, token], tokens[STOP, token], 0, 0
        while at < end:
            byte: Any = tree[at]
            if byte == AMPERSAND:
                byte, at = referred(tree, at)
            else:
                at += 1
            characters += byte & 0xC0 != 0x80
            seen += not (byte == BLANK or 9 <= byte <= 10 or byte == 13)
        if seen:
            size += characters
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
    table, room = np.empty((most, len(_Rule._fields)), np.int64), np.empty((most, 2), np.int64)
    count = _rules(np.frombuffer(bytearray(sheet), np.uint8), room, table)
    return list(map(_Rule._make, table[:count].tolist()))


def _displays(sheet: bytes, rules: Iterable[_Rule]) -> Iterator[tuple[str, str]]:
    """The selectors of those of the rules that say how something is displayed, and how."""
    for rule in rules:
        selectors = sheet[rule.begin : rule.end].rpartition(b";")[2].decode().strip()
        display = _DISPLAY.search(sheet[rule.first : rule.last].decode().lower())
        if display and not selectors.startswith("@"):
            yield selectors, display[1]


@bare
def _rules(sheet: Bytes, open_: Ints, table: Ints) -> int:
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
                    table[count, 0], table[count, 3], table[count, 4] = depth == 0, begin, at
                    table[count, 1], table[count, 2] = open_[depth, 0], open_[depth, 1]
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

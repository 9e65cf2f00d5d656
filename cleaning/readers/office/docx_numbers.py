"""The numbers that Word sets before paragraphs: a file says of each paragraph only its list and level."""

from __future__ import annotations

import re
from typing import Any

from cleaning.readers.office.office import value_of
from cleaning.readers.xml.blocks import name_of
from cleaning.text.numerals import numeral

_STYLES = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}
_PLACE = re.compile(r"%([1-9])")
_DEEPEST = 20  # styles that are based on each other


class Numbers:
    """Counts the paragraphs of a document in their order, by its parts `numbering` and `styles` (None: none)."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        # By number: what it counts with, its own levels.
        self.lists: dict[str, tuple[str, Any]] = {}
        self.abstract: dict[str, dict[int, Any]] = {}
        self.styles: dict[str, Any] = {}
        self.last: dict[tuple[str, int], int] = {}  # of what is counted with, by level
        self.begun: set[str] = set()
        for part in numbering if numbering is not None else ():
            if name_of(part) == "abstractNum":
                self.abstract[value_of(part, "abstractNumId")] = _levels(part)
            elif name_of(part) == "num":
                self.lists[value_of(part, "numId")] = (
                    value_of(part.find("{*}abstractNumId"), "val"),
                    part,
                )
        for style in styles if styles is not None else ():
            self.styles[value_of(style, "styleId")] = style

    def mark(self, paragraph: Any) -> str | None:
        """What stands before a paragraph, empty for a bullet; None of one that is not of a list."""
        number, level = self._of(paragraph)
        if number not in self.lists:
            return "" if number not in {"", "0"} else None
        abstract, own = self.lists[number]
        levels = self.abstract.get(abstract, {})
        if number not in self.begun:
            self.begun.add(number)
            for override in own.findall("{*}lvlOverride"):
                start = value_of(override.find("{*}startOverride"), "val")
                if start.isdigit():
                    self.last[abstract, int(value_of(override, "ilvl") or 0)] = int(start) - 1
        last = self.last.get((abstract, level))
        self.last[abstract, level] = last + 1 if last is not None else _start(levels.get(level))
        for deeper in [key for key in self.last if key[0] == abstract and key[1] > level]:
            del self.last[deeper]
        of_level = levels.get(level)
        if of_level is None or value_of(of_level.find("{*}numFmt"), "val") == "bullet":
            return ""

        def said(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            count = self.last.get((abstract, at), _start(levels.get(at)))
            form = levels.get(at)
            style = value_of(form.find("{*}numFmt"), "val") if form is not None else ""
            return numeral(count, _STYLES.get(style, "1"))

        return _PLACE.sub(said, value_of(of_level.find("{*}lvlText"), "val")).strip()

    def _of(self, paragraph: Any) -> tuple[str, int]:
        """The number of the list of a paragraph and its level there, by itself or by its style."""
        properties = paragraph.find("{*}pPr")
        if properties is None:
            return "", 0
        number, level = _numbering(properties)
        style = self.styles.get(value_of(properties.find("{*}pStyle"), "val"))
        for _ in range(_DEEPEST):
            if style is None or (number and level):
                break
            of_style = style.find("{*}pPr")
            if of_style is not None:
                its_number, its_level = _numbering(of_style)
                number, level = number or its_number, level or its_level
            style = self.styles.get(value_of(style.find("{*}basedOn"), "val"))
        return number, int(level) if level.isdigit() else 0


def _numbering(properties: Any) -> tuple[str, str]:
    return (
        value_of(properties.find("{*}numPr/{*}numId"), "val"),
        value_of(properties.find("{*}numPr/{*}ilvl"), "val"),
    )


def _levels(abstract: Any) -> dict[int, Any]:
    return {int(value_of(e, "ilvl") or 0): e for e in abstract.findall("{*}lvl")}


def _start(level: Any) -> int:
    start = value_of(level.find("{*}start"), "val") if level is not None else ""
    return int(start) if start.isdigit() else 1

"""The languages of the report: their words (one JSON file each) and how they write numbers, sizes and times."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from flows.report.words.quoted import Forms, forms, told
from pipeline.model.notice import Notice

CODES = ("en", "es")  # the first is that of a page without a suffix

_SWAPPED = str.maketrans(",.", ".,")
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SPACE = "\N{NO-BREAK SPACE}"

# Of what kind the names are that warnings hold, by the name of the value; languages and a single split are told as
# what the recipe has to say.
_KINDS = {
    "domain": "domain",
    "domains": "domain",
    "known": "domain",
    "splits": "split",
    "rule": "rule",
}


@dataclass(frozen=True)
class Language:
    """Words and numbers of one language; `language[key]` is a word, a KeyError where there is none.

    `said`: by kind, what is said in English, as it is said in this language; none for English.
    """

    code: str
    words: dict[str, str] = field(compare=False)  # the name behind the code
    said: dict[str, dict[str, str]] = field(compare=False)

    @property
    def suffix(self) -> str:
        """What the names of its pages end in."""
        return ".html" if self.code == CODES[0] else f".{self.code}.html"

    def __getitem__(self, key: str) -> str:
        return self.words[key]

    def word(self, key: str) -> str | None:
        """A word that need not be there: what a stage or a signal is."""
        return self.words.get(key)

    def called(self, kind: str, name: str) -> str:
        """What a person calls a stage, rule, domain, language or role; its own name where there is no word for it."""
        if kind == "lang":
            return self._spoken(name)
        return self.words.get(f"{kind}.{name}") or name

    def _spoken(self, label: str) -> str:
        """A language, with the country of its variety and the domain where a label has them: es-GT.legal."""
        spoken, _, domain = label.partition(".")
        code, _, country = spoken.partition("-")
        named = self.words.get(f"lang.{code}") or self._names.languages.get(code, code)
        named += f" ({self._names.territories.get(country, country)})" if country else ""
        return f"{named}, {self.called('domain', domain)}" if domain else named

    def named(self, kind: str, name: str) -> str:
        """It in words, with the name that it has in recipes and tables behind them."""
        word = self.called(kind, name)
        return word if word == name else f"{word} ({name})"

    def all_of(self, kind: str, names: Iterable[str]) -> str:
        """What some are called, one behind another."""
        return ", ".join(self.called(kind, name) for name in names)

    def part(self, name: str) -> str:
        """A part of a dataset: by its word, its language or group, its domain and split, or its source's name."""
        kind, equals, label = name.partition("=")
        if kind == "lang":
            return self["part.lang"].format(name=self.called("lang", label))
        if equals:
            return f"{self.called('part', kind)}: {self.called('group', label)}"
        domain, slash, split = name.rpartition("/")
        if (
            slash
        ):  # an export has a form where tokens have a split, and languages where these have domains
            kind = "domain" if f"split.{split}" in self.words else "lang"
            return f"{self.called(kind, domain)}, {self.called('split', split)}"
        return self.called("part", name)

    def sentence(self, warning: Notice | str) -> str:
        """A warning in words; records of before hold the sentence itself, later ones may hold what is not known yet."""
        if isinstance(warning, str):
            return warning
        values, key = warning["values"], f"warning.{warning['id']}"
        key = f"{key}.one" if values.get("n") == 1 and f"{key}.one" in self.words else key
        shown = {name: self._value(value, name) for name, value in values.items()}
        return (self.word(key) or str(warning["id"])).format(**shown)

    def quoted(self, kind: str, said: str) -> str:
        """What an error (`failure`) or a reader (`detail`) says in English."""
        return told(self._forms, kind, said, self["quoted"]) if said and self.said else said

    @cached_property
    def _names(self) -> Any:
        from babel import Locale

        return Locale(self.code)

    @cached_property
    def _forms(self) -> dict[str, Forms]:
        return {kind: forms(sentences) for kind, sentences in self.said.items()}

    def _value(self, value: Any, name: str) -> str:
        match value:
            case {"first": first, "more": more}:
                rest = self["more"].format(n=self.number(more))
                return self._value(first, name) + (f" {rest}" if more else "")
            case {"id": _, "values": _}:
                return self.sentence(value)
            case {"damage": damage, "detail": detail}:
                return f"{self.called('damage', damage)}: {self.quoted('detail', detail)}"
            case [str(one), int(count)]:
                return f"{one} {self.number(count)}"
            case list():
                return ", ".join(self._value(one, name) for one in value)
            case int():
                return self.number(value)
            case float():
                return self.percent(value)
        return self.named(_KINDS[name], str(value)) if name in _KINDS else str(value)

    def number(self, value: float, digits: int = 0) -> str:
        """1234567.5 with one digit as 1,234,567.5 in English, 1.234.567,5 in Spanish."""
        return self._written(f"{value:,.{digits}f}")

    def figure(self, value: float) -> str:
        """A measured value with four digits that count; of more than 15 with its power of ten."""
        if abs(value) >= 1e15:
            return self._written(f"{value:.4g}")
        if abs(value) >= 1000 or float(value).is_integer():
            return self.number(value)
        return self._written(f"{Decimal(f'{value:.4g}'):f}")

    def change(self, value: float) -> str:
        """A difference, with its sign."""
        return f"{'+' if value > 0 else '−'}{self.figure(abs(value))}"

    def percent(self, share: float) -> str:
        """A share as a percentage that never rounds something to nothing or less than all to all."""
        sign = f"{_SPACE}%" if self.code == "es" else "%"
        if 0 < share < 0.0005:
            return f"<{self._written('0.1')}{sign}"
        if 0.9995 <= share < 1:
            return f">{self._written('99.9')}{sign}"
        return f"{self.number(share * 100, 0 if share in {0, 1} else 1)}{sign}"

    def power(self, value: float) -> str:
        """A count too large to write out, as 8.3 × 10¹¹."""
        mantissa, _, exponent = f"{value:.1e}".partition("e")
        return f"{self._written(mantissa)} × 10{str(int(exponent)).translate(_RAISED)}"

    def bits(self, value: float) -> str:
        """Bits per byte or a loss, in columns that compare."""
        return self.number(value, 3)

    def size(self, value: float) -> str:
        """Bytes in the unit that fits."""
        for unit in ("bytes", "kB", "MB", "GB"):
            if value < 999.5:  # what rounds to a thousand is one of the next
                text = f"{value:.0f}" if unit == "bytes" else f"{value:.3g}"
                return f"{self._written(text)}{_SPACE}{unit}"
            value /= 1000
        return f"{self.number(value, 1)}{_SPACE}TB"

    def duration(self, seconds: float) -> str:
        """Seconds in words."""
        if seconds < 59.95:
            return f"{self.number(seconds, 1)}{_SPACE}s"
        if (whole := round(seconds)) < 3600:
            return f"{whole // 60}{_SPACE}min {whole % 60}{_SPACE}s"
        minutes = round(seconds / 60)
        return f"{self.number(minutes // 60)}{_SPACE}h {minutes % 60}{_SPACE}min"

    def date(self, when: datetime) -> str:
        """A day and a time of day (UTC)."""
        month = self[f"month.{when.month}"]
        return self["date"].format(day=when.day, month=month, year=when.year, time=f"{when:%H:%M}")

    def _written(self, text: str) -> str:
        return text.translate(_SWAPPED) if self.code == "es" else text


@cache
def languages() -> tuple[Language, ...]:
    """All languages of the report, the first that of pages without a suffix."""
    folder = files("flows.report.words")

    def read(name: str) -> Any:
        return json.loads((folder / name).read_text(encoding="utf-8"))

    return tuple(
        Language(code, read(f"{code}.json"), read(f"said.{code}.json") if number else {})
        for number, code in enumerate(CODES)
    )


def in_all(page: str) -> Iterator[tuple[str, str]]:
    """The path of a page in every language, behind what that calls a report."""
    for language in languages():
        yield language["report"], page.removesuffix(languages()[0].suffix) + language.suffix

"""A rule as a linguist reads it: a name, a signal, the least or the most it may be, and what is done if it is not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from cleaning.privacy.kinds import Kind
from pipeline.model.stage import later

LANGUAGE = "language"  # the rule of `languages`, which is no rule over a signal

# What is measured of a line or a paragraph (`units.py`).
LISTED = "listed"
FOREIGN = "foreign"
MEASURED = (
    *("characters", "words", "longest_word", "uppercase", "digits", "end_mark", "bullet", "code"),
    *("ellipsis", FOREIGN, LISTED),
)

Action = Literal["drop", "tag", "cut", "mask", "sample"]
Unit = Literal["line", "paragraph"]


class Bounds(BaseModel):
    """What of a rule decides: a document breaks it when its signal is below `min` or above `max` (equal is kept).

    `languages`, `domains` and `kinds` (what `extract` takes a page for: article, listing, service ...) say to which
    documents it applies (None: all), `web_only` that it is for web pages: archives of a crawl, files of HTML, and
    whatever is of the domain `web`. A signal without a value breaks no rule; where the signal `unless` has one, the
    rule is not asked, since another one knows more of such documents.

    `action`: a document that breaks it goes (`drop`) or stays with the rule's name as a `tag`; or each `unit` of a text
    that breaks it goes (`cut`; the signal `listed` counts the `words`). `mask` replaces the `personal` data of some
    kinds, or what a `pattern` of RE2 matches; `sample` keeps documents with the probability `rate`, times a signal.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    signal: str = ""
    min: float | None = Field(None, allow_inf_nan=False)
    max: float | None = Field(None, allow_inf_nan=False)
    languages: tuple[str, ...] | None = Field(None, min_length=1)
    domains: tuple[str, ...] | None = Field(None, min_length=1)
    web_only: bool = False
    kinds: tuple[str, ...] | None = later(None, min_length=1)
    unless: str | None = later(None)
    action: Action = later("drop")
    unit: Unit | None = later(None)
    words: tuple[str, ...] | None = later(None, min_length=1)
    personal: tuple[Kind, ...] | None = later(None, min_length=1)
    pattern: str | None = later(None)
    rate: float | None = later(None, gt=0, le=1)

    @property
    def edits(self) -> bool:
        """Whether it takes spans out of texts; the others decide of whole documents, from their signals."""
        return self.action in {"cut", "mask"}


class Rule(Bounds):
    """A rule as a recipe or a preset writes it.

    `source` says where the constant is from; `off` takes a rule of a preset out.
    """

    source: str = ""
    off: bool = False


def signals_of(rules: Iterable[Bounds]) -> list[str]:
    """The signals of documents that some rules read."""
    asked = (signal for r in rules if not r.edits for signal in (r.signal, r.unless) if signal)
    return list(dict.fromkeys(asked))

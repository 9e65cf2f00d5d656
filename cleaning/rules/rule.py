"""A rule over a signal, as a linguist reads it: a name, a signal, the least or the most it may be."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from pipeline.model.stage import later

LANGUAGE = "language"  # the rule of `languages`, which is no rule over a signal


class Bounds(BaseModel):
    """What of a rule decides: a document breaks it when its signal is below `min` or above `max` (equal is kept).

    `languages`, `domains` and `kinds` (what `extract` takes a page for: article, listing, service ...) say to which
    documents it applies (None: all), `web_only` that it is for web pages: archives of a crawl, files of HTML, and
    whatever is of the domain `web`. A signal without a value breaks no rule.
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


class Rule(Bounds):
    """A rule as a recipe or a preset writes it.

    `source` says where the constant is from; `off` takes a rule of a preset out.
    """

    source: str = ""
    off: bool = False

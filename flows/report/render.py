"""How a page is rendered: its templates, and the numbers, sizes and dates of its language."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from flows.report.compare import label
from flows.report.language import Language
from flows.report.shown import when

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment(language: Language, *packages: str) -> Environment:
    """The templates of some packages and then of the report, with the filters of a language; all values are escaped."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=ChoiceLoader([PackageLoader(p) for p in (*packages, "flows.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "number": language.number,
        "percent": language.percent,
        "figure": language.figure,
        "change": language.change,
        "bits": language.bits,
        "bytes": language.size,
        "duration": language.duration,
        "date": language.date,
        "when": lambda run: title(run, language),
        "label": lambda key: label(key, language),
        "width": lambda share: f"{min(1.0, max(0.0, share)) * 100:.3f}%",
        "json": lambda value: json.dumps(value, ensure_ascii=False),
        "given": lambda value: {k: v for k, v in value.items() if v not in (None, False, "")},
        "brief": lambda name: name.partition("/")[2][:8],
        "stage": lambda name: name.partition("/")[0],
    }
    return made


def title(run: str, language: Language) -> str:
    """When a run began, or its name where that says no time."""
    began = when(run)
    return language.date(began) if began else run

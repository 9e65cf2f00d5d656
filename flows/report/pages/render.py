"""How a page is rendered: its templates, and the numbers, sizes and dates of its language."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flows.report.runs.compare import label
from flows.report.words.language import Language
from flows.store.records import when

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment(*packages: str) -> Environment:
    """The templates of some packages and then of the report; all values are escaped.

    Filters write in the language `t` of the page: one environment, as to compile a template is what costs.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, pass_context

    from flows.report.pages.template_code import TemplateCode

    templates = Environment(
        loader=ChoiceLoader([PackageLoader(p) for p in (*packages, "flows.report.pages")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=TemplateCode(Path(__file__)),
    )

    def of_language(write: Callable[..., str]) -> Callable[..., str]:
        return pass_context(lambda context, *given: write(context["t"], *given))

    written: dict[str, Callable[..., str]] = {
        "number": Language.number,
        "percent": Language.percent,
        "figure": Language.figure,
        "change": Language.change,
        "bits": Language.bits,
        "bytes": Language.size,
        "power": Language.power,
        "duration": Language.duration,
        "date": Language.date,
        "sentence": Language.sentence,
        "when": lambda language, run: title(run, language),
        "label": lambda language, key: label(key, language),
    }
    templates.filters |= {name: of_language(write) for name, write in written.items()}
    templates.filters |= {
        "width": lambda share: f"{min(1.0, max(0.0, share)) * 100:.3f}%",
        "json": lambda value: json.dumps(value, ensure_ascii=False),
        "given": lambda value: {k: v for k, v in value.items() if v not in (None, False, "")},
        "brief": lambda name: name.partition("/")[2][:8],
        "stage": lambda name: name.partition("/")[0],
    }
    return templates


def title(run: str, language: Language) -> str:
    """When a run began, or its name where that has no time."""
    began = when(run)
    return language.date(began) if began else run

"""The parameters of a stage as its `--help` lists them: each with its default and its description."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import click

from flows.stages import STAGES, load

if TYPE_CHECKING:
    from pydantic import BaseModel

# The end of a sentence of a docstring, or of its clause about something else.
_ENDS = re.compile(r"(?<=[.;:])(?<!`:)\s+(?=`|[A-Z])(?!None\b)")


class StageCommand(click.Command):
    """The command of a stage, whose help ends with the stage's parameters."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table; stages are imported only for their help."""
        if self.name in STAGES and (lines := list(keys(self.name))):
            with formatter.section(f"Parameters, in a recipe or as --set {self.name}.KEY=VALUE"):
                formatter.write_dl(lines)


def keys(stage: str) -> Iterator[tuple[str, str]]:
    """Each parameter of a stage, and a line about it."""
    params = load(stage).Params
    sentences = list(_sentences(params))
    for name, field in params.model_fields.items():
        said = re.compile(rf"(?<!input )`{name}[`:]")
        of = next((s.rstrip(";,") for s in sentences if said.search(s)), "")
        of = re.sub(r"\bNone\b", "null", of.removeprefix(f"`{name}`: "))
        default = (
            "needed"
            if field.is_required()
            else f"default {_value(field.get_default(call_default_factory=True))}"
        )
        about = ", ".join(clause for clause in (_choices(field.annotation), default) if clause)
        yield name, f"[{about}] {of}".strip()


def _sentences(params: type[BaseModel]) -> Iterator[str]:
    """The sentences of the docstrings of parameters, those of the stage itself first."""
    for each in params.__mro__:
        if each.__module__.startswith(("cleaning.", "training.")) and each.__doc__:
            yield from _ENDS.split(" ".join(inspect.cleandoc(each.__doc__).split()))


def _choices(annotation: Any) -> str:
    """The words of which a parameter is one, else nothing: its default shows what it is."""
    for each in (annotation, *get_args(annotation)):
        if get_origin(each) is Literal:
            return " | ".join(map(str, get_args(each)))
    return ""


def _value(value: Any) -> str:
    """As a recipe writes it."""
    if hasattr(value, "model_dump"):
        value = value.model_dump(mode="json")
    text = json.dumps(
        value,
        ensure_ascii=False,
        default=lambda x: sorted(x) if isinstance(x, set | frozenset) else str(x),
    )
    return text if len(text) <= 60 else f"{text[:57]}..."

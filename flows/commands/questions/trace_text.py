"""What is told of a document, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows.commands.questions.trace_models import model_text
from flows.commands.questions.trace_rows import called_as
from pipeline.model.record_ids import DIGITS


def sentences(
    answer: Mapping[str, Any], called: Mapping[str, list[str]], absent: Sequence[str]
) -> list[str]:
    """An answer about a document in lines; `absent` are the ids asked for that no dataset holds."""

    def name(dataset: str) -> str:
        return dataset + named(called, dataset)

    return [
        *(f"no dataset holds {id}: what follows is of {answer['documents'][1]}" for id in absent),
        *(
            f"withdrawn on {order['at']} ({order['source']}): {order['kind']} {order['value']}"
            for order in answer["withdrawn"]
        ),
        *(f"    not in {name(dataset)}" for dataset in answer["without"]),
        *(line for row in answer["rows"] for line in row_text(row)),
        *(
            f"not in {name(one['dataset'])}: removed there as {' or '.join(one['rules'])}"
            for one in answer["removed"]
            if one["dataset"] not in answer["without"]
        ),
        *(
            f"not in {name(one['dataset'])}: {one['id']}, since {one['of']} says the same"
            for one in answer["copies"]
        ),
        *(
            f"{name(one['dataset'])} tells no ids: it was made from {one['of']}, which has it"
            for one in answer["unnamed"]
        ),
        *(model_text(model) for model in answer["models"]),
    ]


def visit_text(visit: dict[str, Any], called: Mapping[str, list[str]]) -> str:
    """An address, and what became of it."""
    line = f"{visit['dataset']}{named(called, visit['dataset'])}: {visit['url']}"
    became = f"{visit['outcome']} {visit.get('status') or ''}".strip()
    line += (
        ", fetched, and no document came of it"
        if became.startswith("kept")
        else f", not read: {became}"
    )
    line += f" ({visit['reason']})" if visit.get("reason") else ""
    return line + (f", linked from {visit['via']}" if visit.get("via") else "")


def named(called: Mapping[str, list[str]], name: str) -> str:
    """What recipes call a dataset, in brackets."""
    return called_as({"called": called.get(name, [])})


def row_text(row: dict[str, Any]) -> list[str]:
    """A row of a dataset, a field a line."""
    lines = [f"{row['stage']} ({row['part']})  {row['dataset']}{called_as(row)}"]
    for name, value in row["row"].items():
        if isinstance(value, dict):
            value = ", ".join(f"{k} {_shown(v)}" for k, v in value.items() if v is not None)
        if value is not None and name not in {"id", "document"}:
            lines.append(f"    {name}: {_shown(value)}")
    id = row["row"].get("id") or ""
    if len(lines) > 1 and id[DIGITS:].startswith("-"):
        lines.insert(1, f"    id: {id}, the passages in {id[DIGITS + 1 :]} of {id[:DIGITS]}")
    return lines if len(lines) > 1 else []  # that it was measured there too is no information


def _shown(value: Any) -> Any:
    """A number of a table as people read it; JSON has all its digits."""
    return f"{value:.4g}" if isinstance(value, float) else value

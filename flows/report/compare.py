"""What two runs of a recipe have in common and not: parameters, datasets, counts, figures and times."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flows.report.quote import harmless

SECTIONS = ("parameters", "datasets", "documents", "figures", "times")

Label = tuple[str, ...]
Flat = dict[str, dict[Label, Any]]  # section -> label -> a number or a text
Find = Callable[[str], Mapping[str, Any] | None]  # the facts of a dataset


def flat(record: Mapping[str, Any], facts: Find) -> Flat:
    """A run as rows to compare, by section."""
    rows: Flat = {section: {} for section in SECTIONS}
    for stage, fingerprint in record["datasets"].items():
        held = facts(f"{stage}/{fingerprint}") or {}
        rows["datasets"][stage,] = fingerprint[:12]
        for source in held.get("inputs", ()):
            if source["dataset"].startswith("files/"):
                rows["datasets"]["files",] = source["dataset"][6:18]
        params = record.get("params", {}).get(stage, held.get("params", {}))
        rows["parameters"] |= {(f"{stage}.{k}",): v for k, v in _leaves(harmless(params))}
        rows["figures"] |= {(stage, k): v for k, v in held.get("figures", {}).items()}
        if held.get("tokens"):
            rows["figures"][stage, "tokens"] = held["tokens"]["total"]
    for row in record["stages"]:
        rows["documents"] |= _counts(row)
        if row["state"] == "committed":
            rows["times"][row["stage"],] = row["seconds"]
    return rows


def _leaves(params: Mapping[str, Any], above: str = "") -> list[tuple[str, Any]]:
    leaves: list[tuple[str, Any]] = []
    for name, value in params.items():
        if isinstance(value, Mapping) and value:
            leaves += _leaves(value, f"{above}{name}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            leaves.append((f"{above}{name}", value))
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            leaves.append((f"{above}{name}", text))
    return leaves


def _counts(row: Mapping[str, Any]) -> dict[Label, int]:
    counts = row.get("documents")
    if not counts:
        return {}
    stage = row["stage"]
    found: dict[Label, int] = {(stage, name): counts[name] for name in ("in", "kept")}
    found |= {(stage, "removed", rule): n for rule, n in counts["removed"].items()}
    return found | {(stage, "quarantined"): counts["quarantined"]}


def changes(before: Flat, after: Flat) -> list[dict[str, Any]]:
    """By section the rows that differ: label, before, after, and the difference where both are numbers.

    Of a stage that only one of the runs has, the dataset is named and no more. The script of the
    comparison page does the same with two runs of a reader's choice.
    """
    both = stages(before) & stages(after)
    sections = []
    for section in SECTIONS:
        old, new = before[section], after[section]
        rows = [
            {
                "label": label,
                "before": old.get(label),
                "after": new.get(label),
                "change": _difference(old.get(label), new.get(label)),
            }
            for label in {**new, **old}
            if old.get(label) != new.get(label)
            and (section == "datasets" or stage_of(label) in both)
        ]
        if rows:
            sections.append({"section": section, "rows": rows})
    return sections


def stages(run: Flat) -> set[str]:
    """The stages that a run has a dataset of."""
    return {stage_of(label) for label in run["datasets"]}


def stage_of(label: Label) -> str:
    """The stage that a row is of."""
    return label[0].partition(".")[0]


def _difference(before: Any, after: Any) -> float | None:
    numbers = isinstance(before, int | float) and isinstance(after, int | float)
    return after - before if numbers else None


def table(runs: Sequence[Flat]) -> list[dict[str, Any]]:
    """All runs at once, by section: the labels of any, and for each run its values in their order."""
    sections = []
    for section in SECTIONS:
        labels = list(dict.fromkeys(label for run in runs for label in run[section]))
        values = [[run[section].get(label) for label in labels] for run in runs]
        sections.append({"section": section, "labels": labels, "values": values})
    return sections

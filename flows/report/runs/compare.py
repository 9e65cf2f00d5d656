"""What two runs of a recipe have in common and not: parameters, datasets, counts, figures and times."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flows.recipe.graph import GROUPS
from flows.report.quote import harmless
from flows.report.words.language import Language
from flows.store.records import datasets

SECTIONS = ("parameters", "datasets", "documents", "figures", "times")

Label = tuple[str, ...]
Flat = dict[str, dict[Label, Any]]  # section -> label -> a number or a text
Find = Callable[[str], Mapping[str, Any] | None]  # the facts of a dataset


def flat(record: Mapping[str, Any], facts: Find) -> Flat:
    """A run as rows to compare, by section."""
    rows: Flat = {section: {} for section in SECTIONS}
    seen: dict[str, dict[str, None]] = {}  # kind of observed files -> their datasets
    for stage, dataset in datasets(record).items():
        details = facts(dataset) or {}
        rows["datasets"][stage,] = brief(dataset)
        for source in details.get("inputs", ()):
            if (kind := source["dataset"].partition("/")[0]) in GROUPS.values():
                seen.setdefault(kind, {})[brief(source["dataset"])] = None
        params = dict(record.get("params", {}).get(stage, details.get("params", {})))
        for name in ("rules", "gate"):
            if name in params and details.get("rules"):  # spelled out, so that one bound is one row
                params[name] = {r["rule"]: _asked(r) for r in details["rules"]}
        rows["parameters"] |= {(f"{stage}.{k}",): v for k, v in _leaves(harmless(params))}
        rows["figures"] |= {(stage, k): v for k, v in details.get("figures", {}).items()}
        if details.get("tokens"):
            rows["figures"][stage, "tokens"] = details["tokens"]["total"]
    rows["datasets"] |= {(kind,): " ".join(briefs) for kind, briefs in seen.items()}
    for row in record["stages"]:
        rows["documents"] |= _counts(row)
        if row["state"] == "committed":
            rows["times"][row["stage"],] = row["seconds"]
    return rows


def brief(dataset: str) -> str:
    """A fingerprint as pages show it."""
    return dataset.partition("/")[2][:8]


def _asked(rule: Mapping[str, Any]) -> dict[str, Any]:
    """The condition of a rule and the documents that it applies to, without what it leaves open."""
    return {k: v for k, v in rule.items() if k not in {"rule", "signal"} and v not in (None, False)}


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
    rows: dict[Label, int] = {(stage, name): counts[name] for name in ("in", "kept")}
    rows |= {(stage, "removed", rule): n for rule, n in counts["removed"].items()}
    return rows | {(stage, "quarantined"): counts["quarantined"]}


def changes(before: Flat, after: Flat) -> list[dict[str, Any]]:
    """By section the rows that differ: label, before, after, and the difference where both are numbers.

    Of a stage that only one of the runs has, the dataset is named and no more, and times are
    shown where both runs computed. The script of the comparison page does the same with any two runs.
    """
    both = stages(before) & stages(after)
    sections = []
    for section in SECTIONS:
        values = [
            (label, _value(before, section, label), _value(after, section, label))
            for label in {**after[section], **before[section]}
            if section == "datasets" or stage_of(label) in both
        ]
        rows = [
            {"label": label, "before": old, "after": new, "change": _difference(old, new)}
            for label, old, new in values
            if old != new and not (section == "times" and None in (old, new))
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


def _value(run: Flat, section: str, label: Label) -> Any:
    """What a run has in a row; a rule that removed nothing of what a stage counted removed 0."""
    counted = label[1:2] == ("removed",) and (label[0], "in") in run[section]
    return run[section].get(label, 0 if counted else None)


def _difference(before: Any, after: Any) -> float | None:
    numbers = isinstance(before, int | float) and isinstance(after, int | float)
    return after - before if numbers else None


def table(runs: Sequence[Flat]) -> list[dict[str, Any]]:
    """All runs at once, by section: the labels of any, and for each run its values in their order."""
    sections = []
    for section in SECTIONS:
        labels = list(dict.fromkeys(label for run in runs for label in run[section]))
        values = [[_value(run, section, label) for label in labels] for run in runs]
        sections.append({"section": section, "labels": labels, "values": values})
    return sections


def for_script(
    runs: Sequence[Flat],
    titles: Sequence[tuple[str, str]],
    prints: Mapping[str, str],
    language: Language,
) -> dict[str, Any]:
    """The data of the script of the comparison page: all runs, with the words that it shows, and where the pages of
    their datasets are, by the fingerprints as they are shown there.
    """
    words = ("what", "before", "after", "change", "same", "none")
    return {
        "language": language.code,
        "words": {key: language[f"compare.{key}"] for key in words},
        "prints": prints,
        "runs": [
            {"name": name, "title": title, "stages": sorted(stages(run))}
            for run, (name, title) in zip(runs, titles, strict=True)
        ],
        "sections": [
            {
                "title": language[f"compare.{rows['section']}"],
                "always": rows["section"] == "datasets",
                "both": rows["section"] == "times",
                "prints": rows["section"] == "datasets",
                "labels": [label(key, language) for key in rows["labels"]],
                "stages": [stage_of(key) for key in rows["labels"]],
                "values": rows["values"],
            }
            for rows in table(runs)
        ],
    }


def label(key: Sequence[str], language: Language) -> str:
    """The label of a row that is compared."""
    first, *rest = key
    if rest[:1] == ["removed"]:
        words = [language["count.removed"], language.named("rule", rest[1])]
    else:
        words = [language.word(f"count.{p}") or language.called("figure", p) for p in rest]
    return " · ".join([language.called("name", first), *words])

"""What the pages show of a run, from its record: how it ended, what it made, how fast, of how large a sample."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from flows.report.figures import sections
from flows.report.quote import line, masked
from flows.stages import STAGES
from flows.store.records import datasets, kind_of

Facts = Callable[[str], dict[str, Any] | None]  # of a dataset by its name, where they are known


def run_row(record: Mapping[str, Any], facts_of: Facts) -> dict[str, Any]:
    """A run in a table: when, how it ended, how long it took, what it made; `facts_of` gives those of a dataset."""
    rows = record["stages"]
    counted = [
        (r["documents"]["kept"], r["stage"])
        for r in rows
        if _heads(r.get("kind", r["stage"]), "documents") and r["documents"]
    ]
    names = [n for n in datasets(record).values() if _heads(n.partition("/")[0], "bits")]
    bits = [b for n in names if (f := facts_of(n)) if (b := sections.measured_bits(f))]
    return {
        "run": record["run"],
        **ended(record),
        "sample": sample_of(record),
        "seconds": record.get("seconds") or sum(r["seconds"] for r in rows),
        "command": line(record.get("command", ""), 1000, given=True),
        "warnings": [
            (r["stage"], _masked(warning)) for r in rows for warning in r.get("warnings", ())
        ],
        "overrides": [
            masked(line(o, 300, given=True), given=True) for o in record.get("overrides", ())
        ],
        "machine": record.get("machine"),
        "version": record.get("version"),
        "computed": sum(r["shards"]["computed"] for r in rows if "shards" in r),
        "stages": len(rows),
        "documents": counted[-1][0] if counted else None,
        "documents_of": counted[-1][1] if counted[1:] else None,
        "bits": bits[-1][1] if bits else None,
    }


def speeds(
    records: Sequence[Mapping[str, Any]], stages: Sequence[Mapping[str, Any]]
) -> dict[str, float]:
    """Tokens a second of each model, over the stage that one run computed whole."""
    seen = {f["name"]: f["built"]["tokens"] for f in stages if f["built"] and f["built"]["tokens"]}
    seconds: dict[str, float] = {}
    for record in records:
        named = datasets(record)
        for row in record["stages"]:
            name = named.get(row["stage"], "")
            if name in seen and row["state"] == "committed" and row["seconds"]:
                seconds.setdefault(name, seen[name] / row["seconds"])
    return seconds


def ended(record: Mapping[str, Any]) -> dict[str, Any]:
    """How a run ended: done, failed, stopped, or unfinished; at which stage, and the sentence with the reason."""
    rows = record["stages"]
    row: Mapping[str, Any] = next((r for r in rows if r["state"] == "failed"), {})
    failed = row.get("stage")
    # An older record has no `end`; that of a run that goes on or was killed has none yet.
    end = record.get("end", {"state": "failed" if failed else "done"}) or {"state": "unfinished"}
    error = end.get("error") or row.get("error")
    return {
        "state": end["state"],
        "failed": failed if end["state"] == "failed" else None,
        "error": masked(line(error, 1000)) if error else None,
    }


def _masked(warning: Any) -> Any:
    """A warning with its strings cut and masked; its numbers stay, which in a sentence might be telephones."""
    if isinstance(warning, Mapping):
        return {name: _masked(value) for name, value in warning.items()}
    if isinstance(warning, list):
        return [_masked(value) for value in warning]
    return masked(line(warning, 1000)) if isinstance(warning, str) else warning


def _heads(stage: str, figure: str) -> bool:
    """Whether a stage gives a figure at the head of a recipe's page."""
    return stage in STAGES and figure in STAGES[stage].head


def sample_of(record: Mapping[str, Any]) -> float | None:
    """The share of the records that a run was of, by its record; None: all were read."""
    return sample((kind_of(record, n), params) for n, params in record.get("params", {}).items())


def sample(params: Iterable[tuple[str, Mapping[str, Any]]]) -> float | None:
    """The share of the records that a sample is of, by the parameters of the stages; None: all were read."""
    for stage, values in params:
        if stage in STAGES and (key := STAGES[stage].sample) and values.get(key, 1) < 1:
            return float(values[key])
    return None

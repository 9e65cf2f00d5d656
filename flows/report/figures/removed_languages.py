"""The languages of documents that were removed for their language, or for what they hold of another one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from cleaning.rules.rule import LANGUAGE
from flows.report.figures.shares import OTHER
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store

SHARDS = 2_000  # at most that are read, spread evenly over all
LANGUAGES = 6  # that are named of a rule, the most frequent
# By the signal of a rule, the signal with the language.
_SAYS = {"language_share": OTHER, "other_language_share": OTHER, "scattered_share": OTHER}


def languages_of_removed(
    store: Store,
    manifest: Manifest,
    signals: Manifest | None,
    rules_by_name: Mapping[str, Mapping[str, Any]],
) -> dict[str, list[tuple[str | None, float]]]:
    """By rule that is about languages, those that it found, each with its share of what the rule removed.

    The most frequent first, None for all others. `rules_by_name` as of `rules_of` (`removed.py`); a row of the tables
    of decisions is one of the tables of `signals`.
    """
    says = {
        name: _SAYS[rule["signal"]]
        for name, rule in rules_by_name.items()
        if rule["signal"] in _SAYS
    }
    says[LANGUAGE] = "language"
    if signals is None or len(signals.shards) != len(manifest.shards):
        return {}
    pairs = [
        (shard, beside)
        for shard, beside in zip(manifest.shards, signals.shards, strict=True)
        if shard.part("decisions")
        and shard.ledger.documents
        and says.keys() & {rule for rule, n in shard.ledger.documents.removed.items() if n}
    ]
    counts: dict[str, Counter[str]] = {}
    for shard, beside in pairs[:: max(1, -(-len(pairs) // SHARDS))]:
        rules = _column(store, [shard.one("decisions")], "rule")
        for column in set(says.values()):
            spoken = _column(store, beside.files, column)
            _count(rules, spoken, [n for n, c in says.items() if c == column], counts)
    return {rule: _shares(counted) for rule, counted in counts.items()}


def _column(store: Store, files: Any, name: str) -> Any:
    """A column of the one of these tables that has it; None where none does."""
    import pyarrow.parquet as pq

    for file in files:
        with pq.ParquetFile(store.fetch(file)) as parquet:
            if name in parquet.schema_arrow.names:
                return parquet.read([name]).column(0).combine_chunks()
    return None


def _count(rules: Any, spoken: Any, names: list[str], counts: dict[str, Counter[str]]) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    if rules is None or spoken is None or len(rules) != len(spoken):
        return
    there = pc.is_in(rules, pa.array(names, pa.string()))
    table = pa.table({"rule": rules, "language": spoken}).filter(there)
    for row in table.group_by(["rule", "language"]).aggregate([([], "count_all")]).to_pylist():
        if row["language"]:
            counts.setdefault(row["rule"], Counter())[row["language"]] += row["count_all"]


def _shares(counted: Counter[str]) -> list[tuple[str | None, float]]:
    total = counted.total()
    named = counted.most_common(LANGUAGES)
    shares: list[tuple[str | None, float]] = [(name, n / total) for name, n in named]
    rest = total - sum(n for _, n in named)
    return [*shares, (None, rest / total)] if rest else shares

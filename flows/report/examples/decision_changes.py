"""Which documents fare otherwise after a change: two tables of decisions over the same documents, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from flows.report.examples.documents import Place, read_places
from flows.report.examples.removed import example, rules_of
from pipeline.model.dataset import File, Manifest
from pipeline.store.store import Store

ROWS = 2_000_000  # documents at most that are compared
EXAMPLES = 2  # of a rule and a direction

Decided = tuple[Manifest, Manifest]  # decisions, and the documents that they are of
Turn = tuple[str, str]  # `removed` or `kept` now, and the rule that removes it now or did before


def turned(store: Store, before: Decided, after: Decided) -> list[dict[str, Any]]:
    """By direction and rule, the most frequent first: how many documents fare otherwise, and examples.

    Compares the shards whose documents have the same bytes. Raises OSError, ValueError or LookupError
    where a file can't be read.
    """
    counts: Counter[Turn] = Counter()
    reasons: dict[tuple[str, int], tuple[Turn, dict[str, Any]]] = {}
    places: list[Place] = []
    for file, row, turn, reason in _turns(store, before, after):
        counts[turn] += 1
        if counts[turn] <= EXAMPLES:
            places.append((file, row))
            reasons[file.path, row] = turn, reason
    rules = {"removed": rules_of(after[0]), "kept": rules_of(before[0])}
    examples: dict[Turn, list[dict[str, Any]]] = {}
    for (file, row), document in read_places(store, places):
        turn, reason = reasons[file.path, row]
        signal = rules[turn[0]].get(turn[1], {}).get("signal")
        examples.setdefault(turn, []).append(example(document, reason, signal, None))
    return [
        {"now": turn[0], "rule": turn[1], "count": n, "examples": examples[turn]}
        for turn, n in counts.most_common()
    ]


def _turns(
    store: Store, before: Decided, after: Decided
) -> Iterator[tuple[File, int, Turn, dict[str, Any]]]:
    """Each document that only one of the two kept: its place, its turn, and the reason in full."""
    import numpy as np

    tables = {file.sha256: table for file, table in _pairs(before)}
    read = 0
    for file, table in _pairs(after):
        if file.sha256 not in tables or read >= ROWS:
            continue
        old, new = _decisions(store, tables[file.sha256]), _decisions(store, table)
        for row in np.flatnonzero(old["kept"].to_numpy() != new["kept"].to_numpy()).tolist():
            now = "kept" if new["kept"][row].as_py() else "removed"
            reason = (old if now == "kept" else new).slice(row, 1).to_pylist()[0]
            if reason["rule"]:  # else it did not arrive, which the stage before shows
                yield file, row, (now, reason["rule"]), reason
        read += new.num_rows


def _pairs(decided: Decided) -> Iterator[tuple[File, File]]:
    """The documents of each shard, with the table that decides of them."""
    decisions, documents = decided
    for table, shard in zip(decisions.shards, documents.shards, strict=True):
        yield shard.one("kept"), table.one("decisions")


def _decisions(store: Store, file: File) -> Any:
    import pyarrow.parquet as pq

    return pq.read_table(store.fetch(file), columns=["kept", "rule", "value", "threshold"])

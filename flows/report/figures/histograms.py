"""How the signals that the rules read are spread over what a filter kept and what it removed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.model.dataset import File, Manifest
from pipeline.store.store import Store

ROWS = 200_000  # documents that are looked at, spread over the shards
BINS = 30
TAIL = 0.005  # of the documents, on each side, are in the outermost bins
FAR = 1000  # times the middle half of the values: what lies farther off either side is there too

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def histograms(
    store: Store, decisions: Manifest, signals: Manifest, rules: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """A histogram for each signal that a rule reads, those that removed most first.

    `rules` as `flows.report.examples.removed` gives them. Counts by bin, of kept and of removed documents;
    `thresholds` are the bounds of the rules; `log`: the bins are even in the logarithm.
    """
    if len(decisions.shards) != len(signals.shards):
        return []
    by_signal: dict[str, list[dict[str, Any]]] = {}
    for rule in rules:
        if rule.get("signal") and rule.get("action") != "cut":  # of a line, not of a text
            by_signal.setdefault(rule["signal"], []).append(rule)
    pairs = [
        (table.one("decisions"), beside.files)
        for table, beside in zip(decisions.shards, signals.shards, strict=True)
        if table.part("decisions")
    ]
    kept, values = _read(store, pairs, list(by_signal))
    return [
        drawn
        for signal, bounds in by_signal.items()
        if signal in values and (drawn := _histogram(signal, values[signal], kept, bounds))
    ]


def _read(
    store: Store, pairs: Sequence[tuple[File, Sequence[File]]], signals: list[str]
) -> tuple[Bools, dict[str, Floats]]:
    """Whether each document was kept, and its signals: of `ROWS` at most."""
    import pyarrow.parquet as pq

    total = sum(file.rows or 0 for file, _ in pairs)
    step = max(1, min(len(pairs), -(-total // ROWS)))
    chosen = pairs[::step]
    each = max(1, ROWS // max(1, len(chosen)))
    kept: list[Bools] = [np.zeros(0, bool)]
    values: dict[str, list[Floats]] = {}
    for decision, tables in chosen:
        rows = 0
        with pq.ParquetFile(store.fetch(decision)) as parquet:
            for batch in parquet.iter_batches(columns=["kept"]):
                kept.append(batch.column("kept").to_numpy(zero_copy_only=False)[: each - rows])
                rows += len(kept[-1])
                if rows >= each:
                    break
        for table in tables:
            for name, column in _columns(store, table, signals, rows).items():
                values.setdefault(name, []).append(column)
    return np.concatenate(kept), {name: np.concatenate(arrays) for name, arrays in values.items()}


def _columns(store: Store, table: File, signals: list[str], rows: int) -> dict[str, Floats]:
    """Those of the signals that a table holds, of its first `rows` documents."""
    import pyarrow.parquet as pq

    chunks: dict[str, list[Floats]] = {}
    seen = 0
    with pq.ParquetFile(store.fetch(table)) as parquet:
        columns = [name for name in signals if name in parquet.schema_arrow.names]
        for batch in parquet.iter_batches(columns=columns) if columns else ():
            for name in columns:
                column = batch.column(name).to_numpy(zero_copy_only=False)
                chunks.setdefault(name, []).append(column[: rows - seen].astype(np.float64))
            seen += batch.num_rows
            if seen >= rows:
                break
    return {name: np.concatenate(arrays) for name, arrays in chunks.items()}


def _histogram(
    signal: str, values: Floats, kept: Bools, rules: list[dict[str, Any]]
) -> dict[str, Any] | None:
    finite = np.isfinite(values)
    values, kept = values[finite], kept[finite]
    if not len(values):
        return None
    bounds = [rule[side] for rule in rules for side in ("min", "max") if rule[side] is not None]
    low, first, third, high = (float(v) for v in np.quantile(values, [TAIL, 0.25, 0.75, 1 - TAIL]))
    if third > first:  # a single value of 1e83 would leave one bin for all others
        low = max(low, first - FAR * (third - first))
        high = min(high, third + FAR * (third - first))
    near = [b for b in bounds if low - 2 * (high - low) <= b <= high + 2 * (high - low)]
    low, high = min(low, *near) if near else low, max(high, *near) if near else high
    if high <= low:
        low, high = float(values.min()), float(values.max())
    if high <= low:  # a single value, which stands in the middle where there can be less
        low, high = low - 0.5 if low < 0 else max(0.0, low - 0.5), high + 0.5
    log = low >= 1 and high > 50 * low
    edges = np.geomspace(low, high, BINS + 1) if log else np.linspace(low, high, BINS + 1)
    inside = np.clip(values, edges[0], edges[-1])
    thresholds = [
        {"rule": rule["rule"], "bound": side, "value": rule[side]}
        for rule in rules
        for side in ("min", "max")
        if rule[side] is not None
    ]
    return {
        "signal": signal,
        "log": bool(log),
        "low": low,
        "high": high,
        "kept": np.histogram(inside[kept], edges)[0].tolist(),
        "removed": np.histogram(inside[~kept], edges)[0].tolist(),
        "thresholds": thresholds,
    }

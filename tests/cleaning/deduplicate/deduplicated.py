"""Runs of `deduplicate` over planted texts, and what every decision must hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cleaning.deduplicate.stage import Deduplicate
from pipeline.model.dataset import Manifest
from tests.cleaning import planted
from tests.cleaning.planted import Text, shingles

THRESHOLD = 0.8


def jaccard(a: str, b: str) -> float:
    one, two = shingles(a), shingles(b)
    return len(one & two) / len(one | two) if one | two else 0.0


def deduplicate(
    folder: Path, shards: list[list[Text]], dropped: set[str] | None = None, **params: Any
) -> dict[str, dict[str, Any]]:
    """The decisions by id."""
    dataset, _ = build(folder, shards, dropped, **params)
    return {row["id"]: row for row in planted.rows(folder / "store", dataset, "decisions")}


def build(
    folder: Path, shards: list[list[Text]], dropped: set[str] | None = None, **params: Any
) -> tuple[Manifest, dict[str, int]]:
    inputs = {"documents": [planted.documents(folder / "documents", shards)]}
    if dropped is not None:
        inputs["decisions"] = [planted.decisions(folder / "decisions", shards, dropped)]
    return planted.run(folder / "store", Deduplicate(), inputs, **params)


def removed(decisions: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {i: row["rule"] for i, row in decisions.items() if row["rule"]}


def decided(store: Path, dataset: Manifest) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in planted.rows(store, dataset, "decisions")}


def check_survivors(texts: dict[str, str], decisions: dict[str, dict[str, Any]]) -> None:
    """Every removal names a kept document, above it in rank, that is as like it as is claimed."""
    for name, row in decisions.items():
        if row["rule"] is None:
            assert row["other"] is None and row["rules"] == []
            continue
        other = row["other"]
        assert decisions[other]["kept"]
        assert not row["kept"]
        assert (-len(texts[other]), other) < (-len(texts[name]), name)
        if row["rule"] == "exact_duplicate":
            assert texts[name].split() == texts[other].split()
            assert row["value"] == row["threshold"] == 1.0
        else:
            assert row["value"] == jaccard(texts[name], texts[other]) >= row["threshold"]
        assert row["rules"] == [{k: row[k] for k in ("rule", "value", "threshold")}]


def alike(text: str, other: str) -> bool:
    one, two = shingles(text), shingles(other)
    twins = len(one) < 250 and max(len(one), len(two)) < 1.25 * min(len(one), len(two))
    contained = len(one) >= 20 and len(one & two) >= (0.9 if twins else 0.83) * len(one)
    return text.split() == other.split() or contained or jaccard(text, other) >= THRESHOLD

"""What stands behind a dataset, a model above all: every dataset, source, licence and count that it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.chain.place import existing_store
from flows.chain.records import names
from pipeline.run.lineage import resolve
from training.behind import behind

TERMS = ("domain", "licence", "terms")


def trace_dataset(name: str, store_url: str | None) -> dict[str, Any]:
    """All of it, and as lines for people. A UsageError where the store has no such dataset."""
    store = existing_store(store_url)
    dataset = resolve(store, name)
    found, called = behind(dataset, store.manifest), names(store)
    datasets = []
    for one in (*found.datasets, dataset):
        counts = one.ledger.documents
        datasets.append(
            {
                "dataset": str(one.reference),
                "called": called.get(str(one.reference), []),
                "documents": {"in": counts.in_, "kept": counts.kept} if counts else None,
            }
        )
    sources = [{"source": name, **_terms(said)} for name, said in found.sources.items()]
    beside = [
        {"group": group, "name": name, **_terms(said)}
        for (group, name), said in found.beside.items()
    ]
    return {
        "dataset": str(dataset.reference),
        "datasets": datasets,
        "gone": found.gone,
        "sources": sources,
        "beside": beside,
        "tokens": found.tokens,
        "models": found.models,
        "text": [
            *map(_dataset_text, datasets),
            *(f"{gone}: no longer there" for gone in found.gone),
            *(f"source {row['source']}: {_terms_text(row)}" for row in sources),
            *(f"{row['name']} of `{row['group']}`: {_terms_text(row)}" for row in beside),
            *(f"tokens to train on, {d}: {count:,}" for d, count in found.tokens.items()),
            *(f"goes on from {model}{_called(of)}" for model, of in found.models.items()),
        ],
    }


def _dataset_text(row: dict[str, Any]) -> str:
    counts = row["documents"]
    counted = f": {counts['in']:,} documents in, {counts['kept']:,} kept" if counts else ""
    return f"{row['dataset']}{_called(row['called'])}{counted}"


def _called(names_of: list[str]) -> str:
    return f" ({', '.join(names_of)})" if names_of else ""


def _terms(said: Mapping[str, Any]) -> dict[str, Any]:
    return {key: said.get(key) for key in TERMS}


def _terms_text(row: Mapping[str, Any]) -> str:
    return ", ".join(str(row[key]) for key in TERMS if row[key])

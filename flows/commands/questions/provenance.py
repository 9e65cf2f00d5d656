"""The provenance of a dataset, above all of a model: every dataset, source, licence and count that it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.stages import ABOUTS
from flows.store.patterns import patterns
from flows.store.place import existing_store
from flows.store.records import names, resolve
from pipeline.model.about import named

TERMS = ("domain", "licence", "terms")


def is_dataset(name: str, store_url: str | None) -> bool:
    """Whether a word names a dataset, not a document: `stage/fingerprint`, or what a stage or a recipe is called."""
    if "/" in name:
        return True
    store = existing_store(store_url)
    aliases = {alias for each in names(store).values() for alias in each}
    return name in store.backend.folders("datasets") or any(
        alias.startswith(f"{name} in ") for alias in aliases
    )


def trace_dataset(name: str, store_url: str | None) -> dict[str, Any]:
    """All of it, and as lines for people, personal data masked. A UsageError where the store has no such dataset."""
    from cleaning.privacy.told import told

    store = existing_store(store_url)
    dataset = resolve(store, name)
    provenance_of = named(next(about.provenance for about in ABOUTS if about.provenance))
    origin, called = provenance_of(dataset, store.manifest), names(store)
    datasets = []
    for one in (*origin.datasets, dataset):
        counts = one.ledger.documents
        datasets.append(
            {
                "dataset": str(one.reference),
                "called": called.get(str(one.reference), []),
                "documents": {"in": counts.in_, "kept": counts.kept} if counts else None,
            }
        )
    own = patterns(store)
    sources = told([{"source": s, **_terms(terms)} for s, terms in origin.sources.items()], own)
    beside = told(
        [{"group": g, "name": name, **_terms(terms)} for (g, name), terms in origin.beside.items()],
        own,
    )
    return {
        "dataset": str(dataset.reference),
        "datasets": datasets,
        "gone": origin.gone,
        "sources": sources,
        "beside": beside,
        "tokens": origin.tokens,
        "tokens_before": origin.tokens_before,
        "models": origin.models,
        "text": [
            *map(_dataset_text, datasets),
            *(f"{gone}: no longer there" for gone in origin.gone),
            *(f"source {row['source']}: {_terms_text(row)}" for row in sources),
            *(f"{row['name']} of `{row['group']}`: {_terms_text(row)}" for row in beside),
            *(f"tokens to train on, {d}: {count:,}" for d, count in origin.tokens.items()),
            *(
                f"tokens that the models it goes on from had to train on, {d}: {count:,}"
                for d, count in origin.tokens_before.items()
            ),
            *(f"goes on from {model}{_called(of)}" for model, of in origin.models.items()),
        ],
    }


def _dataset_text(row: dict[str, Any]) -> str:
    counts = row["documents"]
    counted = f": {counts['in']:,} documents in, {counts['kept']:,} kept" if counts else ""
    return f"{row['dataset']}{_called(row['called'])}{counted}"


def _called(names_of: list[str]) -> str:
    return f" ({', '.join(names_of)})" if names_of else ""


def _terms(terms: Mapping[str, Any]) -> dict[str, Any]:
    return {key: terms.get(key) for key in TERMS}


def _terms_text(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {row[key]}" for key in TERMS if row[key])

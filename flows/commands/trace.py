"""Follows one document through a store: its record in the archive, every decision about it, its tokens."""

from __future__ import annotations

from typing import Any

from flows.commands.run import existing_store
from pipeline.errors import UsageError
from pipeline.model.dataset import File, Manifest
from pipeline.store.store import Store

# The columns that tell where a document came from and what became of it; text is left where it is.
_COLUMNS = [
    *("id", "url", "host", "domain", "source", "captured_at", "metadata", "language", "language_p"),
    *(
        "kept",
        "rule",
        "value",
        "threshold",
        "other",
        "cluster",
        "size",
        "sequence",
        "tokens",
        "bytes",
    ),
]


def trace_document(document: str, store_url: str | None) -> dict[str, Any]:
    """Every row of the store about a document id, by dataset; a UsageError where there is none."""
    store = existing_store(store_url)
    found: list[dict[str, Any]] = []
    for reference in store.references():
        manifest = store.manifest(reference)
        if manifest and set(manifest.kinds) & _KINDS:
            found += _rows(store, manifest, document)
    if not found:
        raise UsageError(f"no dataset in {store.url} holds a document {document}")
    order = {name: i for i, name in enumerate(_ORDER)}
    found.sort(key=lambda row: (order.get(row["stage"], 99), row["dataset"], row["part"]))
    return {
        "document": document,
        "rows": found,
        "text": [line for row in found for line in _text(row)],
    }


_KINDS = {"documents", "signals", "decisions", "clusters", "corpus", "tokens"}
_ORDER = ["extract", "annotate", "filter", "deduplicate", "corpus", "shard"]


def _rows(store: Store, manifest: Manifest, document: str) -> list[dict[str, Any]]:
    rows = []
    for file in manifest.files():
        if file.name.endswith(".parquet") and file.rows:
            for row in _search(store, file, document):
                rows.append(
                    {
                        "stage": manifest.stage,
                        "dataset": str(manifest.reference),
                        "part": file.part,
                        "file": file.path,
                        "row": row,
                    }
                )
    return rows


def _search(store: Store, file: File, document: str) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(store.fetch(file)) as parquet:
        names = parquet.schema_arrow.names
        key = "id" if "id" in names else "document" if "document" in names else None
        if key is None:
            return []
        wanted = [key, *(c for c in _COLUMNS if c in names and c != key)]
        # The statistics of a row group spare reading most of them.
        table = pq.read_table(store.fetch(file), columns=wanted, filters=[(key, "=", document)])
    rows: list[dict[str, Any]] = table.to_pylist()
    for row in rows:
        for name, value in row.items():
            if hasattr(value, "isoformat"):
                row[name] = value.isoformat()
    return rows


def _text(row: dict[str, Any]) -> list[str]:
    lines = [f"{row['stage']} ({row['part']})  {row['dataset']}"]
    for name, value in row["row"].items():
        if isinstance(value, dict):
            value = ", ".join(f"{k} {v}" for k, v in value.items() if v is not None)
        if value is not None and name not in {"id", "document"}:
            lines.append(f"    {name}: {value}")
    return lines

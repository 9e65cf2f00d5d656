"""Follows one document through a store: its record in the archive, every decision about it, its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flows.chain.place import existing_store
from flows.chain.records import names
from flows.chain.stages import STAGES
from pipeline.errors import UsageError
from pipeline.model.dataset import File, Manifest
from pipeline.store.index import shards_with
from pipeline.store.store import Store


def trace_document(document: str, store_url: str | None) -> dict[str, Any]:
    """Every row of the store about a document id, by dataset; a UsageError where there is none."""
    store = existing_store(store_url)
    rows: list[dict[str, Any]] = []
    for reference in store.references():
        about = STAGES.get(reference.stage)
        if about and about.columns and (manifest := store.manifest(reference)):
            rows += _rows(store, manifest, about.columns, document)
    if not rows:
        raise UsageError(f"no dataset in {store.url} holds a document {document}")
    order = {name: i for i, name in enumerate(STAGES)}
    rows.sort(key=lambda row: (order[row["stage"]], row["dataset"], row["part"]))
    called = names(store)
    for row in rows:
        row["called"] = called.get(row["dataset"], [])
    return {
        "document": document,
        "rows": rows,
        "text": [line for row in rows for line in _text(row)],
    }


def _rows(
    store: Store, manifest: Manifest, columns: Sequence[str], document: str
) -> list[dict[str, Any]]:
    rows = []
    for file in _files(store, manifest, document):
        if file.name.endswith(".parquet") and file.rows:
            for row in _search(store, file, columns, document):
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


_IDS = ("id", "document")


def _files(store: Store, manifest: Manifest, document: str) -> list[File]:
    """The files to look into: of a dataset of very many shards those of the few that may hold the document."""
    if manifest.summary is None:
        return manifest.files()
    numbers = shards_with(store, manifest, document, _IDS)
    return [file for number in numbers for file in manifest.shards[number].files]


def _search(
    store: Store, file: File, columns: Sequence[str], document: str
) -> list[dict[str, Any]]:
    """The rows of a document; text is left where it is."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(store.fetch(file)) as parquet:
        names = parquet.schema_arrow.names
        key = next((name for name in _IDS if name in names), None)
        if key is None:
            return []
        wanted = [key, *(c for c in columns if c in names and c != key)]
        # The statistics of a row group spare reading most of them.
        table = pq.read_table(store.fetch(file), columns=wanted, filters=[(key, "=", document)])
    rows: list[dict[str, Any]] = table.to_pylist()
    for row in rows:
        for name, value in row.items():
            if hasattr(value, "isoformat"):
                row[name] = value.isoformat()
    return rows


def _text(row: dict[str, Any]) -> list[str]:
    called = f"  ({', '.join(row['called'])})" if row["called"] else ""
    lines = [f"{row['stage']} ({row['part']})  {row['dataset']}{called}"]
    for name, value in row["row"].items():
        if isinstance(value, dict):
            value = ", ".join(f"{k} {v}" for k, v in value.items() if v is not None)
        if value is not None and name not in {"id", "document"}:
            lines.append(f"    {name}: {value}")
    return lines

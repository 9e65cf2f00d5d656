"""Documents that a store knows: by the beginning of an id, as reports show it, by address, by host."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.errors import UsageError
from pipeline.model.dataset import File, Manifest
from pipeline.store.index import shards_with
from pipeline.store.store import Store

MOST = 20  # documents of a host, or steps of a model, that are named
_LARGE = 200_000  # rows of a dataset of which a table tells the shards that hold a value
_BEGINNING = re.compile(r"[0-9a-f]{8,31}")  # of an id, as reports show it


def whole_id(store: Store, manifests: Sequence[Manifest], what: str) -> str:
    """The id that begins so; what was given where none does or it is no beginning. A UsageError where several do."""
    start = what.strip()
    if not _BEGINNING.fullmatch(start):
        return what
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    ids: set[str] = set()
    for manifest in manifests:
        for file in manifest.files() if "documents" in manifest.kinds else ():
            if file.name.endswith(".parquet") and file.rows:
                with pq.ParquetFile(store.fetch(file)) as parquet:
                    if "id" in parquet.schema_arrow.names:
                        column = parquet.read(["id"])["id"]
                        ids |= set(column.filter(pc.starts_with(column, start)).to_pylist())
    if len(ids) > 1:
        some = ", ".join(sorted(ids)[:MOST])
        raise UsageError(f"{len(ids)} documents have ids that begin with {start}: {some}")
    return ids.pop() if ids else start


def documents_with(
    store: Store, manifests: Sequence[Manifest], column: str, values: set[str]
) -> dict[str, str]:
    """The documents with one of some values in a column: id and address."""
    import pyarrow.parquet as pq

    documents: dict[str, str] = {}
    for manifest in manifests:
        if "documents" not in manifest.kinds:
            continue
        for value in sorted(values):
            for file in files_with(store, manifest, value, (column,)):
                if not file.name.endswith(".parquet") or not file.rows:
                    continue
                path = store.fetch(file)
                if not {"id", "url", column} <= set(pq.read_schema(path).names):
                    continue
                columns = list(dict.fromkeys(("id", "url", column)))
                table = pq.read_table(path, columns=columns, filters=[(column, "=", value)])
                pairs = zip(table["id"].to_pylist(), table["url"].to_pylist(), strict=True)
                documents |= dict(pairs)
    return documents


def files_with(store: Store, manifest: Manifest, value: str, columns: Sequence[str]) -> list[File]:
    """The files to look into: of a large dataset those of the few shards that may hold the value."""
    if manifest.summary is None and manifest.total().rows < _LARGE:
        return manifest.files()
    numbers = shards_with(store, manifest, value, columns)
    return [file for number in numbers for file in manifest.shards[number].files]

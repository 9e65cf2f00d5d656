"""The columns of the Parquet files of a dataset, by part, as its manifest tells them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pipeline.engines.children import Children
from pipeline.model.dataset import File, Shard
from pipeline.store.store import Store

Columns = dict[str, dict[str, str]]


def columns_of(store: Store, shards: Sequence[Shard], children: Children) -> Columns:
    """Those of the first file of each part, as all files of a part have the same.

    A child that waits reads them, as it has imported what a run otherwise need not.
    """
    first = {
        f.part: f
        for s in reversed(shards)
        for f in reversed(s.files)
        if f.name.endswith(".parquet")
    }
    if not first:
        return {}
    files = json.dumps([file.to_json() for _, file in sorted(first.items())])
    columns: Columns = json.loads(
        children.call(f"{__name__}:read_columns", store.url, files)
        or read_columns(store.url, files)
    )
    return columns


def read_columns(store: str, files: str) -> str:
    """The columns of some files of a store, as JSON both."""
    import pyarrow.parquet

    there = Store(store)
    return json.dumps(
        {
            file.part: {c.name: str(c.type) for c in pyarrow.parquet.read_schema(there.fetch(file))}
            for file in map(File.model_validate, json.loads(files))
        }
    )

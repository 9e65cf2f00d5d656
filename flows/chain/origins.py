"""Where documents come from: the file and the source of each, as a person knows them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pipeline.model.dataset import Manifest
from pipeline.store.store import Store


def origins(store: Store, documents: Sequence[Manifest], ids: Collection[str]) -> dict[str, str]:
    """The file that each of some documents stands in, and its source."""
    import pyarrow.parquet as pq

    files: dict[str, str] = {}
    for manifest in documents:
        for file in manifest.files("kept"):
            if len(files) == len(set(ids)):
                return files
            path = store.fetch(file)
            table = pq.read_table(path, columns=["id", "source"], filters=[("id", "in", list(ids))])
            for row in table.to_pylist():
                files[row["id"]] = f"{row['source']['file']} (source {row['source']['name']})"
    return files

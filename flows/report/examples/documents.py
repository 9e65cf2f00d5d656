"""Reads a few documents out of a store: those at some rows of some files, a row group at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.model.dataset import File, Manifest
from pipeline.store.store import Store

Place = tuple[File, int]  # a row of a file

COLUMNS = ("id", "url", "text", "domain", "metadata.title")


def read_places(store: Store, places: Sequence[Place]) -> Iterator[tuple[Place, dict[str, Any]]]:
    """The documents at some places, file by file; each row group that holds one is read once."""
    import pyarrow.parquet as pq

    by_file: dict[str, list[Place]] = {}
    for place in places:
        by_file.setdefault(place[0].path, []).append(place)
    for in_file in by_file.values():
        rest = sorted(in_file, key=lambda place: place[1])
        with pq.ParquetFile(store.fetch(in_file[0][0])) as parquet:
            start = 0
            for group in range(parquet.num_row_groups):
                end = start + parquet.metadata.row_group(group).num_rows
                here, rest = [p for p in rest if p[1] < end], [p for p in rest if p[1] >= end]
                if here:
                    rows = parquet.read_row_group(group, columns=list(COLUMNS))
                    for place in here:
                        yield place, rows.slice(place[1] - start, 1).to_pylist()[0]
                if not rest:
                    break
                start = end


def find_ids(store: Store, documents: Manifest, ids: set[str]) -> dict[str, Place]:
    """The places of the documents with some ids; the column `id` is read until all are found."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    located: dict[str, Place] = {}
    for file in documents.files("kept"):
        if len(located) == len(ids):
            break
        start = 0
        with pq.ParquetFile(store.fetch(file)) as parquet:
            for batch in parquet.iter_batches(65_536, columns=["id"]):
                column = batch.column("id")
                wanted = pa.array(sorted(ids - located.keys()), pa.string())
                for row in pc.indices_nonzero(pc.is_in(column, wanted)).to_pylist():
                    located.setdefault(column[row].as_py(), (file, start + row))
                start += batch.num_rows
    return located

"""Which domains documents have: by the recipe and the heads of tables beforehand, else by what was read."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from cleaning.extract.stage import Extract
from cleaning.readers.compressed import BREAKS, opened
from cleaning.readers.readers import READERS, reader_of
from cleaning.readers.records import SourceSpec
from cleaning.readers.tables.csv import HEAD
from cleaning.text.encoding import decode
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store


def domains(
    params: Extract.Params,
    files: Mapping[str, Sequence[str]],
    store: Store,
    manifest: Manifest | None,
) -> set[str] | None:
    """The domains of the documents of a dataset, or those that the files of the sources can give; None where they may
    name their own, as lines of JSON do, and none is read yet.
    """
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    if manifest is not None:
        read = (pq.read_table(store.fetch(f), columns=["domain"]) for f in manifest.files("kept"))
        return {domain for table in read for domain in pc.unique(table["domain"]).to_pylist()}
    for name, source in params.sources.items():
        if any(_may_say(path, source) for path in files.get(name, ())):
            return None
    return {source.domain for source in params.sources.values()}


def _may_say(path: str, source: SourceSpec) -> bool:
    """Whether documents of a file may name their own domain: of a table, whether it has such a column."""
    reader = reader_of(path.rpartition("/")[2], source)
    if not READERS[reader].entries:
        return False
    place = source.place("domain")
    columns = None if "://" in path else _columns(Path(path), reader)
    return columns is None or place in columns or place.partition(".")[0] in columns


def _columns(path: Path, reader: str) -> Sequence[str] | None:
    """The names of the columns of a table; None of what is none, or can't be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if reader == "parquet":
            names: list[str] = pq.read_schema(path).names
            return names
        if reader == "csv":
            with opened(path) as stream:
                line, _ = decode(stream.read(HEAD), html=False)
            first = line.partition("\n")[0]
            return [name for sign in ",;\t|" for name in next(csv.reader([first], delimiter=sign))]
    except (*BREAKS, pa.ArrowException, OSError, csv.Error, StopIteration):
        pass
    return None

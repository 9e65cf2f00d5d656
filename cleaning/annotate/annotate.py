"""The kernel of `annotate`: one shard of documents to the table of one group of signals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cleaning.annotate.excerpts import measured, of_whole
from cleaning.annotate.stage import Annotating
from cleaning.documents import TableWriter, field_of, read_batches
from cleaning.signals.measures import FIELDS
from cleaning.signals.signals import GROUPS, Group
from cleaning.text.batch import Batch, slices
from cleaning.view import SideTables
from pipeline.errors import Stopped
from pipeline.model.ledger import Characters, Documents, Ledger
from pipeline.model.stage import Work

_SPAN = pa.struct(
    [
        ("start", pa.int32()),  # code points of the document's text
        ("end", pa.int32()),
        ("language", pa.string()),
        ("confidence", pa.float64()),
    ]
)
_TYPES = {int: pa.int32(), float: pa.float64(), str: pa.string(), list: pa.list_(_SPAN)}


def annotate_shard(work: Work[Annotating]) -> None:
    """Writes one row of signals for each document, in the order of the documents."""
    group = GROUPS[work.params.group]
    schema = schema_of(group)
    model = _loaded(work, group)
    documents = characters = 0
    with TableWriter(work.output(group.part, f"{group.part}.parquet"), schema) as table:
        for rows in _read(work, group):
            texts = measured(rows["text"])
            for start, stop in slices(texts):
                if work.stopping():
                    raise Stopped
                batch = Batch(texts[start:stop])
                here = rows.slice(start, stop - start)
                signals = group.compute(
                    batch, {name: here[name].to_pylist() for name in group.reads}, model
                )
                signals = of_whole(signals, group.types, here["text"], texts[start:stop])
                characters += pc.sum(pc.utf8_length(here["text"])).as_py()
                table.write(_table(here["id"].combine_chunks(), signals, schema))
            documents += len(texts)
            work.progress(documents, None, "documents")
    work.ledger = Ledger(
        documents=Documents(in_=documents, kept=documents),
        characters=Characters(in_=characters, kept=characters),
    )


def _loaded(work: Work[Annotating], group: Group) -> Any:
    """The model of a group, if it has one: the one on this machine, one that a stage made, or both in one."""
    if group.model is None:
        return None
    trained = [file.path for file in work.inputs.get(group.model.input or "", ())]
    if group.model.digest is None:
        named = [work.params.lists] if work.params.lists else []
        good = [work.params.good] if work.params.good else []
        return group.model.load(*named, *trained, *good) if trained else None
    more = (work.params.labels, *trained) if group.model.input else ()
    return group.model.load(work.params.model, work.context.get("model_path"), *more)


def schema_of(group: Group) -> pa.Schema:
    """The columns of the table of a group: the documents' ids, then its signals."""
    signals = [(name, _TYPES[kind]) for name, kind in group.types.items()]
    return pa.schema([("id", pa.string()), *signals])


def _read(work: Work[Annotating], group: Group) -> Iterator[pa.Table]:
    """The documents' ids and texts, with the columns that the group reads of them and of earlier signals."""
    own = [name for name in group.reads if name in FIELDS]
    places = [FIELDS[name] for name in own]
    earlier = SideTables(
        [file.path for file in work.inputs.get("signals", [])],
        [name for name in group.reads if name not in FIELDS],
    )
    for batch in read_batches(work.one("documents").path, ["id", "text", *places]):
        columns = [field_of(batch, place) for place in places]
        named = pa.RecordBatch.from_arrays(
            [batch["id"], batch["text"], *columns], names=["id", "text", *own]
        )
        yield earlier.beside(named)
    earlier.finish()


def _table(ids: pa.Array, signals: dict[str, Any], schema: pa.Schema) -> pa.RecordBatch:
    columns = [ids]
    for column in list(schema)[1:]:
        # from_pandas: a nan, which is a signal without a value, becomes null
        columns.append(pa.array(signals[column.name], column.type, from_pandas=True))
    return pa.RecordBatch.from_arrays(columns, schema=schema)

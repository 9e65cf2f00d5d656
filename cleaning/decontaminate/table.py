"""What was found of the benchmarks in the whole corpus, by set and item, for who measures models on them."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa

from cleaning.decontaminate.items import ITEMS
from cleaning.documents import TableWriter, read_batches
from pipeline.model.stage import Work

CONTAMINATED = pa.schema(
    [
        ("set", pa.string()),
        ("item", pa.string()),
        ("documents", pa.int64()),  # that hold something of it; 0 of an item that none holds
        ("how", pa.list_(pa.string())),
        ("example", pa.string()),  # the id of one such document
    ]
)


def sum_findings(work: Work) -> None:
    """Writes a row for each item of each set, in their order."""
    documents: dict[tuple[str, str], set[str]] = defaultdict(set)
    ways: dict[tuple[str, str], set[str]] = defaultdict(set)
    for file in work.inputs["findings"]:
        for batch in read_batches(file.path, ["id", "set", "item", "how"]):
            for row in batch.to_pylist():
                documents[row["set"], row["item"]].add(row["id"])
                ways[row["set"], row["item"]].add(row["how"])
    items = dict.fromkeys(
        (row["set"], row["item"])
        for file in work.inputs["items"]
        for batch in read_batches(file.path, ITEMS.names[:2])
        for row in batch.to_pylist()
    )
    with TableWriter(work.output("contaminated", "contaminated.parquet"), CONTAMINATED) as writer:
        for key in items:
            ids = documents.get(key, set())
            row = {
                "documents": len(ids),
                "how": sorted(ways.get(key, ())),
                "example": min(ids, default=None),
            }
            writer.add({"set": key[0], "item": key[1], **row})
    work.figures = {"items": len(items), "contaminated": len(documents)}

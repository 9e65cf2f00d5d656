"""Where in the token files the sequences of a document lie, by the tables beside these."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from training.shard.splits import SPLITS


def places_of(table: Path, key: str, document: str) -> list[dict[str, Any]]:
    """Of each sequence of a document its number in its file, and which tokens of the file it is."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    if not table.name.endswith(tuple(f".{split}.parquet" for split in SPLITS)):
        return []
    sequences = pq.read_table(table, columns=[key, "tokens"])
    ends = pc.cumulative_sum(sequences["tokens"].cast("int64"))
    numbers = pc.indices_nonzero(pc.equal(sequences[key], document))
    spans = zip(
        numbers.to_pylist(),
        ends.take(numbers).to_pylist(),
        sequences["tokens"].take(numbers).to_pylist(),
        strict=True,
    )
    return [
        {"sequence": number, "from_token": end - tokens, "to_token": end}
        for number, end, tokens in spans
    ]

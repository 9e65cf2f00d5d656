"""The step `sort`: the suffixes of the tokens of a segment in order, by divsufsort."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from pipeline.model.stage import Work
from training.index.stage import Indexing
from training.shard.megatron import Sequences

ROW_GROUP = 4_096  # of the table of sequences, of which a question reads a few rows
COLUMNS = ("id", "url", "begin", "tokens")


def sort_suffixes(work: Work[Indexing]) -> None:
    """The kernel: writes a segment."""
    roles = (work.inputs[role] for role in ("bin", "idx", "parquet"))
    tables, starts, size = [], [np.zeros(0, np.int64)], 0
    content = work.output("tokens", "tokens.bin")
    with content.open("wb") as out:
        for part, tokens, index, table in zip(work.params.parts, *roles, strict=True):
            sequences = Sequences(tokens.path, index.path)
            out.write(sequences.tokens.tobytes())
            starts.append(sequences.starts + size)
            size += len(sequences.tokens)
            rows = pq.read_table(table.path, columns=list(COLUMNS))
            rows = rows.append_column("part", pa.repeat(part, rows.num_rows))
            tables.append(rows.append_column("sequence", pa.array(range(rows.num_rows))))
    kind = sequences.type
    ids = np.memmap(content, kind, "r")
    # Not by tofile, whose error does not say that the disk is full.
    work.output("suffixes", "suffixes.bin").write_bytes(sorted_suffixes(ids).data)
    begins = np.append(np.concatenate(starts), size).astype("<i8")
    work.output("starts", "starts.bin").write_bytes(begins.data)
    pq.write_table(
        pa.concat_tables(tables),
        work.output("sequences", "sequences.parquet"),
        row_group_size=ROW_GROUP,
    )
    work.figures = {
        "tokens": size,
        "type": kind.str,
        "tokenizer": work.params.tokenizer,
    }


def sorted_suffixes(ids: NDArray[Any]) -> NDArray[np.uint32]:
    """Where the suffixes of tokens begin, in their order."""
    from pydivsufsort import divsufsort

    # Bytes of the highest first are in the order of the numbers; of their suffixes every other is one of tokens.
    order = divsufsort(ids.astype(ids.dtype.newbyteorder(">")).view(np.uint8))
    return (order[order % ids.itemsize == 0] // ids.itemsize).astype("<u4")

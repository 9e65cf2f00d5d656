"""Which documents of a corpus may be read, by what may be done with those of their source."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from training.inputs.inputs import Access


def allowed(batch: pa.RecordBatch, access: Sequence[Access]) -> pa.BooleanArray:
    """Which documents of a corpus say one of these in their `metadata.access`; what says nothing is open."""
    if "metadata" not in batch.schema.names:  # a corpus of before has no such field
        labels = pa.nulls(batch.num_rows, pa.string())
    else:
        labels = pc.struct_field(batch["metadata"], "access")
    return pc.is_in(pc.fill_null(labels, "open"), pa.array(access, pa.string()))

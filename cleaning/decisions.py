"""The table of decisions: what a stage decided of each document, and by which of its rules."""

from __future__ import annotations

import pyarrow as pa

RULE = pa.struct([("rule", pa.string()), ("value", pa.float64()), ("threshold", pa.float64())])
DECISIONS = pa.schema(
    [
        ("id", pa.string()),
        ("kept", pa.bool_()),
        ("rule", pa.string()),  # the first that removed it, in the order of the recipe
        ("value", pa.float64()),
        ("threshold", pa.float64()),
        ("rules", pa.list_(RULE)),  # all that would have
    ]
)
TAGS = pa.field("tags", pa.list_(pa.string()))  # beside the others where rules tag: their names

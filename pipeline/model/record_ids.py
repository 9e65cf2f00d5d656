"""The form of the ids of records: 32 hexadecimal digits, and a label behind for one that was taken out of another."""

from __future__ import annotations

import re
from typing import Any

DIGITS = 32
_FORM = re.compile(rf"([0-9a-f]{{{DIGITS}}})(?:-[a-z]+)?", re.IGNORECASE)


def inner_id(record: str, label: str) -> str:
    """The id of a record that was taken out of another."""
    return f"{record}-{label}"


def whole_id(id: str) -> str | None:
    """The id of the record that one is, or was taken out of; None where it has not the form of one."""
    match = _FORM.fullmatch(id)
    return match[1].lower() if match else None


def whole_ids(ids: Any) -> Any:
    """The same of a column, or of the expression that names one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.utf8_slice_codeunits(ids.cast(pa.string()), 0, DIGITS)

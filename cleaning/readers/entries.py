"""Makes a record of an entry that says its fields by name: a line of JSON, a row of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cleaning import http
from cleaning.readers.languages import language_code
from cleaning.readers.records import FIELDS, Record, SourceSpec, unreadable


def entry(offset: int, data: Mapping[str, Any], spec: SourceSpec) -> Record:
    """The record of an entry at `offset`; our fields are found in it by `spec.place`."""
    values = {name: _value(data, spec.place(name)) for name in FIELDS}
    text = values.pop("text")
    if not isinstance(text, str):
        name = spec.place("text")
        return Record(offset, unreadable=unreadable("no text", f"none in the field {name!r}"))
    fields = {k: str(v) for k, v in values.items() if isinstance(v, (str, int, float)) and v != ""}
    if spec.layout and "language" in fields:
        fields["language"] = language_code(fields["language"])
    return Record(
        offset,
        url=fields.pop("url", None),
        captured_at=http.timestamp(fields.pop("captured_at", "")),
        text=text,
        digest=http.payload_digest(text.encode("utf-8", "surrogatepass")),
        entry=fields.pop("id", None),
        metadata=fields,
    )


def _value(data: Mapping[str, Any], name: str) -> Any:
    """What stands at a path: parted by dots, through objects by name and through lists by number."""
    if name in data:
        return data[name]
    value: Any = data
    for key in name.split("."):
        if isinstance(value, list):
            value = value[int(key)] if key.isdecimal() and int(key) < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value

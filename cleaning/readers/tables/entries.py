"""Makes a record of an entry that says its fields by name: a line of JSON, a row of a table."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from cleaning.readers.languages import language_code, region_code
from cleaning.readers.records import FIELDS, Record, SourceSpec, Unreadable, is_domain, unreadable
from cleaning.text.escaped import has_markup, unescaped
from cleaning.web import http

SHOWN = 40  # characters of what is no domain


def entry(offset: int, data: Mapping[str, Any], spec: SourceSpec) -> Record:
    """The record of an entry at `offset`; our fields are found in it by `spec.place`."""
    values = {name: _decoded(_value(data, spec.place(name))) for name in FIELDS}
    text = values.pop("text")
    if not isinstance(text, str):
        fault = "no UTF-8" if isinstance(text, bytes) else "none"
        detail = f"{fault} in the field {spec.place('text')!r}"
        return Record(offset, unreadable=unreadable("no text", detail))
    if isinstance(values["author"], list):
        values["author"] = "; ".join(filter(_is_text, values["author"]))
    domain = values["domain"]
    no_domain = None
    if not (domain is None or domain == "" or is_domain(domain)):
        del values["domain"]
        no_domain = ascii(domain)[:SHOWN]
    for name in ("title", "author"):
        if isinstance(value := values[name], str):
            values[name] = unescaped(value, name=True)
    fields = {k: str(v) for k, v in values.items() if isinstance(v, (str, int, float)) and v != ""}
    # A country's code, or a language's that names one; not of Jalisco.
    content = fields.pop("region", "")
    region = content.upper() if len(content) == 2 else region_code(content)
    if region := region or region_code(fields.get("language", "")):
        fields["region"] = region
    if spec.layout and "language" in fields:
        fields["language"] = language_code(fields["language"])
    plain = unescaped(text)
    return Record(
        offset,
        url=fields.pop("url", None),
        captured_at=http.timestamp(fields.pop("captured_at", "")),
        text=plain,
        digest=http.payload_digest(text.encode("utf-8", "surrogatepass")),
        entry=fields.pop("id", None),
        metadata=fields,
        no_domain=no_domain,
        markup=has_markup(plain),
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _decoded(value: Any) -> Any:
    """Bytes, as a column of Parquet may hold a text, as the UTF-8 that they are; what is none stays as it is."""
    try:
        return value.decode() if isinstance(value, bytes) else value
    except UnicodeDecodeError:
        return value


def _value(data: Mapping[str, Any], name: str) -> Any:
    """What stands at a path: separated by dots, through objects by name and through lists by number. A text on the way
    that is an object or a list in JSON, as tables hold metadata, is gone through too.
    """
    if name in data:
        return data[name]
    value: Any = data
    for key in name.split("."):
        if isinstance(value, str | bytes):
            value = _parsed(value)
        if isinstance(value, list):
            value = value[int(key)] if key.isdecimal() and int(key) < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


def _parsed(text: str | bytes) -> Any:
    try:
        return json.loads(text) if text[:1] in ("{", "[", b"{", b"[") else None
    except (ValueError, RecursionError):
        return None


def asked(spec: SourceSpec) -> set[str]:
    """The fields or columns of an entry that are read, each by the first name of its path and by the whole."""
    places = {spec.place(name) for name in FIELDS}
    return places | {place.partition(".")[0] for place in places}


def ambiguous(names: Sequence[str], wanted: Collection[str]) -> Unreadable | None:
    """Why a table can't be read by its columns: two that are wanted have one name."""
    twice = next((name for name in names if name in wanted and names.count(name) > 1), None)
    return unreadable("no document", f"two columns are called {twice!r}") if twice else None


def missing(names: Sequence[str], place: str) -> Unreadable | None:
    """Why a table can't be read by its columns: none is the one at which the way to the text begins."""
    if place in names or place.partition(".")[0] in names:
        return None
    detail = f"no column is called {place!r} but {', '.join(map(repr, names))[:200]}: say which is the text"
    return unreadable("no document", f"{detail} (`fields: {{text: ...}}`)")

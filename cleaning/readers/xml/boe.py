"""The XML of Spain's official gazette (BOE): a disposition as it was published, or a law as it stands now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cleaning.readers.records import Record, SourceSpec
from cleaning.readers.xml.blocks import Roles, name_of, text_of

_BASE = "https://www.boe.es/buscar/doc.php?id="


def _choose(element: Any) -> Any:
    # Notes of the editors on what was changed and by what; pictures of signatures.
    if "nota_pie" in (element.get("class") or ""):
        return None
    if name_of(element) == "bloque":
        return _valid(element)
    return element


ROLES = Roles.of(
    _choose,
    block="p table blockquote bloque version dl",
    line="tr li dd",
    number="dt",
    cell="td th",
    break_="br",
    verbatim="pre",
    skipped="img metadatos analisis metadata-eli status",
)


def documents(root: Any, spec: SourceSpec) -> Iterator[Record]:
    """The document of a file (`documento`), or of an answer of the open-data service (`response`)."""
    metadata = root.find(".//metadatos")
    for text in root.iter("texto"):
        if not len(text) and name_of(text.getparent()) != "documento":
            continue  # the word of a status
        fields = _metadata(metadata) if metadata is not None else {}
        identity = fields.pop("id", None)
        yield Record(
            0,
            url=f"{_BASE}{identity}" if identity else None,
            text=text_of(text, ROLES),
            entry=identity,
            metadata=fields,
        )


def _valid(block: Any) -> Any:
    """Of the versions of a block of a law the one that came into force last."""
    versions = [c for c in block if name_of(c) == "version"]
    if not versions:
        return block
    return max(versions, key=lambda v: v.get("fecha_vigencia") or v.get("fecha_publicacion") or "")


def _metadata(metadata: Any) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, tag in (
        ("id", "identificador"),
        ("title", "titulo"),
        ("author", "departamento"),
        ("date", "fecha_publicacion"),
    ):
        if value := " ".join((metadata.findtext(tag) or "").split()):
            fields[name] = value
    date = fields.get("date", "")
    if len(date) == 8 and date.isdigit():
        fields["date"] = f"{date[:4]}-{date[4:6]}-{date[6:]}"
    return fields

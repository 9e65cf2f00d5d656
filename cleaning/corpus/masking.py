"""Personal data masked, in a text after its edits and in what a document carries beside its text."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from cleaning.corpus.stage import Writing
from cleaning.privacy.fakes import fake
from cleaning.privacy.privacy import Personal, find_personal, placeholder
from cleaning.view import Edit, apply, on_original

PROSE = ("title", "author", "breadcrumb")  # of the metadata: whatever a page says
FORMAL = ("licence", "rights")  # addresses and expressions, whose numbers are nobody's


def masked(text: str, edits: list[Edit], wanted: Writing) -> list[Edit]:
    """The edits and the masks of what they leave, as edits of the original text."""
    view = apply(text, edits)
    personal = find_personal(view, wanted.mask, wanted.patterns)
    if not personal:
        return edits
    masks = _masks(view, personal, wanted)
    return sorted([*edits, *on_original(edits, len(text), masks)])


def masked_beside(batch: pa.RecordBatch, wanted: Writing, masks: Counter[str]) -> pa.RecordBatch:
    """The batch with its metadata and URLs masked, what was masked added to `masks` by kind.

    Of a URL and of a licence the e-mail addresses alone: the rest of them leads somewhere.
    """
    metadata = batch["metadata"]
    fields = {
        field.name: pc.struct_field(metadata, field.name).to_pylist() for field in metadata.type
    }
    for name in (*PROSE, *FORMAL):
        if name in fields:
            fields[name] = _values(fields[name], wanted, name in FORMAL, masks)
    arrays = [pa.array(values, metadata.type.field(name).type) for name, values in fields.items()]
    urls = _values(batch["url"].to_pylist(), wanted, True, masks)
    for name, column in (
        (
            "metadata",
            pa.StructArray.from_arrays(arrays, fields=[*metadata.type], mask=metadata.is_null()),
        ),
        ("url", pa.array(urls, pa.string())),
    ):
        at = batch.schema.get_field_index(name)
        batch = batch.set_column(at, batch.schema.field(at), column)
    return batch


def _values(
    values: list[str | None], wanted: Writing, formal: bool, masks: Counter[str]
) -> list[str | None]:
    """Each value masked: the same one, as an author's, is looked at once."""
    kinds = [kind for kind in wanted.mask if kind == "email"] if formal else wanted.mask
    seen: dict[str, tuple[str, Counter[str]]] = {}
    result: list[str | None] = []
    for value in values:
        if not value:
            result.append(value)
            continue
        if value not in seen:
            # As a link writes the sign of an e-mail address.
            shown = value.replace("%40", "@") if formal else value
            personal = find_personal(shown, kinds, wanted.patterns, network=not formal)
            after = apply(shown, _masks(shown, personal, wanted)) if personal else value
            seen[value] = after, Counter(p.kind for p in personal)
        after, found = seen[value]
        masks.update(found)
        result.append(after)
    return result


def _masks(text: str, personal: list[Personal], wanted: Writing) -> list[Edit]:
    return [Edit(p.start, p.end, "mask", p.kind, _instead(text, p, wanted)) for p in personal]


def _instead(text: str, personal: Personal, wanted: Writing) -> str:
    if wanted.style == "fake":
        return fake(personal.kind, text[personal.start : personal.end], wanted.seed)
    return placeholder(personal.kind)

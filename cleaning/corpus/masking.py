"""Personal data masked, in a text after its edits and in what a document carries beside its text."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from cleaning.corpus.stage import Writing
from cleaning.privacy.fakes import fake
from cleaning.privacy.masks import with_masks
from cleaning.privacy.privacy import Personal, find_personal, placeholder
from cleaning.view import Edit, apply

PROSE = ("title", "author", "breadcrumb")  # of the metadata: whatever a page says
FORMAL = ("licence", "rights")  # addresses and expressions, whose numbers are nobody's


def masked(text: str, edits: list[Edit], wanted: Writing) -> list[Edit]:
    """The edits and the masks of what they leave, as edits of the original text."""
    return with_masks(text, edits, wanted.mask, wanted.patterns, partial(_mask, wanted))


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
            after = apply(shown, [_mask(wanted, shown, p) for p in personal]) if personal else value
            seen[value] = after, Counter(p.kind for p in personal)
        after, found = seen[value]
        masks.update(found)
        result.append(after)
    return result


def _mask(wanted: Writing, text: str, personal: Personal) -> Edit:
    start, end, kind = personal
    fakes = wanted.style == "fake"
    instead = fake(kind, text[start:end], wanted.seed) if fakes else placeholder(kind)
    return Edit(start, end, "mask", kind, instead)

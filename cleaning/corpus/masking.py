"""Personal data masked, in a text after its edits and in what a document carries beside its text."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import accumulate

import pyarrow as pa
import pyarrow.compute as pc

from cleaning.corpus.stage import Writing
from cleaning.privacy.fakes import fake
from cleaning.privacy.masks import with_masks
from cleaning.privacy.privacy import Personal, find_personal, placeholder
from cleaning.view import Edit, apply

PROSE = ("title", "author", "breadcrumb")  # of the metadata: whatever a page says
FORMAL = ("licence", "rights")  # addresses and expressions, whose numbers are nobody's
_SIGN = "%40"  # the @ of an e-mail address in a link


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
            shown = value.replace(_SIGN, "@") if formal else value
            personal = find_personal(shown, kinds, wanted.patterns, network=not formal)
            edits = [_mask(wanted, shown, one) for one in personal]
            after = apply(value, _in_link(value, edits) if shown != value else edits)
            seen[value] = after, Counter(p.kind for p in personal)
        after, found = seen[value]
        masks.update(found)
        result.append(after)
    return result


def _in_link(value: str, edits: Sequence[Edit]) -> list[Edit]:
    """Edits of what a link shows as edits of the link, whose other signs stay as they are written."""
    shown = value.split(_SIGN)
    behind = list(accumulate(len(piece) + 1 for piece in shown[:-1]))

    def place(at: int) -> int:
        return at + (len(_SIGN) - 1) * bisect_right(behind, at)

    return [edit._replace(start=place(edit.start), end=place(edit.end)) for edit in edits]


def _mask(wanted: Writing, text: str, personal: Personal) -> Edit:
    start, end, kind = personal
    fakes = wanted.style == "fake"
    instead = fake(kind, text[start:end], wanted.seed) if fakes else placeholder(kind)
    return Edit(start, end, "mask", kind, instead)

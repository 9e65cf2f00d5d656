"""Personal data masked, in a text after its edits and in what a document carries beside its text."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate

import pyarrow as pa

from cleaning.corpus.stage import Writing
from cleaning.privacy.fakes.fakes import fake
from cleaning.privacy.kinds import Personal
from cleaning.privacy.masks import with_masks
from cleaning.privacy.persons.parts import TITLED
from cleaning.privacy.persons.persons import Persons
from cleaning.privacy.placeholders import placeholder
from cleaning.privacy.privacy import find_personal
from cleaning.rules.rule import Bounds
from cleaning.text.batch import Bools
from cleaning.view import Edit, apply

PROSE = ("title", "author", "breadcrumb")  # of the metadata: whatever a page says
FORMAL = ("licence", "rights")  # addresses and expressions, whose numbers are nobody's
_SIGN = "%40"  # the @ of an e-mail address in a link


def masked(text: str, edits: list[Edit], wanted: Writing) -> list[Edit]:
    """The edits and the masks of what they leave, as edits of the original text."""
    return with_masks(text, edits, wanted.mask, wanted.patterns, partial(_masks, wanted))


def masked_kinds(edits: Iterable[Edit], rules: Sequence[Bounds]) -> Counter[str]:
    """How many edits set something in place of data, by kind: those of a rule of `filter` have its name."""
    names = {rule.name for rule in rules}
    return Counter(
        e.replacement[1:-1].lower() if e.rule in names else e.rule
        for e in edits
        if e.kind == "mask" and e.replacement
    )


def masked_beside(
    batch: pa.RecordBatch,
    wanted: Writing,
    masks: Counter[str],
    asked: Sequence[tuple[Bounds, Bools]] = (),
) -> pa.RecordBatch:
    """The batch with its metadata, URLs and names of files masked, what was masked added to `masks` by kind.

    Of a URL, a file and a licence the e-mail addresses alone, and what a pattern finds: the rest leads somewhere.
    First what the rules of `filter` mask, in the rows that each is `asked` of.
    """

    def inside(column: pa.StructArray, fields: Sequence[str]) -> pa.StructArray:
        arrays = [
            pa.array(
                _by_all(values.to_pylist(), wanted, field.name not in PROSE, masks, asked),
                field.type,
            )
            if field.name in fields
            else values
            for field, values in zip(column.type, column.flatten(), strict=True)
        ]
        return pa.StructArray.from_arrays(arrays, fields=[*column.type], mask=column.is_null())

    urls = _by_all(batch["url"].to_pylist(), wanted, True, masks, asked)
    for name, column in (
        ("metadata", inside(batch["metadata"], (*PROSE, *FORMAL))),
        ("source", inside(batch["source"], ("file",))),
        ("url", pa.array(urls, pa.string())),
    ):
        at = batch.schema.get_field_index(name)
        batch = batch.set_column(at, batch.schema.field(at), column)
    return batch


def _by_all(
    values: list[str | None],
    wanted: Writing,
    formal: bool,
    masks: Counter[str],
    asked: Sequence[tuple[Bounds, Bools]],
) -> list[str | None]:
    """Each value masked by the rules that are asked of its document, then as `wanted`."""
    for rule, asks in asked:
        here = asks.tolist()
        patterns = {rule.name: rule.pattern} if rule.pattern else {}
        own = Writing(languages=None, mask=list(rule.personal or ()), patterns=patterns)
        chosen = [value if is_asked else None for value, is_asked in zip(values, here, strict=True)]
        after = _values(chosen, own, formal, masks)
        values = [
            new if is_asked else value
            for value, new, is_asked in zip(values, after, here, strict=True)
        ]
    return _values(values, wanted, formal, masks)


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
            edits = list(_masks(wanted, shown, personal))
            after = apply(value, _in_link(value, edits) if shown != value else edits)
            seen[value] = after, Counter(p.kind for p in personal)
        after, kinds_masked = seen[value]
        masks.update(kinds_masked)
        result.append(after)
    return result


def _in_link(value: str, edits: Sequence[Edit]) -> list[Edit]:
    """Edits of what a link shows as edits of the link, whose other signs stay as they are written."""
    shown = value.split(_SIGN)
    behind = list(accumulate(len(piece) + 1 for piece in shown[:-1]))

    def place(at: int) -> int:
        return at + (len(_SIGN) - 1) * bisect_right(behind, at)

    return [edit._replace(start=place(edit.start), end=place(edit.end)) for edit in edits]


def _masks(wanted: Writing, text: str, personal: Sequence[Personal]) -> Iterator[Edit]:
    fakes = wanted.style == "fake"
    persons = Persons(
        text, [(start, end) for start, end, kind in personal if fakes and kind == "name"]
    )
    for start, end, kind in personal:
        before = text[max(0, start - TITLED) : start]
        value = text[start:end]
        instead = fake(kind, value, wanted.seed, before, persons) if fakes else placeholder(kind)
        yield Edit(start, end, "mask", kind, instead)

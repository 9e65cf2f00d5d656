"""What other rules would cut and mask of texts. No signal says it, so some texts are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from cleaning.documents import read_batches
from cleaning.filter.edits import PASSAGES, edited, labels_read
from cleaning.rules.apply import READ, asked_of
from cleaning.rules.rule import Bounds
from cleaning.text.batch import slices
from cleaning.view import Edit, SideTables

DOCUMENTS = 1_000  # that are read, spread over the shards
CHARACTERS = 10_000_000
EXAMPLES = 10


@dataclass
class Edits:
    """Of documents that were read what each rule takes, by the rules as they are and by the others.

    `taken`: by rule, documents and characters; `examples`: spans that only one side takes, as shard, row, id and edit,
    and whether it is the other rules that take it.
    """

    read: int = 0
    taken: tuple[dict[str, list[int]], dict[str, list[int]]] = field(
        default_factory=lambda: ({}, {})
    )
    examples: list[tuple[int, int, str, Edit, bool]] = field(default_factory=list)


def weigh_edits(
    shards: Mapping[int, tuple[Path, Sequence[Path]]], now: Sequence[Bounds], then: Sequence[Bounds]
) -> Edits:
    """Weighs the rules that cut and mask over the first documents of some shards, by their numbers."""
    result = Edits()
    each = -(-DOCUMENTS // max(1, len(shards)))
    for number, (documents, signals) in shards.items():
        characters = CHARACTERS // len(shards)
        labels, row = SideTables(signals, labels_read([*now, *then])), 0
        for batch in read_batches(documents, (*READ, "text")):
            known = labels.beside(batch)
            left = batch.slice(0, each - row)
            sizes = [len(text) for text in left["text"].to_pylist()]
            left = left.slice(0, _fitting(sizes, characters))
            characters -= sum(sizes[: left.num_rows])
            sides = [_edits_of(left, known, rules) for rules in (now, then)]
            _add(result, number, row, left, sides)
            row += left.num_rows
            if left.num_rows < batch.num_rows or row >= each or characters <= 0:
                break
    return result


def _fitting(sizes: Iterable[int], most: int) -> int:
    """How many of some texts are read: at least one."""
    total = 0
    number = 0
    for size in sizes:
        total += size
        if number and total > most:
            break
        number += 1
    return number


def _edits_of(
    batch: pa.RecordBatch, known: pa.Table, rules: Sequence[Bounds]
) -> dict[int, list[Edit]]:
    known = known.slice(0, batch.num_rows)
    languages = known["language"].to_pylist()
    passages = known[PASSAGES].to_pylist() if PASSAGES in known.column_names else []
    texts, documents = batch["text"].to_pylist(), asked_of(batch, languages)
    asked = [(rule, documents.asked(rule)) for rule in rules if rule.edits]
    return {
        start + index: edits
        for start, stop in slices(texts)
        for index, edits in edited(
            texts[start:stop],
            [{}] * (stop - start),
            [(rule, asks[start:stop]) for rule, asks in asked],
            known=False,
            spans=(languages[start:stop], passages[start:stop]),
        )
    }


def _add(
    result: Edits,
    shard: int,
    row: int,
    batch: pa.RecordBatch,
    sides: Sequence[dict[int, list[Edit]]],
) -> None:
    result.read += batch.num_rows
    for taken, by_place in zip(result.taken, sides, strict=True):
        for edits in by_place.values():
            for rule in {edit.rule for edit in edits}:
                counts = taken.setdefault(rule, [0, 0])
                counts[0] += 1
                counts[1] += sum(edit.end - edit.start for edit in edits if edit.rule == rule)
    now, then = sides
    for place in sorted(now.keys() | then.keys()):
        changed = set(now.get(place, ())) ^ set(then.get(place, ()))
        if changed and len(result.examples) < EXAMPLES:
            edit = min(changed)
            id_ = batch["id"][place].as_py()
            result.examples.append((shard, row + place, id_, edit, edit in then.get(place, ())))

"""What other rules would cut and mask of texts. No signal says it, so some texts are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from cleaning.documents import read_batches
from cleaning.filter.edits import PASSAGES, edited, labels_read
from cleaning.rules.apply import READ, asked_of, broken
from cleaning.rules.rule import Bounds
from cleaning.text.batch import slices
from cleaning.thresholds.breaches import Cuts
from cleaning.view import Edit, SideTables

DOCUMENTS = 1_000  # that are read, spread over the shards
CHARACTERS = 10_000_000
EXAMPLES = 10


@dataclass
class Edits:
    """Of documents that were read what each rule takes, by the rules as they are and by the others.

    `taken`: by rule, documents and characters; `examples`: spans that only one side takes, as shard, row, id and edit,
    and whether it is the other rules that take it. `fewer`: by each of the other rules on `words` how many documents it
    takes since more is cut of them, and how many it no longer takes.
    """

    read: int = 0
    taken: tuple[dict[str, list[int]], dict[str, list[int]]] = field(
        default_factory=lambda: ({}, {})
    )
    examples: list[tuple[int, int, str, Edit, bool]] = field(default_factory=list)
    fewer: dict[str, list[int]] = field(default_factory=dict)


def weigh_edits(
    shards: Mapping[int, tuple[Path, Sequence[Path], Cuts]],
    now: Sequence[Bounds],
    then: Sequence[Bounds],
    counting: Sequence[Bounds] = (),
    boilerplate: tuple[bool, bool] = (True, True),
) -> Edits:
    """Weighs the rules that cut and mask over the first documents of some shards, by their numbers.

    `counting` are the other rules on `words`, which count what cuts leave, those of `boilerplate` too where a side cuts
    it; each shard has what is cut of it now.
    """
    result = Edits()
    each = -(-DOCUMENTS // max(1, len(shards)))
    columns = [*labels_read([*now, *then]), *(["words", "characters"] if counting else [])]
    for number, (documents, signals, cuts) in shards.items():
        characters = CHARACTERS // len(shards)
        labels, row = SideTables(signals, columns), 0
        for batch in read_batches(documents, (*READ, "text")):
            measured = labels.beside(batch)
            left = batch.slice(0, each - row)
            sizes = [len(text) for text in left["text"].to_pylist()]
            left = left.slice(0, _fitting(sizes, characters))
            characters -= sum(sizes[: left.num_rows])
            sides = [_edits_of(left, measured, rules) for rules in (now, then)]
            _add(result, number, row, left, sides)
            if counting:
                cut_sizes = [cuts.get(row + n, Counter()).total() for n in range(left.num_rows)]
                both = [
                    _edits_of(left, measured, rules, lines)
                    for rules, lines in zip((now, then), boilerplate, strict=True)
                ]
                _count(result, left, measured.slice(0, left.num_rows), cut_sizes, both, counting)
            row += left.num_rows
            if left.num_rows < batch.num_rows or row >= each or characters <= 0:
                break
    return result


def _count(
    result: Edits,
    batch: pa.RecordBatch,
    measured: pa.Table,
    cut_sizes: Sequence[int],
    sides: Sequence[dict[int, list[Edit]]],
    counting: Sequence[Bounds],
) -> None:
    """Adds the documents on which rules on `words` decide otherwise since their cuts are others.

    What only a site repeats is in `cut_sizes` alone.
    """
    described = asked_of(batch, measured["language"].to_pylist())
    words, length = (measured[name].to_numpy() for name in ("words", "characters"))
    now, then = (
        np.array(
            [
                sum(e.end - e.start for e in edits.get(n, ()) if e.kind == "cut")
                for n in range(batch.num_rows)
            ]
        )
        for edits in sides
    )
    before = np.maximum(cut_sizes, now)
    left = [words * (1 - cut / np.maximum(length, 1)) for cut in (before, before - now + then)]
    for rule in counting:
        one, other = (broken(rule, {"words": each}, described).broken for each in left)
        counts = result.fewer.setdefault(rule.name, [0, 0])
        counts[0] += int((other & ~one).sum())
        counts[1] += int((one & ~other).sum())


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
    batch: pa.RecordBatch, measured: pa.Table, rules: Sequence[Bounds], lines: bool = False
) -> dict[int, list[Edit]]:
    measured = measured.slice(0, batch.num_rows)
    languages = measured["language"].to_pylist()
    passages = measured[PASSAGES].to_pylist() if PASSAGES in measured.column_names else []
    texts, documents = batch["text"].to_pylist(), asked_of(batch, languages)
    asking = [(rule, documents.asked(rule)) for rule in rules if rule.edits]
    return {
        start + index: edits
        for start, stop in slices(texts)
        for index, edits in edited(
            texts[start:stop],
            [{}] * (stop - start),
            [(rule, asks[start:stop]) for rule, asks in asking],
            known=lines,
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

"""Which documents stand nearest to the thresholds of rules, and how each rule sees given ones: no text is read.

A rule is asked of the documents that break no other: only these change sides when its threshold moves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaning.documents import read_batches
from cleaning.filter.decisions import breaches_of
from cleaning.rules.apply import Broken
from cleaning.rules.rule import LANGUAGE, Bounds
from cleaning.text import Bools, Floats, mixed
from cleaning.view import SideTables

EACH = 30  # documents on either side of a rule's threshold

Shards = Iterable[tuple[Path, Sequence[Path]]]  # of documents and tables of signals


@dataclass(frozen=True)
class Near:
    """A document near a threshold: its shard and row, the rule with value and bound, whether the rules keep it."""

    shard: int
    row: int
    id: str
    rule: str
    value: float
    threshold: float
    kept: bool


@dataclass(frozen=True)
class Seen:
    """What the rules say of a document: those that it breaks, and the values of those that are asked of it."""

    broken: tuple[str, ...]
    values: Mapping[str, float]


@dataclass(frozen=True)
class _Batch:
    shard: int
    row: int
    ids: pa.Array
    breaches: Sequence[Broken]  # that of the language first


def nearest(
    shards: Shards, rules: Sequence[Bounds], languages: Sequence[str], each: int = EACH
) -> list[Near]:
    """By rule the `each` nearest on either side of its threshold, the nearest of all rules first.

    Of equally near ones those with the least of a hash of their place, so that they are the same each time.
    """
    chosen: dict[tuple[str, bool], list[tuple[float, int, Near]]] = {}
    for batch in _batches(shards, rules, languages):
        breaks = np.sum([breach.broken for breach in batch.breaches], axis=0)
        for rule, breach in zip(rules, batch.breaches[1:], strict=True):
            bound = _bound(rule, breach)
            distance = np.abs(breach.value - bound)
            for kept in (True, False):
                among = np.flatnonzero(
                    (breaks == (0 if kept else 1)) & (breach.broken != kept) & ~np.isnan(distance)
                )
                place = mixed(((batch.shard << 32) + batch.row + among).astype(np.uint64))
                order = np.lexsort((place, distance[among]))[:each]
                rows = chosen.setdefault((rule.name, kept), [])
                rows += [
                    (
                        float(distance[index]),
                        int(place[n]),
                        Near(
                            batch.shard,
                            batch.row + int(index),
                            batch.ids[int(index)].as_py(),
                            rule.name,
                            float(breach.value[index]),
                            float(bound[index]),
                            kept,
                        ),
                    )
                    for n, index in zip(order, among[order], strict=True)
                ]
                chosen[rule.name, kept] = sorted(rows, key=lambda row: row[:2])[:each]
    ranks = ((rank, row) for rows in chosen.values() for rank, row in enumerate(rows))
    ordered = sorted(ranks, key=lambda ranked: (ranked[0], ranked[1][1]))
    by_id: dict[str, Near] = {}
    for _, (_, _, near) in ordered:
        by_id.setdefault(near.id, near)
    return list(by_id.values())


def seen(
    shards: Shards, rules: Sequence[Bounds], languages: Sequence[str], ids: Collection[str]
) -> dict[str, Seen]:
    """What the rules say of some documents, by id; of those that are in no shard nothing."""
    wanted, told = pa.array(sorted(ids), pa.string()), {}
    for batch in _batches(shards, rules, languages):
        for index in pc.indices_nonzero(pc.is_in(batch.ids, wanted)).to_pylist():
            told[batch.ids[index].as_py()] = Seen(
                tuple(breach.rule for breach in batch.breaches if breach.broken[index]),
                {
                    breach.rule: float(breach.value[index])
                    for breach in batch.breaches
                    if breach.rule != LANGUAGE and not np.isnan(breach.value[index])
                },
            )
    return told


def _batches(shards: Shards, rules: Sequence[Bounds], languages: Sequence[str]) -> Iterator[_Batch]:
    columns = list(dict.fromkeys(["language", "language_p", *(rule.signal for rule in rules)]))
    for shard, (documents, signals) in enumerate(shards):
        table, row = SideTables(signals, columns), 0
        for batch in read_batches(documents, ["id", "domain", "source"]):
            breaches = breaches_of(rules, languages, table.beside(batch), batch)
            yield _Batch(shard, row, batch["id"], breaches)
            row += batch.num_rows
        table.finish()


def _bound(rule: Bounds, breach: Broken) -> Floats:
    """The bound of a rule that is nearer to each value."""
    bounds = [bound for bound in (rule.min, rule.max) if bound is not None]
    if len(bounds) == 1:
        return np.full(len(breach.value), float(bounds[0]))
    low, high = bounds
    lower: Bools = np.abs(breach.value - low) <= np.abs(breach.value - high)
    return np.where(lower, low, high)

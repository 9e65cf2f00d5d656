"""Which documents stand nearest to the thresholds of rules, and how each rule sees given ones: no text is read.

A rule is asked of the documents that break no other: only these change sides when its threshold moves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cleaning.documents import read_batches
from cleaning.rules.apply import READ, Broken
from cleaning.rules.rule import LANGUAGE, Bounds
from cleaning.text.batch import Bools, Floats, mixed
from cleaning.thresholds.breaches import breaches_of, cuts_of, left_of
from cleaning.thresholds.parted import columns_of, parted_of
from cleaning.view import SideTables

EACH = 30  # documents on either side of a rule's threshold
NEAR = 0.25  # of the spread of a signal: farther from the threshold no document hangs on where it stands
_SAMPLE = 20_000  # values of a rule from which the spread is told

# Of documents, tables of signals, edits.
Shards = Iterable[tuple[Path, Sequence[Path], Path | None]]


@dataclass(frozen=True)
class Near:
    """A document near a threshold: its shard and row, the rule with value and bound, whether it keeps to the bound.

    `distance` is that of value and threshold as a share of the spread of the values that the rule was asked of.
    """

    shard: int
    row: int
    id: str
    rule: str
    value: float
    threshold: float
    kept: bool
    distance: float = 0.0


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
    shards: Shards,
    rules: Sequence[Bounds],
    languages: Sequence[str],
    each: int = EACH,
    within: float = NEAR,
    passages: bool = False,
) -> list[Near]:
    """By rule, which drop or tag, the `each` nearest on either side of its threshold, the nearest of all first.

    Of a tag too they are such as stay but for the rule, if it drops.

    None is farther than `within`, a share of the spread of its values. Of equally near ones those with the least of a
    hash of their place, so that they are the same each time.
    """
    chosen: dict[tuple[str, bool], list[tuple[float, int, Near]]] = {}
    values = {rule.name: _Sample() for rule in rules}
    for batch in _batches(shards, rules, languages, passages):
        breaks = np.sum([b.broken for b in batch.breaches if not b.tags], axis=0)
        places = mixed(((batch.shard << 32) + batch.row + np.arange(len(breaks))).astype(np.uint64))
        for rule, breach in zip(rules, batch.breaches[1:], strict=True):
            bound = _bound(rule, breach)
            distance = np.abs(breach.value - bound)
            values[rule.name].add(breach.value, places)
            others = breaks - (breach.broken & (not breach.tags))
            for kept in (True, False):
                among = np.flatnonzero(
                    (others == 0) & (breach.broken != kept) & ~np.isnan(distance)
                )
                order = np.lexsort((places[among], distance[among]))[:each]
                rows = chosen.setdefault((rule.name, kept), [])
                rows += [
                    (
                        float(distance[index]),
                        int(places[index]),
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
                    for index in among[order]
                ]
                chosen[rule.name, kept] = sorted(rows, key=lambda row: row[:2])[:each]
    near = [
        (values[near.rule].share(near), place, near)
        for rows in chosen.values()
        for _, place, near in rows
    ]
    by_id: dict[str, Near] = {}
    for share, _, one in sorted(near, key=lambda row: row[:2]):
        if share <= within:
            by_id.setdefault(one.id, replace(one, distance=share))
    return list(by_id.values())


class _Sample:
    """Values that a rule was asked of; where there are many, those with the least hashes of their places."""

    def __init__(self) -> None:
        self.values: Floats = np.empty(0)
        self.places = np.empty(0, np.uint64)

    def add(self, values: Floats, places: NDArray[np.uint64]) -> None:
        measured = ~np.isnan(values)
        self.values = np.concatenate((self.values, values[measured]))
        self.places = np.concatenate((self.places, places[measured]))
        if len(self.places) > _SAMPLE:
            least = np.argpartition(self.places, _SAMPLE)[:_SAMPLE]
            self.values, self.places = self.values[least], self.places[least]

    def share(self, near: Near) -> float:
        """A distance as a share of that between the tenth and the ninetieth percentile.

        Where these are one value, as of a signal that is mostly zero, it is a share of the threshold's from it, and
        no document of that value is near: it is most of them.
        """
        low, middle, high = np.quantile(self.values, (0.1, 0.5, 0.9)).tolist()
        spread = high - low or abs(near.threshold - middle) * (near.value != middle)
        return float(abs(near.value - near.threshold) / spread) if spread else np.inf


def seen(
    shards: Shards,
    rules: Sequence[Bounds],
    languages: Sequence[str],
    ids: Collection[str],
    passages: bool = False,
) -> dict[str, Seen]:
    """What the rules say of some documents, by id; of those that are in no shard nothing."""
    wanted, by_id = pa.array(sorted(ids), pa.string()), {}
    for batch in _batches(shards, rules, languages, passages):
        for index in pc.indices_nonzero(pc.is_in(batch.ids, wanted)).to_pylist():
            by_id[batch.ids[index].as_py()] = Seen(
                tuple(breach.rule for breach in batch.breaches if breach.broken[index]),
                {
                    breach.rule: float(breach.value[index])
                    for breach in batch.breaches
                    if breach.rule != LANGUAGE and not np.isnan(breach.value[index])
                },
            )
    return by_id


def _batches(
    shards: Shards, rules: Sequence[Bounds], languages: Sequence[str], passages: bool
) -> Iterator[_Batch]:
    columns = columns_of(rules, passages)
    for shard, (documents, signals, edits) in enumerate(shards):
        table, row, cuts = SideTables(signals, columns), 0, cuts_of(edits) if edits else {}
        for batch in read_batches(documents, READ):
            values = left_of(table.beside(batch), cuts, row)
            values = parted_of(values, languages) if passages else values
            breaches = breaches_of(rules, languages, values, batch)
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

"""What other rules would keep, lose and tag, from the signals alone, and what they would take out of texts, of which
some are read; nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from cleaning.documents import read_batches
from cleaning.filter.stage import Filter
from cleaning.filter.what_if_edits import Edits, weigh_edits
from cleaning.rules.apply import READ, Broken
from cleaning.rules.rule import Bounds
from cleaning.rules.rules import bounds, resolve
from cleaning.signals.signals import files_with
from cleaning.text.batch import mixed
from cleaning.thresholds.breaches import breaches_of, cuts_of, left_of
from cleaning.thresholds.parted import columns_of, parted_of
from cleaning.view import SideTables
from pipeline.model.dataset import Manifest
from pipeline.store.store import Store

SHARDS = 64  # of which texts are read
EXAMPLES = 10  # of documents that come back, and of those that go


@dataclass(frozen=True)
class Rules:
    """What decides: the rules in their order, the languages that stay, whether lines are cut before."""

    rules: Sequence[Bounds]
    languages: Sequence[str]
    edits: bool
    passages: bool = False

    def seen(self, signals: pa.Table) -> pa.Table:
        """What they are asked of."""
        return parted_of(signals, self.languages) if self.passages else signals

    @property
    def signals(self) -> list[str]:
        return columns_of(self.rules, self.passages)


@dataclass(frozen=True)
class Turned:
    """A document that changes sides: its shard and row, and the rule that took it, or would, with value and bound."""

    shard: int
    row: int
    id: str
    rule: str
    value: float
    threshold: float | None


@dataclass
class Side:
    """Documents that change to one side: how many, of how many characters, by rule, domain and language."""

    documents: int = 0
    characters: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    domains: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    examples: list[Turned] = field(default_factory=list)


@dataclass
class WhatIf:
    """Documents and characters in all, and kept by the rules as they are and by the others."""

    documents: int = 0
    characters: int = 0
    kept: list[int] = field(default_factory=lambda: [0, 0])
    kept_characters: list[int] = field(default_factory=lambda: [0, 0])
    removed: list[Counter[str]] = field(default_factory=lambda: [Counter(), Counter()])
    # Of the kept.
    tagged: list[Counter[str]] = field(default_factory=lambda: [Counter(), Counter()])
    back: Side = field(default_factory=Side)  # removed now, kept by the others; by the rule of now
    gone: Side = field(default_factory=Side)  # kept now, removed by the others; by their rule
    edits: Edits | None = None  # where other rules cut or mask


def what_if(
    shards: Iterable[tuple[Path, Sequence[Path], Path | None]], now: Rules, then: Rules
) -> WhatIf:
    """Weighs two lists of rules over shards of (documents, tables of signals, edits where these are known).

    The examples are the same each time: those with the least of a hash of shard and row.
    """
    result = WhatIf()
    columns = [*now.signals, *then.signals]
    for number, (documents, signals, edits) in enumerate(shards):
        table, row = SideTables(signals, list(dict.fromkeys(columns))), 0
        cuts = cuts_of(edits) if edits else {}
        for batch in read_batches(documents, READ):
            values = table.beside(batch)
            left = left_of(values, cuts, row)
            sides = (
                (now, now.seen(left if now.edits else values)),
                (then, then.seen(left if then.edits else values)),
            )
            _weigh(result, number, row, batch, sides)
            row += batch.num_rows
        table.finish()
    return result


def what_if_of(
    store: Store,
    inputs: Mapping[str, Sequence[Manifest]],
    now: Filter.Params,
    then: Filter.Params,
    decided: Manifest | None,
) -> WhatIf:
    """Weighs the rules of two parameters over the datasets that the stage reads.

    `decided` is what it made of them, if it has: what lines it cut is known from there, else none count as cut.
    """
    sides = [
        Rules(bounds(resolve(params.rules)), params.languages, params.edits, params.passages)
        for params in (now, then)
    ]
    columns = [*sides[0].signals, *sides[1].signals]
    (documents,), (signals,) = inputs["documents"], inputs["signals"]
    edits = [shard.one("edits") for shard in decided.shards] if decided else []
    shards = (
        (
            store.fetch(document.one("kept")),
            [store.fetch(file) for file in files_with(signal.files, columns)],
            store.fetch(cut) if cut else None,
        )
        for document, signal, cut in zip_longest(documents.shards, signals.shards, edits)
    )
    result = what_if(shards, sides[0], sides[1])
    editing = [[rule for rule in side.rules if rule.edits] for side in sides]
    if editing[0] != editing[1]:
        pairs = list(enumerate(zip_longest(documents.shards, signals.shards, edits)))
        texts = {
            number: (
                store.fetch(document.one("kept")),
                [store.fetch(signal.one("signals"))],
                cuts_of(store.fetch(cut)) if cut else {},
            )
            for number, (document, signal, cut) in pairs[:: -(-len(pairs) // SHARDS)]
        }
        counting = [r for r in sides[1].rules if r.signal == "words" and r.action == "drop"]
        result.edits = weigh_edits(
            texts, editing[0], editing[1], counting, (sides[0].edits, sides[1].edits)
        )
    return result


def _weigh(
    result: WhatIf,
    shard: int,
    row: int,
    batch: pa.RecordBatch,
    sides: tuple[tuple[Rules, pa.Table], tuple[Rules, pa.Table]],
) -> None:
    values = sides[0][1]
    lengths = values["characters"].to_numpy()
    result.documents += batch.num_rows
    result.characters += int(lengths.sum())
    broken = [breaches_of(one.rules, one.languages, seen, batch) for one, seen in sides]
    first = [_first(each, batch.num_rows) for each in broken]
    for side in (0, 1):
        kept = first[side] < 0
        result.kept[side] += int(kept.sum())
        result.kept_characters[side] += int(lengths[kept].sum())
        for breach in broken[side]:
            if breach.tags and (tags := int((breach.broken & kept).sum())):
                result.tagged[side][breach.rule] += tags
        names, counts = np.unique(first[side][~kept], return_counts=True)
        for place, count in zip(names.tolist(), counts.tolist(), strict=True):
            result.removed[side][broken[side][place].rule] += count
    domains = np.array(batch["domain"].to_pylist(), str)
    languages = np.array(values["language"].to_pylist(), str)
    turns: tuple[tuple[Side, int, int], ...] = ((result.back, 0, 1), (result.gone, 1, 0))
    for changed, old, new in turns:
        turned = np.flatnonzero((first[old] >= 0) & (first[new] < 0))
        changed.documents += len(turned)
        changed.characters += int(lengths[turned].sum())
        changed.domains.update(domains[turned].tolist())
        changed.languages.update(languages[turned].tolist())
        rows = []
        for place in turned.tolist():
            breach = broken[old][first[old][place]]
            changed.rules[breach.rule] += 1
            bound = float(breach.threshold[place])
            rows.append(
                Turned(
                    shard,
                    row + place,
                    batch["id"][place].as_py(),
                    breach.rule,
                    float(breach.value[place]),
                    None if np.isnan(bound) else bound,
                )
            )
        changed.examples = sorted([*changed.examples, *rows], key=_chance)[:EXAMPLES]


def _first(breaches: Sequence[Broken], documents: int) -> Any:
    """The place of the first rule that each document breaks, -1 where it breaks none."""
    first = np.full(documents, -1)
    for place, breach in reversed(list(enumerate(breaches))):
        if not breach.tags:
            first[breach.broken] = place
    return first


def _chance(turned: Turned) -> int:
    return int(mixed(np.array([(turned.shard << 32) + turned.row], np.uint64))[0])

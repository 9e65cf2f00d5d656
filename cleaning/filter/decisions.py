"""The kernel of the second step of `filter`: from signals to decisions, without reading a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from cleaning.decisions import DECISIONS, TAGS
from cleaning.documents import TableWriter, read_batches
from cleaning.filter.stage import Deciding
from cleaning.rules.apply import READ, Broken
from cleaning.thresholds.breaches import breaches_of, cuts_of, left_of, masks_of
from cleaning.thresholds.parted import columns_of, parted_of
from cleaning.view import SideTables
from pipeline.model.stage import Work
from pipeline.model.tally import Tally


def decide_shard(work: Work[Deciding]) -> None:
    """Writes one decision for each document, which counts what the edits leave of it."""
    rules, languages = work.params.rules, work.params.languages
    columns = columns_of(rules, work.params.passages)
    edits = work.one("edits").path
    cuts, masks = cuts_of(edits), masks_of(edits)
    tagging = any(rule.action == "tag" for rule in rules)
    tagged: Counter[str] = Counter()
    table = SideTables([file.path for file in work.inputs["signals"]], columns)
    tally, row = Tally(), 0
    schema = DECISIONS.append(TAGS) if tagging else DECISIONS
    with TableWriter(work.output("decisions", "decisions.parquet"), schema) as writer:
        for batch in read_batches(work.one("documents").path, READ):
            signals = table.beside(batch)
            left = left_of(signals, cuts, row)
            left = parted_of(left, languages) if work.params.passages else left
            breaches = breaches_of(rules, languages, left, batch)
            decided = _decisions(breaches, batch.num_rows)
            ids = batch["id"].to_pylist()
            for id_, decision in zip(ids, decided, strict=True):
                writer.add({"id": id_, **decision})
            lengths = signals["characters"].to_pylist()
            for index, (decision, length) in enumerate(zip(decided, lengths, strict=True)):
                at = row + index
                _count(tally, decision["rule"], length, cuts.get(at, Counter()), masks.get(at, ()))
                tagged.update(decision["tags"] if decision["kept"] else ())
            row += batch.num_rows
    table.finish()
    work.ledger = tally.ledger()
    if tagging:
        work.figures = {"tagged": dict(sorted(tagged.items()))}


def _count(
    tally: Tally,
    rule: str | None,
    length: int,
    cut: Counter[str],
    masks: Sequence[tuple[str, int, int]],
) -> None:
    """Counts a document of so many characters: the rule that removed it, else what is cut and masked by edit rule."""
    tally.arrive(characters=length)
    if rule is not None:
        tally.remove(rule, characters=length)
        return
    tally.keep(characters=length - cut.total() - sum(taken for _, taken, _ in masks))
    for name, number in cut.items():
        tally.cut(name, number)
    for mask in masks:
        tally.mask(*mask)


def _decisions(breaches: Sequence[Broken], documents: int) -> list[dict[str, Any]]:
    """What is decided of each document: a row of the table without its id."""
    broken_by: list[list[dict[str, Any]]] = [[] for _ in range(documents)]
    tags: list[list[str]] = [[] for _ in range(documents)]
    for breach in breaches:
        for index in np.flatnonzero(breach.broken):
            if breach.tags:
                tags[index].append(breach.rule)
                continue
            threshold = float(breach.threshold[index])
            broken_by[index].append(
                {
                    "rule": breach.rule,
                    "value": float(breach.value[index]),
                    "threshold": None if np.isnan(threshold) else threshold,
                }
            )
    nothing: dict[str, Any] = {"rule": None, "value": None, "threshold": None}
    return [
        {"kept": not rules, **(rules[0] if rules else nothing), "rules": rules, "tags": given}
        for rules, given in zip(broken_by, tags, strict=True)
    ]

"""The kernel of the second step of `filter`: from signals to decisions, without reading a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaning.decisions import DECISIONS, TAGS
from cleaning.documents import TableWriter, read_batches
from cleaning.filter.stage import Deciding
from cleaning.rules.apply import READ, Broken, asked_of, broken
from cleaning.rules.rule import LANGUAGE, Bounds, signals_of
from cleaning.text.batch import Bools
from cleaning.view import SideTables
from pipeline.model.stage import Work
from pipeline.model.tally import Tally

Cuts = Mapping[int, Counter[str]]  # code points that each rule of the edits cuts, by row
Masks = Mapping[
    int, Sequence[tuple[str, int, int]]
]  # rules, code points, those of placeholders, by row


def decide_shard(work: Work[Deciding]) -> None:
    """Writes one decision for each document, which counts what the edits leave of it."""
    rules, languages = work.params.rules, work.params.languages
    columns = list(dict.fromkeys(["language", "language_p", "characters", *signals_of(rules)]))
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
            breaches = breaches_of(rules, languages, left_of(signals, cuts, row), batch)
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


def left_of(signals: pa.Table, cuts: Cuts, row: int) -> pa.Table:
    """The signals of a batch that begins at this row, of the words as many as the edits leave.

    What a site says on all its pages is no page's own.
    """
    if "words" not in signals.column_names or not cuts:
        return signals
    cut = [cuts[at].total() if at in cuts else 0 for at in range(row, row + signals.num_rows)]
    share = 1 - np.array(cut) / np.maximum(signals["characters"].to_numpy(), 1)
    words = pa.array(signals["words"].to_numpy() * share)
    return signals.set_column(signals.column_names.index("words"), "words", words)


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


def cuts_of(path: Path) -> Cuts:
    """How many code points the edits of a shard cut."""
    cuts: dict[int, Counter[str]] = {}
    for row, size, rule, _ in _edits(path, "cut"):
        cuts.setdefault(row, Counter())[rule] += size
    return cuts


def masks_of(path: Path) -> Masks:
    """What the edits of a shard mask."""
    masks: dict[int, list[tuple[str, int, int]]] = {}
    for row, size, rule, replacement in _edits(path, "mask"):
        masks.setdefault(row, []).append((rule, size, len(replacement or "")))
    return masks


def _edits(path: Path, kind: str) -> Iterator[tuple[int, int, str, str | None]]:
    for batch in read_batches(path, ["row", "start", "end", "rule", "replacement", "kind"]):
        rows = batch.filter(pc.equal(batch["kind"], kind)).to_pylist()
        yield from ((r["row"], r["end"] - r["start"], r["rule"], r["replacement"]) for r in rows)


def _language(signals: pa.Table, languages: Sequence[str]) -> Broken:
    """The rule `language`: the label is none of the routed languages. Its value is the probability."""
    label = np.array(signals["language"].to_pylist(), str)
    value = signals["language_p"].to_numpy()
    other: Bools = ~np.isin(label, np.array(list(languages), str))
    return Broken(LANGUAGE, other, value, np.full(len(label), np.nan))


def breaches_of(
    rules: Sequence[Bounds], languages: Sequence[str], signals: pa.Table, batch: pa.RecordBatch
) -> list[Broken]:
    """Which documents of a batch break the rule `language` and each of the others that decide, in their order."""
    asked = asked_of(batch, signals["language"].to_pylist())
    values = {
        name: signals[name].to_numpy().astype(np.float64)  # a null becomes nan
        for name in signals_of(rules)
    }
    deciding = (rule for rule in rules if not rule.edits)
    return [_language(signals, languages), *(broken(rule, values, asked) for rule in deciding)]


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

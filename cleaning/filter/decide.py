"""The kernel of the second step of `filter`: from signals to decisions, without reading a text."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaning.documents import TableWriter, read_batches
from cleaning.rules.apply import Asked, Broken, broken
from cleaning.rules.rule import LANGUAGE, Rule
from cleaning.text import Bools
from cleaning.view import SideTables
from pipeline.model.dataset import Characters, Documents, Ledger
from pipeline.model.stage import Work

BREACH = pa.struct([("rule", pa.string()), ("value", pa.float64()), ("threshold", pa.float64())])
DECISIONS = pa.schema(
    [
        ("id", pa.string()),
        ("kept", pa.bool_()),
        ("rule", pa.string()),  # the first that removed it, in the order of the recipe
        ("value", pa.float64()),
        ("threshold", pa.float64()),
        ("rules", pa.list_(BREACH)),  # all that would have
    ]
)


class _Account:
    """Counts where the documents of a shard and their characters go."""

    def __init__(self) -> None:
        self.documents = Documents()
        self.characters = Characters()

    def add(
        self, rules: Sequence[str | None], lengths: Sequence[int], cuts: Sequence[Counter[str]]
    ) -> None:
        """A batch: of each document the rule that removed it, its length, and what is cut by edit rule."""
        for rule, length, cut in zip(rules, lengths, cuts, strict=True):
            self.documents.in_ += 1
            self.characters.in_ += length
            if rule is not None:
                _count(self.documents.removed, rule, 1)
                _count(self.characters.cut, rule, length)
                continue
            self.documents.kept += 1
            self.characters.kept += length - cut.total()
            for name, number in cut.items():
                _count(self.characters.cut, name, number)


def _count(counts: dict[str, int], name: str, number: int) -> None:
    counts[name] = counts.get(name, 0) + number


def decide_shard(work: Work) -> None:
    """Writes one decision for each document and passes the edits of the shard on, byte for byte."""
    rules = [Rule(**rule) for rule in work.params["rules"]]
    languages = list(work.params["languages"])
    columns = list(
        dict.fromkeys(["language", "language_p", "characters", *(r.signal for r in rules)])
    )
    edits = work.one("edits").path
    cuts = _cuts(edits)
    table = SideTables([file.path for file in work.inputs["signals"]], columns)
    account, row = _Account(), 0
    with TableWriter(work.output("decisions", "decisions.parquet"), DECISIONS) as writer:
        for batch in read_batches(work.one("documents").path, ["id", "domain", "source"]):
            found = table.beside(batch)
            breaches = _language(found, languages)
            breaches += _breaches(rules, found, batch)
            decided = _decisions(breaches, batch.num_rows)
            ids = batch["id"].to_pylist()
            for id_, decision in zip(ids, decided, strict=True):
                writer.add({"id": id_, **decision})
            account.add(
                [decision["rule"] for decision in decided],
                found["characters"].to_pylist(),
                [cuts.get(row + index, Counter()) for index in range(batch.num_rows)],
            )
            row += batch.num_rows
    table.finish()
    shutil.copyfile(edits, work.output("edits", "edits.parquet"))
    work.ledger = Ledger(documents=account.documents, characters=account.characters)


def _cuts(path: Any) -> Mapping[int, Counter[str]]:
    """How many code points each rule cuts, by row."""
    found: dict[int, Counter[str]] = {}
    for batch in read_batches(path, ["row", "start", "end", "rule"]):
        for row, start, end, rule in zip(*(batch[i].to_pylist() for i in range(4)), strict=True):
            found.setdefault(row, Counter())[rule] += end - start
    return found


def _language(found: pa.Table, languages: Sequence[str]) -> list[Broken]:
    """The rule `language`: the label is none of the routed languages. Its value is the probability."""
    label = np.array(found["language"].to_pylist(), str)
    value = found["language_p"].to_numpy()
    other: Bools = ~np.isin(label, np.array(list(languages), str))
    return [Broken(LANGUAGE, other, value, np.full(len(label), np.nan))]


def _breaches(rules: Sequence[Rule], found: pa.Table, batch: pa.RecordBatch) -> list[Broken]:
    asked = Asked(
        found["language"].to_pylist(),
        batch["domain"].to_pylist(),
        pc.struct_field(batch["source"], "reader").to_pylist(),
    )
    values = {
        name: found[name].to_numpy().astype(np.float64)  # a null becomes nan
        for name in {rule.signal for rule in rules}
    }
    return [broken(rule, values, asked) for rule in rules]


def _decisions(breaches: Sequence[Broken], documents: int) -> list[dict[str, Any]]:
    """What is decided of each document: a row of the table without its id."""
    broken_by: list[list[dict[str, Any]]] = [[] for _ in range(documents)]
    for breach in breaches:
        for index in np.flatnonzero(breach.broken):
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
        {"kept": not found, **(found[0] if found else nothing), "rules": found}
        for found in broken_by
    ]

"""Which rules each document of a batch breaks: of its signals, less what the edits cut of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaning.documents import read_batches
from cleaning.rules.apply import Broken, asked_of, broken
from cleaning.rules.rule import LANGUAGE, Bounds, signals_of
from cleaning.text.batch import Bools

Cuts = Mapping[int, Counter[str]]  # code points that each rule of the edits cuts, by row
# Rules, code points, those of placeholders, by row.
Masks = Mapping[int, Sequence[tuple[str, int, int]]]


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
    described = asked_of(batch, signals["language"].to_pylist())
    values = {
        name: signals[name].to_numpy().astype(np.float64)  # a null becomes nan
        for name in signals_of(rules)
    }
    deciding = (rule for rule in rules if not rule.edits)
    return [_language(signals, languages), *(broken(rule, values, described) for rule in deciding)]

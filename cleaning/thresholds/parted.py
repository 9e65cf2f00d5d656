"""How documents are judged that `corpus` parts by their languages: as documents of the one that stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
import pyarrow as pa

from cleaning.rules.rule import Bounds, signals_of
from cleaning.text.batch import Bools

SHARES = "language_shares"
STAYS = 0.2  # of the words, as in the gate of `extract`
GOES = 0.1  # of them in other languages, from which on a text holds some
MIXED = ("language_p", "scattered_share", "english_share", "latin")  # how languages are mixed


def columns_of(rules: Iterable[Bounds], passages: bool) -> list[str]:
    """The signals that decisions by some rules read, of documents that may be parted or not."""
    own = ["language", "language_p", "characters", *[SHARES] * passages]
    return list(dict.fromkeys([*own, *signals_of(rules)]))


def parted_of(signals: pa.Table, languages: Collection[str]) -> pa.Table:
    """The signals of a batch: a document of which a part is in one of these languages is in that of most, and nothing
    is said of how its languages are mixed.
    """
    labels, parted = signals["language"].to_pylist(), np.zeros(signals.num_rows, bool)
    for row, described in enumerate(signals[SHARES].to_pylist()):
        words = described.split()
        shares = {name: float(share) for name, share in zip(words[::2], words[1::2], strict=True)}
        most, language = max(((shares.get(name, 0.0), name) for name in languages), default=(0, ""))
        if STAYS <= most <= 1 - GOES:
            labels[row], parted[row] = language, True
    if not parted.any():
        return signals
    signals = _with(signals, "language", pa.array(labels, pa.string()))
    for name in MIXED:
        if name in signals.column_names:
            signals = _with(signals, name, _without(signals[name], parted))
    return signals


def _without(values: pa.ChunkedArray, rows: Bools) -> pa.Array:
    return pa.array(values.to_numpy(), mask=rows)


def _with(signals: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return signals.set_column(signals.column_names.index(name), name, column)

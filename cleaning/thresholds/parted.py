"""How documents are judged that `corpus` parts by their languages: as documents of the one that stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from cleaning.rules.rule import Bounds, signals_of

SHARES = "language_shares"
STAYS = 0.2  # of the words, as in the gate of `extract`
GOES = 0.1  # of them in other languages, from which on a text holds some
# Code points of lines one after another in another language that `corpus` takes out, some sentences; fewer are a
# quotation, a title.
LEAST = 200
PASSAGES, SCATTERED = "passages", "scattered_share"
MIXED = ("language_p", "english_share", "latin")  # how languages are mixed in what is parted


def columns_of(rules: Iterable[Bounds], passages: bool) -> list[str]:
    """The signals that decisions by some rules read, of documents that may be parted or not."""
    own = ["language", "language_p", "characters", *[SHARES, PASSAGES] * passages]
    return list(dict.fromkeys([*own, *signals_of(rules)]))


def parted_of(signals: pa.Table, languages: Collection[str]) -> pa.Table:
    """The signals of a batch: a document of which a part is in one of these languages is in that of most. Nothing is
    said of how its languages are mixed, but for what `corpus` leaves in other languages in what is in its own.
    """
    labels, parted = signals["language"].to_pylist(), np.zeros(signals.num_rows, bool)
    owns = labels[:]
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
            signals = _with(signals, name, pa.array(signals[name].to_numpy(), mask=parted))
    if SCATTERED in signals.column_names:
        scattered: list[float | None] = signals[SCATTERED].to_pylist()
        spans = signals[PASSAGES]
        for row in np.flatnonzero(parted).tolist():
            own = owns[row]
            scattered[row] = _left(spans[row].as_py() or (), own) if own in languages else None
        signals = _with(signals, SCATTERED, pa.array(scattered, pa.float64()))
    return signals


def _left(spans: Sequence[Mapping[str, Any]], own: str) -> float:
    """Of what stays with a text in its own language the share of passages in others, which are too short to be
    documents.
    """
    sizes = [(span["language"] == own, span["end"] - span["start"]) for span in spans]
    short = sum(size for here, size in sizes if not here and size < LEAST)
    return short / max(1, short + sum(size for here, size in sizes if here))


def _with(signals: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return signals.set_column(signals.column_names.index(name), name, column)

"""A third opinion on languages: naive Bayes over runs of two to six bytes of a text.

The table is that of py3langid 0.4.0 (Marco Lui, Adrien Barbaresi; BSD-3-Clause), of ten languages and of the runs that
occur in Latin letters, rounded to steps of a twelfth (`third.npz`, which `distil` makes). As there, of the runs that
end at a byte the longest known one counts, a run that occurs n times weighs log(1 + n), and the sum is divided by the
square root of the length, so that a softmax over it is calibrated whatever the length.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaning.text.batch import Floats, Hashes, Ints, mixed

TABLE = Path(__file__).with_name("third.npz")
LABELS = ("an", "ca", "en", "es", "eu", "fr", "gl", "it", "oc", "pt")
SIZES = range(2, 7)  # bytes of a run
SHIFT = 47  # so that few runs have the same bits above it
STEP = 1 / 12  # of the weights
_LATIN = re.compile(
    rb"[\x80-\xbf]{0,2}(?:[ -~]|[\xc2\xc3][\x80-\xbf]|\xe2\x80[\x80-\xbf])*(?:[\xc2\xc3]|\xe2\x80?)?"
)


class _Table(NamedTuple):
    """The `weights` [runs, labels] of runs and the `prior` of the labels; the mixed numbers of the runs in their order,
    which run each is of, and where those begin that have the same bits above SHIFT.
    """

    weights: npt.NDArray[np.int8]
    prior: Floats
    hashes: Hashes
    order: Ints
    begins: Ints


@cache
def _table() -> _Table:
    with np.load(TABLE, allow_pickle=False) as file:
        hashes, weights, prior = mixed(file["runs"]), file["weights"], file["prior"]
    order = np.argsort(hashes)
    heads = np.arange(1 << (64 - SHIFT), dtype=np.uint64) << np.uint64(SHIFT)
    begins = np.searchsorted(hashes[order], heads)
    return _Table(weights, prior.astype(np.float64), hashes[order], order, begins)


def opinions(texts: Sequence[str]) -> Floats:
    """The probability of each of LABELS for each text, as if there were no other language [texts, labels]."""
    from cleaning.language.runs import longest  # numba, which whoever only names a signal spares

    table = _table()
    weights, runs = table.weights, len(table.weights)
    pieces = [_bytes(text) for text in texts]
    lengths = np.array([len(piece) for piece in pieces], np.int64)
    data = np.frombuffer(b"".join(pieces), np.uint8)
    text = np.repeat(np.arange(len(texts)), lengths)
    place = np.arange(len(data)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    longest_runs = np.empty(len(data), np.int64)
    longest(
        data,
        place,
        table.hashes,
        table.order,
        table.begins,
        np.uint64(SHIFT),
        SIZES.start,
        SIZES.stop,
        longest_runs,
    )
    cells, counts = np.unique((text * runs + longest_runs)[longest_runs >= 0], return_counts=True)
    of, run = np.divmod(cells, runs)
    weighed = np.log1p(counts)[:, None] * weights[run] * STEP
    sums = np.stack([np.bincount(of, column, len(texts)) for column in weighed.T], axis=1)
    scores = (sums + table.prior) / np.sqrt(np.maximum(lengths, 1))[:, None]
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    return chances / chances.sum(axis=1, keepdims=True)


def _bytes(text: str) -> bytes:
    lower = text.lower() if text.isupper() else text
    return unicodedata.normalize("NFC", lower).encode("utf-8", "replace")


def distil(to: Path) -> None:
    """Makes the table of an installed py3langid, which is needed for nothing else."""
    from py3langid import langid

    model = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    moves = np.asarray(model.tk_nextmove).reshape(-1, 256)
    # By the state of the automaton that has read them: each state is reached first by its own.
    runs = {0: b""}
    reached = [0]
    for state in reached:
        for byte, other in enumerate(moves[model.tk_row[state]].tolist()):
            if other not in runs:
                runs[other] = runs[state] + bytes([byte])
                reached.append(other)
    known: dict[int, bytes] = {}
    for state, run in runs.items():
        if (feature := model.tk_output[state]) >= 0:
            known[feature] = min(known.get(feature, run), run, key=len)
    kept = [feature for feature, run in known.items() if _LATIN.fullmatch(run)]
    numbers = np.array(
        [int.from_bytes(known[f], "big") | len(known[f]) << 48 for f in kept], np.uint64
    )
    order = np.argsort(numbers)
    columns = [model.nb_classes.index(label) for label in LABELS]
    weights = model.nb_ptc[np.array(kept)[order]][:, columns].astype(np.float32)
    weights -= weights.mean(axis=1, keepdims=True)
    rounded = np.clip(np.round(weights / STEP), -127, 127).astype(np.int8)
    prior = model.nb_pc[columns].astype(np.float32)
    np.savez_compressed(to, runs=numbers[order], weights=rounded, prior=prior)


if __name__ == "__main__":
    distil(Path(sys.argv[1]))

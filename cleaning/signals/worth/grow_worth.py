"""Learns `worth.npz`: `python -m cleaning.signals.worth.grow_worth TABLE`.

TABLE is a file of Parquet with a row for each judged document: its `text`, the columns of INPUTS, `language`, `domain`,
`bad` (what the readers said) and `weight`; `tests/benchmarks/rules/judged.py --table TABLE` writes it. The trees are
grown by LightGBM, of the extra `train`; the style is weighed by logistic regression (L-BFGS, one thread). Same table
and same LightGBM, same bytes.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from cleaning.models.boosted import Trees, arrays
from cleaning.signals.worth.style import BITS, runs, table
from cleaning.signals.worth.worth import FILE, INPUTS, features
from cleaning.text.batch import Batch, Floats, Hashes, slices

ROUNDS = 200
SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.04,
    "num_leaves": 15,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.25,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10,
    "path_smooth": 5,
    "max_bin": 63,
    "seed": 1,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
FREQUENT = 0.12  # of the texts, in which a word stands that stands for itself
PENALTY = 1 / 6  # of the squares of the weights of the style
STEPS = 60  # of L-BFGS, at most


def grown(
    x: NDArray[np.float32], bad: NDArray[np.bool_], weight: Floats, rounds: int = ROUNDS
) -> tuple[Trees, Any]:
    """The trees as a file has them, and LightGBM's own form of them; `x` [documents, numbers]."""
    import lightgbm  # of the extra `train` alone, as nothing else here is

    booster = lightgbm.train(SETTINGS, lightgbm.Dataset(x, bad, weight=weight), rounds)
    return arrays(booster.dump_model()["tree_info"]), booster


def frequent(texts: Sequence[str]) -> Hashes:
    """The words that stand for themselves, as `style.table` has them."""
    counts: Counter[int] = Counter()
    for start, stop in slices(texts):
        batch = Batch(texts[start:stop])
        owner = batch.word_document.astype(np.uint64)
        counts.update(np.unique(np.stack([owner, batch.word_hashes]), axis=1)[1].tolist())
    often = (word for word, number in counts.items() if number > FREQUENT * len(texts))
    return table(np.array(sorted(often), np.uint64))


def vectors(texts: Sequence[str], words: Hashes) -> Any:
    """What `style.scores` weighs: a sparse matrix [texts, buckets], its rows of length one."""
    first, buckets, values = [0], [], []
    for start, stop in slices(texts):
        hashes, of = runs(Batch(texts[start:stop]), words)
        for i in range(stop - start):
            distinct, number = np.unique(hashes[of[i] : of[i + 1]], return_counts=True)
            much = 1 + np.log(number)
            buckets.append(distinct)
            values.append(much / max(float(np.sqrt(much @ much)), 1e-9))
            first.append(first[-1] + len(distinct))
    cells = (np.concatenate(values), np.concatenate(buckets).astype(np.int32), np.array(first))
    return sparse.csr_matrix(cells, shape=(len(texts), 1 << BITS))


def weighed(rows: Any, bad: NDArray[np.bool_], weight: Floats) -> tuple[float, Floats]:
    """The bias and the weight of each bucket, by logistic regression."""
    y, columns = bad.astype(np.float64), rows.T.tocsr()

    def loss(at: Floats) -> tuple[float, Floats]:
        logits = rows @ at[1:] + at[0]
        cost = weight @ (np.logaddexp(0, logits) - y * logits) + PENALTY / 2 * (at[1:] @ at[1:])
        over = weight * (1 / (1 + np.exp(-logits)) - y)
        return float(cost), np.concatenate([[over.sum()], columns @ over + PENALTY * at[1:]])

    start = np.zeros(rows.shape[1] + 1)
    solution = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    return float(solution[0]), solution[1:]


def main(table: Path, file: Path = FILE) -> None:
    examples = pq.read_table(table)
    columns = [examples[name].to_numpy() for name in INPUTS]
    bad, weight = examples["bad"].to_numpy().astype(bool), examples["weight"].to_numpy()
    x = features(columns, examples["language"].to_pylist(), examples["domain"].to_pylist())
    texts = examples["text"].to_pylist()
    words = frequent(texts)
    bias, weights = weighed(vectors(texts, words), bad, weight)
    scale = np.abs(weights).max() / 127
    np.savez_compressed(
        file,
        allow_pickle=False,
        **grown(x, bad, weight)[0],
        frequent=words,
        weight=np.round(weights / scale).astype(np.int8),
        scale=np.float64(scale),
        bias=np.float64(bias),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Grows the trees of `model/trees.py` by LightGBM, for `train.py`: same pages, same LightGBM, same trees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning.extract.model.features import Floats
from cleaning.extract.model.trees import with_context
from cleaning.models.boosted import Trees, arrays

ROUNDS = 120
OF_BODIES = 80  # rounds of the trees of bodies, of which most pages are asked
SETTINGS = {
    "objective": "cross_entropy",  # a block may be main text in part
    "num_leaves": 63,
    "learning_rate": 0.1,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "max_bin": 127,
    "seed": 1,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}


def grown(
    x: Sequence[Floats],
    y: Sequence[Floats],
    share: Sequence[NDArray[np.float64]],
    rounds: int = ROUNDS,
) -> tuple[Trees, Any]:
    """The trees of pages, and LightGBM's own form of them; `share` is what each block weighs of its page."""
    import lightgbm  # of the extra `train` alone, as nothing else here is

    weight = np.concatenate(share)
    table = lightgbm.Dataset(
        np.concatenate([with_context(page) for page in x]),
        np.concatenate(y),
        weight=weight * (len(weight) / weight.sum()),
    )
    booster = lightgbm.train(SETTINGS, table, rounds)
    return arrays(booster.dump_model()["tree_info"]), booster

"""Grows the trees of `trees.py` by LightGBM, for `train.py`: same pages, same LightGBM, same trees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning.extract.features import Floats
from cleaning.extract.trees import Trees, seen

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
        np.concatenate([seen(page) for page in x]),
        np.concatenate(y),
        weight=weight * (len(weight) / weight.sum()),
    )
    booster = lightgbm.train(SETTINGS, table, rounds)
    return _arrays(booster.dump_model()["tree_info"]), booster


def _arrays(grown_trees: Sequence[dict[str, Any]]) -> Trees:
    """As `trees.load` has them."""
    feature: list[int] = []
    threshold: list[float] = []
    child: list[list[int]] = []
    value: list[float] = []

    def add(node: dict[str, Any]) -> int:
        if "leaf_value" in node:
            value.append(node["leaf_value"])
            return -len(value)
        at = len(feature)
        feature.append(node["split_feature"])
        threshold.append(node["threshold"])
        child.append([0, 0])
        child[at] = [add(node["left_child"]), add(node["right_child"])]
        return at

    root = [add(tree["tree_structure"]) for tree in grown_trees]
    exact = np.array(threshold)
    least = exact.astype(np.float32)
    # The next lower one where that was rounded up: a float32 is at most the one just where it is at most the other.
    least = np.where(least > exact, np.nextafter(least, np.float32(-np.inf)), least)
    return {
        "feature": np.array(feature, np.int16),
        "threshold": least,
        "child": np.array(child, np.int16).reshape(-1, 2),
        "root": np.array(root, np.int16),
        "value": np.array(value, np.float32),
    }

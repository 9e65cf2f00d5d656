"""The compiled networks give what their definition in plain numpy gives."""

from __future__ import annotations

import numpy as np
import pytest

from cleaning.extract.model import model, network
from cleaning.extract.model.features import OF_PAGE
from cleaning.models.products import LANES, ROWS, add_product, combining
from pipeline.compiled import bare

_COMBINATION = combining(np.array([[1, 0, -2], [0, 0.5, 0]]))


@bare
def _combined(
    x: np.ndarray, first: int, step: int, answer: np.ndarray, begin: int, apart: int
) -> None:
    _COMBINATION(x, first, step, answer, begin, apart)


@pytest.mark.parametrize("rows, deep, width", [(ROWS, 1, LANES), (4 * ROWS, 67, 3 * LANES)])
def test_a_product_is_added_to_what_is_there(rows: int, deep: int, width: int) -> None:
    chance = np.random.default_rng(0)
    x, weight, answer = (
        chance.normal(size=size).astype("float32")
        for size in ((rows + 5, deep), (deep + 3, width), (rows, width))
    )
    expected = answer + x[4 : rows + 4] @ weight[2 : deep + 2]
    add_product(x, 4, weight, 2, answer)
    np.testing.assert_allclose(answer, expected, rtol=1e-4, atol=1e-4)


def test_sums_of_rows_fill_rows_that_stand_apart() -> None:
    x = np.random.default_rng(0).normal(size=(12, 2 * LANES)).astype("float32")
    expected = np.zeros((9, 2 * LANES), "float32")
    expected[2], expected[5] = x[3] - 2 * x[7], 0.5 * x[5]
    answer = np.zeros_like(expected)
    _combined(x, 3, 2, answer, 2, 3)
    np.testing.assert_allclose(answer, expected, rtol=1e-6)


def _defined(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean answers of the networks, layer by layer."""
    with np.load(model.WEIGHTS) as file:
        w = {name: file[name].astype("float64") for name in file.files}
    x = np.clip((x[:, : len(w["mean"])] - w["mean"]) / w["deviation"], -5, 5)
    results = []
    for member in range(sum(name.endswith("out.weight") for name in w)):

        def layer(name: str, values: np.ndarray, member: int = member) -> np.ndarray:
            return values @ w[f"{member}.{name}.weight"] + w[f"{member}.{name}.bias"]

        h = np.maximum(layer("enter", x), 0)
        for index, distance in enumerate(model.DILATIONS):
            edge = np.zeros((2 * distance, h.shape[1]))
            padded = np.concatenate([edge, h, edge])
            beside = [
                padded[tap * distance : tap * distance + len(h)] for tap in range(network.TAPS)
            ]
            h = h + np.maximum(layer(f"around.{index}", np.concatenate(beside, 1)), 0)
        page = np.maximum(layer("page", np.concatenate([h.mean(0), h.max(0)])), 0)
        kinds = np.exp(layer("kind", page))
        kinds /= kinds.sum()
        whole = np.tile(np.concatenate([page, kinds]), (len(h), 1))
        block = np.maximum(layer("block", np.concatenate([h, whole], 1)), 0)
        results.append((layer("out", block), kinds))
    answers, of_page = zip(*results, strict=True)
    return np.mean(answers, 0), np.mean(of_page, 0)


@pytest.mark.parametrize("rows", [1, 2, ROWS, 5 * ROWS + 1, 100])
def test_the_networks_are_those_that_were_trained(rows: int) -> None:
    w = model.load()
    normal = np.random.default_rng(rows).normal(size=(rows, len(w["mean"]))) * 2
    x = (w["mean"] + normal * w["deviation"]).astype("float32")
    x[:, OF_PAGE] = x[0, OF_PAGE]
    for answer, expected in zip(model._answers(x), _defined(x), strict=True):
        np.testing.assert_allclose(answer, expected, rtol=1e-4, atol=1e-4)

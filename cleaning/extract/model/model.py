"""Judges the blocks of a page: a small network over the sequence of blocks, computed by `network.py`.

A block is seen with its neighbours (three dilated convolutions) and with what all blocks of the page say together,
which also tells the kind of the page. Several networks are asked and their answers averaged. They answer twice: what is
main text, and what would be the body of an article, without its title and captions. Trees (`trees.py`) are asked too,
where the page is likeliest an article what its body is, else what is main text, and count somewhat more. Pages go
through one by one, so that an answer does not depend on which pages were read with it. Trained by `learning/train.py`.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np

from cleaning.extract.model import network, trees
from cleaning.extract.model.features import OF_PAGE, Floats
from cleaning.models.products import LANES, ROWS

WEIGHTS = Path(__file__).with_name("model.npz")
# What it was trained on, with its licence, and how well it does.
ABOUT = Path(__file__).with_name("model.json")
PAGE_KINDS = ("article", "forum", "product", "collection", "listing", "documentation", "service")
_ARTICLE = PAGE_KINDS.index("article")
DILATIONS = (1, 2, 4)
_DILATIONS = np.array(DILATIONS)
OF_TREES = np.float32(0.6)  # what trees count, by development pages that neither had seen
# Of a block that the networks believe in less no tree is asked whether it is of a body.
NONE = np.float32(-4)
CLIP = np.float32(5)  # standard deviations beyond which a number says no more

Weights = dict[str, Floats]


@functools.cache
def load() -> Weights:
    """The weights that ship; those of the networks stacked, (networks, in, out) and (networks, out), of layers that see
    the blocks around one (`around`) all layers together.
    """
    with np.load(WEIGHTS, allow_pickle=False) as file:
        weights = {name: file[name].astype(np.float32) for name in file.files}
    members = sum(name.endswith("out.weight") for name in weights)

    def stacked(name: str) -> Floats:
        return np.stack([weights[f"{member}.{name}"] for member in range(members)])

    arrays = {name: weights[name] for name in ("mean", "deviation")}
    for values in ("weight", "bias"):
        for layer in ("enter", "page", "kind", "block", "out"):
            arrays[f"{layer}.{values}"] = stacked(f"{layer}.{values}")
        around = [stacked(f"around.{layer}.{values}") for layer in range(len(DILATIONS))]
        arrays[f"around.{values}"] = np.stack(around)
    layers = arrays["around.weight"]
    arrays["around.weight"] = np.stack([[network.factors(w) for w in layer] for layer in layers])
    enter, width = arrays["enter.weight"], arrays["enter.weight"].shape[2]
    arrays["enter.same"] = enter[:, OF_PAGE]
    arrays["enter.weight"] = np.delete(enter, OF_PAGE, 1)
    # As wide as the layers before it.
    for name in ("block.weight", "block.bias"):
        arrays[name] = _widened(arrays[name], width)
    arrays["block.of_page"] = arrays["block.weight"][:, width:]
    arrays["block.weight"] = arrays["block.weight"][:, :width]
    rest = width - arrays["out.weight"].shape[1]
    arrays["out.weight"] = np.pad(
        _widened(arrays["out.weight"], LANES), ((0, 0), (0, rest), (0, 0))
    )
    return {name: np.ascontiguousarray(array) for name, array in arrays.items()}


def _widened(weight: Floats, width: int) -> Floats:
    """A weight or a bias of so many columns, of which the last are zeros."""
    return np.pad(weight, ((0, 0),) * (weight.ndim - 1) + ((0, width - weight.shape[-1]),))


def about() -> dict[str, Any]:
    """What the weights were trained on."""
    description: dict[str, Any] = json.loads(ABOUT.read_text())
    return description


def judge(x: Floats) -> tuple[Floats, Floats, Floats]:
    """Logits of each block to be main text, and to be text of the body if the page is an article; how probably the page
    is of each of PAGE_KINDS.
    """
    answers, kinds = _answers(x)
    main = answers[:, 0]
    bodies = ((main + 2 * answers[:, 1]) / 3).astype(np.float32)
    if kinds.argmax() == _ARTICLE:
        asked = bodies > NONE
        bodies[asked] += OF_TREES * (trees.logits(x, trees.BODIES, asked) - bodies[asked])
    else:
        main += OF_TREES * (trees.logits(x) - main)
    return main, bodies, kinds


def probability(logits: Floats) -> Floats:
    """Of logits."""
    return (1 / (1 + np.exp(-logits))).astype(np.float32)


def _answers(x: Floats) -> tuple[Floats, Floats]:
    """What the networks say of each block, (blocks, answers), and of the page, on average."""
    w = load()
    networks, deep, width = w["enter.weight"].shape
    rows = -(-len(x) // ROWS) * ROWS
    answers = np.zeros((rows, LANES), np.float32)
    kinds = np.zeros(len(PAGE_KINDS), np.float32)
    network.answered(
        x, w["mean"], w["deviation"], CLIP, OF_PAGE.start, w["enter.weight"], w["enter.same"], w["enter.bias"],
        w["around.weight"], w["around.bias"], _DILATIONS, w["page.weight"], w["page.bias"], w["kind.weight"],
        w["kind.bias"], w["block.weight"], w["block.of_page"], w["block.bias"], w["out.weight"],
        np.empty((rows, deep), np.float32), *network.room_for(rows, width, max(DILATIONS)),
        np.empty(w["enter.same"].shape[1], np.float32), np.empty((2, width), np.float32),
        np.empty(w["block.of_page"].shape[1], np.float32), answers, kinds,
    )  # fmt: skip
    of_all = w["out.bias"].sum(0)
    return (answers[: len(x), : len(of_all)] + of_all) / networks, kinds / networks

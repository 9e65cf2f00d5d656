"""Judges the blocks of a page: a small network over the sequence of blocks, in plain numpy.

A block is seen with its neighbours (three dilated convolutions) and with what all blocks of the page say
together, which also tells the kind of the page. Several networks are asked and their answers averaged. Of what is
likelier something else than an article trees (`trees.py`) are asked too, and count as much as the networks. Pages go
through one by one, so that an answer does not depend on which pages were read with it. What is the body of an
article is asked of others, which have also seen titles and captions that are none. Trained by `train.py`.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np

from cleaning.extract import compiled, trees
from cleaning.extract.features import Floats

WEIGHTS = Path(__file__).with_name("model.npz")
BODIES = Path(__file__).with_name("bodies.npz")
ABOUT = Path(__file__).with_name(
    "model.json"
)  # what it was trained on, with its licence, and how well it does
PAGE_KINDS = ("article", "forum", "product", "collection", "listing", "documentation", "service")
_ARTICLE = PAGE_KINDS.index("article")
DILATIONS = (1, 2, 4)
TAPS = 5  # blocks that a convolution looks at
CLIP = np.float32(5)  # standard deviations beyond which a number says no more

Weights = dict[str, Floats]


@functools.cache
def load(path: Path = WEIGHTS) -> Weights:
    """The weights that ship; those of the networks stacked, (networks, in, out) and (networks, 1, out)."""
    with np.load(path, allow_pickle=False) as file:
        weights = {name: file[name].astype(np.float32) for name in file.files}
    members = sum(name.endswith("out.weight") for name in weights)
    stacked = {name: weights[name] for name in ("mean", "deviation")}
    for name in (name.removeprefix("0.") for name in weights if name.startswith("0.")):
        layer = np.stack([weights[f"{member}.{name}"] for member in range(members)])
        stacked[name] = layer if layer.ndim == 3 else layer[:, None]
    return stacked


def about() -> dict[str, Any]:
    """What the weights were trained on."""
    found: dict[str, Any] = json.loads(ABOUT.read_text())
    return found


def judge(x: Floats) -> tuple[Floats, Floats]:
    """Logits of each block to be main text, and how probably the page is of each of PAGE_KINDS."""
    answers, kinds = _answers(WEIGHTS, x)
    logits = answers[:, 0]
    if np.argmax(kinds) != _ARTICLE:
        logits = (logits + trees.logits(x)) * np.float32(0.5)
    return logits, kinds


def judge_body(x: Floats, main: Floats) -> Floats:
    """Logits of each block of an article to be text of its body; `main` are those of `judge`, which count a third."""
    return ((main + 2 * _answers(BODIES, x)[0][:, 1]) / 3).astype(np.float32)


def probability(logits: Floats) -> Floats:
    """Of logits."""
    return (1 / (1 + np.exp(-logits))).astype(np.float32)


def _answers(path: Path, x: Floats) -> tuple[Floats, Floats]:
    """What the networks say of each block, (blocks, answers), and of the page, on average."""
    w = load(path)
    standard = np.empty((len(x), len(w["mean"])), np.float32)
    compiled.standardised(x, w["mean"], w["deviation"], CLIP, standard)

    def times(name: str, values: Floats) -> Floats:
        answer: Floats = np.matmul(values, w[f"{name}.weight"])
        return answer

    def positive(name: str, values: Floats) -> Floats:
        answer = times(name, values)
        compiled.positive(answer, w[f"{name}.bias"])
        return answer

    h = positive("enter", standard)
    beside = np.empty((*h.shape[:2], TAPS, h.shape[2]), np.float32)
    flat = beside.reshape(*h.shape[:2], -1)
    for index, dilation in enumerate(DILATIONS):
        compiled.taps(h, dilation, beside)
        compiled.add_positive(h, times(f"around.{index}", flat), w[f"around.{index}.bias"])
    page = positive("page", np.concatenate([h.mean(1, keepdims=True), h.max(1, keepdims=True)], 2))
    kinds = times("kind", page) + w["kind.bias"]
    kinds = np.exp(kinds - kinds.max(2, keepdims=True))
    kinds /= kinds.sum(2, keepdims=True)
    whole = np.concatenate([page, kinds], 2)
    wide = np.empty((*h.shape[:2], h.shape[2] + whole.shape[2]), np.float32)
    wide[:, :, : h.shape[2]], wide[:, :, h.shape[2] :] = h, whole
    answers = times("out", positive("block", wide)) + w["out.bias"]
    return answers.mean(0), kinds[:, 0].mean(0)

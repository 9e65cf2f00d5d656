"""Judges the blocks of a page: a small network over the sequence of blocks, in plain numpy.

A block is seen with its neighbours (three dilated convolutions) and with what all blocks of the page say
together, which also tells the kind of the page. Several networks are asked and their answers averaged. Pages go
through one by one, so that an answer does not depend on which pages were read with it. What is the body of an
article is asked of others, which have also seen titles and captions that are none. Trained by `train.py`.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np

from cleaning.extract.features import Floats

WEIGHTS = Path(__file__).with_name("model.npz")
BODIES = Path(__file__).with_name("bodies.npz")
ABOUT = Path(__file__).with_name(
    "model.json"
)  # what it was trained on, with its licence, and how well it does
PAGE_KINDS = ("article", "forum", "product", "collection", "listing", "documentation", "service")
DILATIONS = (1, 2, 4)
TAPS = 5  # blocks that a convolution looks at
CLIP = 5.0  # standard deviations beyond which a number says no more

Weights = dict[str, Floats]


@functools.cache
def load(path: Path = WEIGHTS) -> tuple[Weights, int]:
    """The weights that ship, and how many networks they are."""
    with np.load(path, allow_pickle=False) as file:
        weights = {name: file[name].astype(np.float32) for name in file.files}
    return weights, sum(name.endswith("out.weight") for name in weights)


def about() -> dict[str, Any]:
    """What the weights were trained on."""
    found: dict[str, Any] = json.loads(ABOUT.read_text())
    return found


def judge(x: Floats) -> tuple[Floats, Floats]:
    """Logits of each block to be main text, and how probably the page is of each of PAGE_KINDS."""
    logits, kinds = _answers(WEIGHTS, x)
    return logits[:, 0], kinds


def judge_body(x: Floats, main: Floats) -> Floats:
    """Logits of each block of an article to be text of its body; `main` are those of `judge`, which count a third."""
    return ((main + 2 * _answers(BODIES, x)[0][:, 1]) / 3).astype(np.float32)


def probability(logits: Floats) -> Floats:
    """Of logits."""
    return (1 / (1 + np.exp(-logits))).astype(np.float32)


def _answers(path: Path, x: Floats) -> tuple[Floats, Floats]:
    weights, members = load(path)
    mean = weights["mean"]
    x = np.clip((x[:, : len(mean)] - mean) / weights["deviation"], -CLIP, CLIP)
    answers = [_network(weights, f"{member}.", x) for member in range(members)]
    return np.mean([a[0] for a in answers], 0), np.mean([a[1] for a in answers], 0)


def _network(w: Weights, member: str, x: Floats) -> tuple[Floats, Floats]:
    def linear(name: str, values: Floats) -> Floats:
        return values @ w[f"{member}{name}.weight"] + w[f"{member}{name}.bias"]

    h = np.maximum(linear("enter", x), 0)
    for index, dilation in enumerate(DILATIONS):
        h = h + np.maximum(linear(f"around.{index}", _taps(h, dilation)), 0)
    page = np.maximum(linear("page", np.concatenate([h.mean(0), h.max(0)])), 0)
    kinds = linear("kind", page)
    kinds = np.exp(kinds - kinds.max())
    kinds /= kinds.sum()
    whole = np.broadcast_to(np.concatenate([page, kinds]), (len(h), len(page) + len(kinds)))
    last = np.maximum(linear("block", np.concatenate([h, whole], 1)), 0)
    return linear("out", last), kinds


def _taps(h: Floats, dilation: int) -> Floats:
    """Beside each row those before and after it, at this distance; zeros beyond the ends."""
    reach = TAPS // 2 * dilation
    padded = np.pad(h, ((reach, reach), (0, 0)))
    return np.concatenate([padded[k * dilation : k * dilation + len(h)] for k in range(TAPS)], 1)

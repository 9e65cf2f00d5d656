"""Trains a Transformer and its rivals at three sizes and three budgets on the same tokens, and asks who scales better.

Each rival is compared with the Transformer cell by cell, in the same size and on the same tokens: the logarithm of the
ratio of their held-out bits per byte is fitted by a plane over the logarithms of size and tokens, whose residuals (the
noise of a run, and what is no plane) give 95 % intervals. `winner_margin`: by which share the Transformer gains on its
best rival when computing grows tenfold, half of it by size and half by tokens, with its `interval`; `ahead`: the ratio
in the largest cell less one. A positive margin whose interval holds no zero says that the Transformer gains more from
more computing. `exponents`: the power by which bits per byte fall with FLOPs along the lower envelope of the runs of a
family; `runs`: how many were trained. `--keep FOLDER` goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.run_cache import RunCache
from tests.training.corpora import corpus, prose, rows, run
from training.models.registry import FAMILIES
from training.pretrain.stage import Pretrain
from training.shard.stage import Shard
from training.tokenizer.stage import Tokenizer

RIVALS = ("decoder", "lstm", "lstm-residual", "convolution", "gmlp", "retention")
SIZES = ((2, 64), (3, 96), (4, 160))  # depth and width
BUDGETS = (10_000, 30_000, 90_000)  # tokens: eight minutes of a core for all
STUDENT = (
    2.447  # of 6 degrees of freedom, two-sided, 95 %: nine cells less three numbers of a plane
)


def point(folder: Path, inputs: Any, model: str, size: tuple[int, int], tokens: int) -> list[float]:
    """FLOPs and bits per byte of a run."""
    depth, width = size
    params: dict[str, Any] = {"model": model, "depth": depth, "width": width, "context": 128}
    params |= {"batch": 1024, "tokens": tokens, "eval_every": 10**6, "eval_tokens": 15_000}
    if FAMILIES[model].heads:
        params["heads"] = width // 32
    figures = (
        run(Pretrain(), folder, inputs, params, {"device": "cpu", "threads": 1}).shards[0].figures
    )
    flops = figures["flops_per_token"] * figures["tokens"]
    return [flops, figures["validation_bpb"]]


def exponent(points: np.ndarray) -> float:
    """The power by which bits per byte fall with FLOPs, along the lower envelope of the points (FLOPs, bits)."""
    ordered = points[np.argsort(points[:, 0])]
    best = ordered[ordered[:, 1] <= np.minimum.accumulate(ordered[:, 1])]
    if len(np.unique(best[:, 0])) < 2:
        return 0.0
    return -float(np.polyfit(np.log(best[:, 0]), np.log(best[:, 1]), 1)[0])


def margin(transformer: np.ndarray, rival: np.ndarray, cells: list[Any]) -> tuple[float, float]:
    """By which share the Transformer gains on a rival with ten times the computing, and the half of its interval.

    `transformer`, `rival`: bits per byte of each cell of (size, tokens), where a size is (depth, width).
    """
    size = [np.log(depth * width**2) for (depth, width), _ in cells]
    plane = np.column_stack([np.ones(len(cells)), size, [np.log(n) for _, n in cells]])
    ratio = np.log(rival / transformer)
    fitted, _, _, _ = np.linalg.lstsq(plane, ratio, rcond=None)
    freedom = len(cells) - plane.shape[1]
    noise = float(((ratio - plane @ fitted) ** 2).sum()) / max(1, freedom)
    way = np.array([0, 1, 1]) * np.log(10) / 2
    spread = float(way @ np.linalg.inv(plane.T @ plane) @ way) * noise
    return float(way @ fitted), STUDENT * float(np.sqrt(spread))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    quick, kept = arguments.quick, RunCache(arguments.keep)
    families, budgets = (
        ((RIVALS[0], *RIVALS[2:4]), (5_000, 10_000, 20_000)) if quick else (RIVALS, BUDGETS)
    )
    cells = [(size, budget) for size in SIZES for budget in budgets]
    curves: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = prose("parliamentary", 400_000 if quick else 4_000_000, longest=20_000)
        text = corpus(folder, [rows("news", texts)])
        tokenizer = run(Tokenizer(), folder, {"corpus": text}, {"vocabulary": 2048})
        tokens = run(Shard(), folder, {"corpus": text, "tokenizer": tokenizer})
        inputs = {"tokens": tokens, "tokenizer": tokenizer}
        for family in families:
            points = []
            for number, cell in enumerate(cells):
                make = partial(point, folder / f"{family}-{number}", inputs, family, *cell)
                points.append(kept(f"{family} {cell}", make))
            curves[family] = np.array(points)
    bits = {family: points[:, 1] for family, points in curves.items()}
    rivals = {}
    for family in families[1:]:
        gain, half = margin(bits["decoder"], bits[family], cells)
        rivals[family] = {
            "margin": round(gain, 4),
            "interval": [round(gain - half, 4), round(gain + half, 4)],
            "ahead": round(float(bits[family][-1] / bits["decoder"][-1]) - 1, 4),
        }
    best = min(families[1:], key=lambda family: bits[family][-1])
    figures = {
        "winner_margin": rivals[best]["margin"],
        "interval": rivals[best]["interval"],
        "runs": sum(map(len, curves.values())),
        "rival": best,
        "rivals": rivals,
        "exponents": {family: round(exponent(points), 4) for family, points in curves.items()},
        "best": {family: float(own.min()) for family, own in bits.items()},
    }
    print(json.dumps({"benchmark": "rivals", "figures": figures}))


if __name__ == "__main__":
    main()

"""Trains a Transformer and its rivals at several sizes and budgets on the same tokens, and asks who scales better.

Of each family the held-out bits per byte by FLOPs, the best of the sizes at each budget, is fitted as a power of the
FLOPs. `winner_margin`: the exponent of the Transformer less that of its best rival; `interval`: its 95 % interval over
draws of the runs; `runs`: how many were trained. A positive margin whose interval holds no zero says that the
Transformer gains more from more computing.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.training.corpora import corpus, prose, rows, run
from training.models.registry import FAMILIES
from training.pretrain.stage import Pretrain
from training.shard.stage import Shard
from training.tokenizer.stage import Tokenizer

RIVALS = ("decoder", "lstm", "convolution", "gmlp", "retention")
SIZES = ((2, 64), (3, 96), (4, 160))  # depth and width
BUDGETS = (20_000, 60_000, 200_000)  # tokens: ten minutes of a core for all
DRAWS = 2000


def point(folder: Path, inputs: Any, model: str, size: tuple[int, int], tokens: int) -> list[float]:
    """FLOPs and bits per byte of a run."""
    depth, width = size
    params: dict[str, Any] = {"model": model, "depth": depth, "width": width, "context": 128}
    params |= {"batch": 1024, "tokens": tokens, "eval_every": 10**6, "eval_tokens": 30_000}
    if FAMILIES[model].heads:
        params["heads"] = width // 32
    figures = (
        run(Pretrain(), folder, inputs, params, {"device": "cpu", "threads": 1}).shards[0].figures
    )
    flops = figures["flops_per_token"] * figures["tokens"]
    print(f"{model} {size} {tokens:,}: {figures['validation_bpb']}", file=sys.stderr)
    return [flops, figures["validation_bpb"]]


def exponent(points: np.ndarray) -> float:
    """The power by which bits per byte fall with FLOPs, along the lower envelope of the points (FLOPs, bits)."""
    ordered = points[np.argsort(points[:, 0])]
    best = ordered[ordered[:, 1] <= np.minimum.accumulate(ordered[:, 1])]
    if len(np.unique(best[:, 0])) < 2:
        return 0.0
    return -float(np.polyfit(np.log(best[:, 0]), np.log(best[:, 1]), 1)[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    families, sizes = (RIVALS[:3], SIZES[:2]) if quick else (RIVALS, SIZES)
    budgets = (20_000, 60_000) if quick else BUDGETS
    curves: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = prose("parliamentary", 400_000 if quick else 6_000_000, longest=20_000)
        text = corpus(folder, [rows("news", texts)])
        tokenizer = run(Tokenizer(), folder, {"corpus": text}, {"vocabulary": 2048})
        tokens = run(Shard(), folder, {"corpus": text, "tokenizer": tokenizer})
        inputs = {"tokens": tokens, "tokenizer": tokenizer}
        for family in families:
            cases = [(size, budget) for size in sizes for budget in budgets]
            curves[family] = np.array(
                [
                    point(folder / f"{family}-{number}", inputs, family, *case)
                    for number, case in enumerate(cases)
                ]
            )
    powers = {family: exponent(points) for family, points in curves.items()}
    rival = max(families[1:], key=powers.__getitem__)
    draw = np.random.default_rng(1)
    margins = []
    for _ in range(DRAWS):
        pair = [c[draw.integers(0, len(c), len(c))] for c in (curves["decoder"], curves[rival])]
        margins.append(exponent(pair[0]) - exponent(pair[1]))
    figures = {
        "winner_margin": round(powers["decoder"] - powers[rival], 4),
        "interval": [round(float(x), 4) for x in np.percentile(margins, [2.5, 97.5])],
        "runs": sum(map(len, curves.values())),
        "rival": rival,
        "exponents": {family: round(power, 4) for family, power in powers.items()},
        "best": {family: float(points[:, 1].min()) for family, points in curves.items()},
    }
    print(json.dumps({"benchmark": "rivals", "figures": figures}))


if __name__ == "__main__":
    main()

"""Measures going on after a stop: whether the result is the same to the bit, and how long it takes to open.

`bitwise`: a run of the quickstart's size and of `steps` steps that is stopped `stops` times at random ends in the
bytes of one that was not. `open_s`: seconds from opening a file of `tokens` tokens and a checkpoint to the batch
of the next step, in a process that has torch loaded.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from pipeline.errors import Stopped  # noqa: E402
from pipeline.model.dataset import Manifest  # noqa: E402
from tests.training.corpora import ALONE, corpus, prose, rows, run  # noqa: E402
from training.pretrain.stage import Pretrain  # noqa: E402
from training.shard.stage import Shard  # noqa: E402
from training.tokenizer.stage import Tokenizer  # noqa: E402


def bitwise(folder: Path, steps: int, stops: int) -> bool:
    text = corpus(folder, [rows("news", prose("parliamentary", 300_000, longest=4_000))])
    tokenizer = run(Tokenizer(), folder, {"corpus": text})
    inputs = {"corpus": text, "tokenizer": tokenizer}
    datasets = {"tokens": run(Shard(), folder, inputs), "tokenizer": tokenizer}
    params: dict[str, Any] = {"steps": steps, "dropout": 0.1}
    whole = run(Pretrain(), folder / "whole", datasets, params, ALONE)
    draw = random.Random(1)
    for _ in range(stops):
        count: Iterator[int] = iter(range(draw.randint(1, steps // stops), 0, -1))
        stopping = lambda count=count: next(count, 0) <= 1  # noqa: E731
        try:
            run(Pretrain(), folder / "parts", datasets, params, ALONE, stopping)
        except Stopped as stop:
            print(stop, file=sys.stderr)
    parts = run(Pretrain(), folder / "parts", datasets, params, ALONE)
    return _weights(parts) == _weights(whole)


def _weights(model: Manifest) -> list[str]:
    return [f.sha256 for f in model.files("model")]


def open_seconds(folder: Path, tokens: int) -> float:
    import torch

    from training.models.decoder import Llama
    from training.models.transformer import Shape
    from training.pretrain.loop.checkpoint import Checkpoints
    from training.pretrain.loop.optimizer import optimizers
    from training.pretrain.loop.rates import Rates
    from training.shard.megatron import Sequences, Writer
    from training.streams.blocks import Blocks
    from training.streams.stream import Stream

    paths = folder / "large.bin", folder / "large.idx"
    draw = np.random.default_rng(1)
    with Writer(*paths, 32_000) as writer:
        for _ in range(tokens // 1_000_000):
            for document in draw.integers(0, 32_000, (1000, 1000), dtype=np.uint16):
                writer.add(document)

    def build() -> tuple[Llama, Any, Checkpoints]:
        model = Llama(Shape(vocabulary=32_000, depth=4, width=128, heads=4, context=256))
        return (
            model,
            optimizers(model, "muon", Rates(0.0, 0.0), 0.1),
            Checkpoints(folder / "checkpoints", {}, {}),
        )

    model, optimizer, checkpoints = build()
    sum(weight.sum() for weight in model.parameters()).backward()
    optimizer.step(torch.zeros(()))
    checkpoints.save(123_456, model, optimizer)
    checkpoints.wait()
    begun = time.perf_counter()
    model, optimizer, checkpoints = build()
    stream = Stream([Sequences(*paths)])
    blocks = Blocks({"all": stream}, {"all": 1.0}, context=256, rows=64, seed=1)
    blocks(checkpoints.restore(model, optimizer) or 0)
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        steps, stops = (24, 3) if quick else (100, 8)
        tokens = 10**8 if quick else 10**9
        figures = {
            "steps": steps,
            "stops": stops,
            "bitwise": bitwise(folder, steps, stops),
            "tokens": tokens,
            "open_s": round(open_seconds(folder, tokens), 3),
        }
    print(json.dumps({"benchmark": "resume", "figures": figures}))


if __name__ == "__main__":
    main()

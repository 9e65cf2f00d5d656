"""Measures the limits of data parallelism: what a step takes in 1, 2 and 4 processes, and the critical batch.

`step_s` of one process, and of each number with DDP and FSDP2, at the same batch (the median by the clock, so a
machine that does nothing else is needed); `efficiency`: the step of one process over N times that of N;
`exchange_s`: what a step of two takes beyond one process at half the batch, so for gradients to meet. Processes beyond
the processors share them: theirs is a time of the protocol, not of a device. `processor_s`: the processor seconds of
a step, of all its processes together, whatever else the machine does; `overhead`: over those of one process.
`noise_scale`: the critical batch in tokens (McCandlish 2018) over the first, second and last third of a training.
`bits_per_byte`: of held-out text after the same tokens in batches of several sizes, at the shipped rates: where it
rises, the batch is beyond the critical one. `--keep FOLDER` goes on where it was stopped, `--only` does one half.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.run_cache import RunCache
from tests.training.corpora import corpus, prose, rows, run
from training.pretrain.loop.noise import noise_scale
from training.pretrain.stage import Pretrain
from training.shard.stage import Shard
from training.tokenizer.stage import Tokenizer

BATCH, PARTS = 8192, 8  # tokens of a step, and micro-batches of it where noise is watched
BATCHES = (1024, 4096, 16_384)
ALONE: dict[str, Any] = {"device": "cpu", "threads": 1}
Lines = list[dict[str, Any]]


def lines_of(path: Path) -> Lines:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def step_seconds(
    folder: Path, inputs: Any, batch: int, steps: int, **context: Any
) -> dict[str, float]:
    """The median step by the clock, and the mean one by the processor, without the first two."""
    params = {"batch": batch, "micro_batch": 1024, "steps": steps, "log_every": 1}
    params |= {"eval_every": steps, "eval_tokens": 256}
    marks: list[tuple[float, float]] = []  # tokens done, processor seconds of all processes

    def progress(done: float, total: float | None, unit: str) -> None:
        if 2 * batch <= done and "scoring" not in unit:
            marks.append((done, processor_seconds()))

    run(Pretrain(), folder, inputs, params, ALONE | context, progress=progress)
    (path,) = folder.rglob("speed.jsonl")
    clock = statistics.median(batch / x["tokens_per_second"] for x in lines_of(path)[2:])
    (first, before), (last, after) = marks[0], next(m for m in marks if m[0] == marks[-1][0])
    spent = (after - before) / (last - first) * batch
    return {"seconds": round(clock, 4), "processor": round(spent, 4)}


def processor_seconds() -> float:
    """Of this process and its living children."""
    own = psutil.Process()
    return sum(sum(p.cpu_times()[:2]) for p in [own, *own.children(recursive=True)])


def curve(folder: Path, inputs: Any, batch: int, tokens: int, noise: bool) -> Lines:
    params: dict[str, Any] = {"batch": batch, "steps": tokens // batch, "log_every": 1}
    params |= {"eval_every": tokens // batch, "eval_tokens": 20_000}
    if noise:
        params |= {"micro_batch": batch // PARTS, "noise_scale": True}
    model = run(Pretrain(), folder, inputs, params, ALONE)
    return lines_of(Path(model.files("metrics")[0].path))


def times(folder: Path, inputs: Any, kept: RunCache, steps: int, most: int) -> dict[str, Any]:
    def step(batch: int, **context: Any) -> dict[str, float]:
        name = f"{batch} {context} {steps}"
        taken: dict[str, float] = kept(
            name, partial(step_seconds, folder / name, inputs, batch, steps, **context)
        )
        return taken

    alone = step(BATCH)
    numbers = [n for n in (2, 4) if n <= most]
    cases = [("ddp", n) for n in numbers] + [("fsdp", 2)]
    many = {f"{strategy} {n}": step(BATCH, processes=n, strategy=strategy) for strategy, n in cases}
    half, every = step(BATCH // 2), {"one": alone} | many
    return {
        "step_s": {name: s["seconds"] for name, s in every.items()},
        "efficiency": {
            name: round(alone["seconds"] / int(name.split()[1]) / s["seconds"], 3)
            for name, s in many.items()
        },
        "exchange_s": round(many["ddp 2"]["seconds"] - half["seconds"], 4),
        "processor_s": {name: s["processor"] for name, s in every.items()},
        "overhead": {
            name: round(s["processor"] / alone["processor"], 3) for name, s in many.items()
        },
    }


def critical(folder: Path, inputs: Any, kept: RunCache, tokens: int) -> dict[str, Any]:
    def watched() -> dict[str, Any]:
        lines = [x for x in curve(folder / "noise", inputs, BATCH, tokens, True) if "loss" in x]
        third = -(-len(lines) // 3)
        thirds = [noise_scale(lines[n : n + third]) for n in range(0, len(lines), third)]
        return {"thirds": thirds, "whole": noise_scale(lines)}

    def worth(batch: int) -> dict[str, Any]:
        lines = curve(folder / f"batch {batch}", inputs, batch, tokens, False)
        return {"bits": next(x for x in reversed(lines) if "validated" in x)}

    noise = kept(f"noise {tokens}", watched)
    bits = {
        str(batch): kept(f"batch {batch} {tokens}", partial(worth, batch))["bits"]
        for batch in BATCHES
    }
    by_batch = {name: round(line["validation_bpb"], 4) for name, line in bits.items()}
    return {"noise_scale": noise, "bits_per_byte": by_batch, "tokens": tokens}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only", choices=["times", "critical"])
    arguments = parser.parse_args()
    quick, only, kept = arguments.quick, arguments.only, RunCache(arguments.keep)
    figures: dict[str, Any] = {"processors": len(os.sched_getaffinity(0)), "batch": BATCH}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = prose("parliamentary", 1_000_000 if quick else 4_000_000, longest=20_000)
        text = corpus(folder, [rows("speeches", texts)])
        tokenizer = run(Tokenizer(), folder, {"corpus": text}, {"vocabulary": 4096})
        tokens = run(Shard(), folder, {"corpus": text, "tokenizer": tokenizer}, {"validation": 0.1})
        inputs = {"tokens": tokens, "tokenizer": tokenizer}
        if only != "critical":
            figures |= times(folder, inputs, kept, 4 if quick else 12, 2 if quick else 4)
        if only != "times":
            figures |= critical(folder, inputs, kept, 3 * 16_384 if quick else 50 * 16_384)
    print(json.dumps({"benchmark": "data_parallel", "figures": figures}))


if __name__ == "__main__":
    main()

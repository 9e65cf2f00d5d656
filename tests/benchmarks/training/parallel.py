"""Measures that no split changes a training: accumulation in 1, 2 and 8 parts, and 1, 2 and 4 processes.

`first_step` and `after_50`: the largest relative difference of the loss from that of one process without
accumulation, of the first step and after 50; masked, so that rows have different numbers of targets. `configurations`:
how many were compared. `--keep FOLDER` goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.run_cache import RunCache
from tests.training.corpora import corpus, prose, rows, run
from training.pretrain.stage import Pretrain
from training.shard.stage import Shard
from training.tokenizer.stage import Tokenizer

SHAPE: dict[str, Any] = {"depth": 2, "width": 64, "heads": 2, "context": 64, "batch": 1024}
SHAPE |= {"objective": "masked", "log_every": 1, "eval_tokens": 500, "learning_rate": 0.005}


def losses(folder: Path, inputs: Any, steps: int, parts: int, **context: Any) -> list[float]:
    rows_at_once = 1024 // parts // int(context.get("processes", 1))
    params = SHAPE | {"steps": steps, "eval_every": steps, "micro_batch": rows_at_once}
    model = run(Pretrain(), folder, inputs, params, {"device": "cpu", "threads": 1} | context)
    lines = Path(model.files("metrics")[0].path).read_text().splitlines()
    return [line["loss"] for line in map(json.loads, lines) if "loss" in line]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    quick, kept = arguments.quick, RunCache(arguments.keep)
    steps = 6 if quick else 50
    cases: list[tuple[int, dict[str, Any]]] = [(2, {}), (8, {})]
    for processes in (2,) if quick else (2, 4):
        for strategy in ("ddp", "fsdp"):
            cases.append((2, {"processes": processes, "strategy": strategy}))
    first, last = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = corpus(folder, [rows("news", prose("news_encyclopedic", 200_000, longest=4_000))])
        tokenizer = run(Tokenizer(), folder, {"corpus": text}, {"vocabulary": 1024})
        tokens = run(Shard(), folder, {"corpus": text, "tokenizer": tokenizer})
        inputs = {"tokens": tokens, "tokenizer": tokenizer}
        whole = kept(
            f"whole {steps}", lambda: {"losses": losses(folder / "whole", inputs, steps, 1)}
        )
        for number, (parts, context) in enumerate(cases):
            make = partial(losses, folder / str(number), inputs, steps, parts, **context)
            other = kept(f"{parts} {context} {steps}", lambda make=make: {"losses": make()})
            pairs = zip(whole["losses"], other["losses"], strict=True)
            gaps = [abs(a - b) / a for a, b in pairs]
            first.append(gaps[0])
            last.append(gaps[-1])
            print(f"{parts} parts, {context}: {gaps[0]:.1e}, {gaps[-1]:.1e}", file=sys.stderr)
    figures = {"first_step": max(first), "after_50": max(last), "configurations": len(cases)}
    print(json.dumps({"benchmark": "parallel", "figures": figures | {"steps": steps}}))


if __name__ == "__main__":
    main()

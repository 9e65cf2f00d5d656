"""Measures training on one GPU: GPT-2's size (124 M), bf16, compiled, against nanoGPT's own train.py on the same card.

`tokens_s`: tokens a second, the median after the first ten steps; `mfu`: the share of the card's peak; `ratio_nanogpt`:
over nanoGPT's, null without `NANOGPT_DIR`. All are null where there is no GPU. Tokens are drawn at random: what is
measured is speed alone. `--rehearse` takes the same ways at a toy size on a processor, whose figures say nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[3]))

from training.models.gpt2 import Gpt2
from training.objectives.causal import Causal
from training.pretrain.loop.optimizer import optimizers
from training.pretrain.loop.ranks import Learner
from training.pretrain.loop.rates import Rates
from training.pretrain.sizes import peak_of

VOCABULARY, MICRO_BATCHES, WARM = 50_257, 8, 10
GPT2 = {"depth": 12, "width": 768, "heads": 12, "context": 1024}
TOY = {"depth": 2, "width": 32, "heads": 2, "context": 32}


def ours(steps: int, numbers: dict[str, int], rows: int, device: torch.device) -> dict[str, Any]:
    torch.set_float32_matmul_precision("high")
    model = Gpt2(Gpt2.shape_type.of(VOCABULARY, numbers), seed=1).to(device)
    draw = np.random.default_rng(1)
    size = rows * MICRO_BATCHES, numbers["context"] + 1
    causal = Causal(lambda step: draw.integers(0, VOCABULARY, size), None, 1)
    learner = torch.compile(Learner(model, causal))
    optimizer = optimizers(model, "adamw", Rates(6e-4, 6e-4), 0.1)
    keep = torch.zeros((), device=device)
    batch, times = causal.batch(0), []
    for _ in range(steps):
        begun = time.perf_counter()
        for micro_batch in batch.micro_batches(rows, device):
            with torch.autocast(device.type, torch.bfloat16):
                loss = learner(micro_batch) / batch.count
            loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step(keep)
        optimizer.zero_grad()
        if device.type == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - begun)
    speed = batch.count / statistics.median(times[WARM:])
    peak = peak_of(device)
    return {
        "tokens_s": round(speed),
        "mfu": round(speed * model.flops() / peak, 4) if peak else None,
    }


def nanogpt(
    folder: Path, steps: int, numbers: dict[str, int], rows: int, device: torch.device
) -> float | None:
    """Its tokens a second at the same size; None without NANOGPT_DIR."""
    home = os.environ.get("NANOGPT_DIR")
    if not home:
        return None
    draw = np.random.default_rng(1)
    for name in ("train.bin", "val.bin"):
        draw.integers(0, VOCABULARY, 5_000_000, dtype=np.uint16).tofile(folder / name)
    # A pickle is what nanoGPT reads the size of the vocabulary from; nothing of ours reads it.
    (folder / "meta.pkl").write_bytes(pickle.dumps({"vocab_size": VOCABULARY + 47}))
    options = {
        "dataset": folder,
        "out_dir": folder / "out",
        "device": device.type,
        "dtype": "bfloat16",
        "n_layer": numbers["depth"],
        "n_head": numbers["heads"],
        "n_embd": numbers["width"],
        "eval_iters": 1,
        "eval_interval": 10**6,
        "log_interval": 1,
        "batch_size": rows,
        "block_size": numbers["context"],
        "gradient_accumulation_steps": MICRO_BATCHES,
        "max_iters": steps,
    }
    command = [sys.executable, "train.py", *(f"--{k}={v}" for k, v in options.items())]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=True)
    times = [
        float(x) / 1000 for x in re.findall(r"iter \d+: loss .*?, time ([\d.]+)ms", done.stdout)
    ]
    return rows * MICRO_BATCHES * numbers["context"] / statistics.median(times[WARM:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rehearse", action="store_true")
    arguments = parser.parse_args()
    steps = 15 if arguments.quick or arguments.rehearse else 50
    figures: dict[str, Any] = {"tokens_s": None, "mfu": None, "ratio_nanogpt": None}
    if torch.cuda.is_available() or arguments.rehearse:
        toy = arguments.rehearse
        numbers, rows, device = (TOY, 2, "cpu") if toy else (GPT2, 32, "cuda")
        case = steps, numbers, rows, torch.device(device)
        card = "none, a rehearsal" if toy else torch.cuda.get_device_name()
        tokens = steps * rows * MICRO_BATCHES * numbers["context"]
        figures |= {"card": card, "tokens": tokens} | ours(*case)
        with tempfile.TemporaryDirectory() as folder:
            theirs = nanogpt(Path(folder), *case)
        figures["ratio_nanogpt"] = round(figures["tokens_s"] / theirs, 3) if theirs else None
    print(json.dumps({"benchmark": "train_gpu", "figures": figures}))


if __name__ == "__main__":
    main()

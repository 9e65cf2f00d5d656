"""Measures training on one GPU: GPT-2's size (124 M), bf16, compiled, against nanoGPT's own train.py on the same card.

`tokens_s`: tokens a second, the median after the first ten steps; `mfu`: the share of the card's peak; `ratio_nanogpt`:
over nanoGPT's, null without `NANOGPT_DIR`. All are null where there is no GPU. Tokens are drawn at random: what is
measured is speed alone.
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

sys.path.insert(0, str(Path(__file__).parents[2]))

from training.models.gpt2 import Gpt2
from training.objectives.causal import Causal
from training.pretrain.optimizer import Rates, optimizers
from training.pretrain.ranks import Learner
from training.pretrain.sizes import peak_of

VOCABULARY, CONTEXT, ROWS, PARTS = 50_257, 1024, 32, 8


def ours(steps: int) -> dict[str, Any]:
    device = torch.device("cuda")
    torch.set_float32_matmul_precision("high")
    numbers = {"depth": 12, "width": 768, "heads": 12, "context": CONTEXT}
    model = Gpt2(Gpt2.shape_type.of(VOCABULARY, numbers), seed=1).to(device)
    draw = np.random.default_rng(1)
    causal = Causal(lambda step: draw.integers(0, VOCABULARY, (ROWS * PARTS, CONTEXT + 1)), None, 1)
    learner = torch.compile(Learner(model, causal))
    optimizer = optimizers(model, "adamw", Rates(6e-4, 6e-4), 0.1)
    keep = torch.zeros((), device=device)
    batch, times = causal.batch(0), []
    for _ in range(steps):
        begun = time.perf_counter()
        for micro_batch in batch.micro_batches(ROWS, device):
            with torch.autocast("cuda", torch.bfloat16):
                loss = learner(micro_batch) / batch.count
            loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step(keep)
        optimizer.zero_grad()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - begun)
    speed = batch.count / statistics.median(times[10:])
    peak = peak_of(device)
    return {
        "tokens_s": round(speed),
        "mfu": round(speed * model.flops() / peak, 4) if peak else None,
    }


def nanogpt(folder: Path, steps: int) -> float | None:
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
        "dtype": "bfloat16",
        "eval_iters": 1,
        "eval_interval": 10**6,
        "log_interval": 1,
        "batch_size": ROWS,
        "block_size": CONTEXT,
        "gradient_accumulation_steps": PARTS,
        "max_iters": steps,
    }
    command = [sys.executable, "train.py", *(f"--{k}={v}" for k, v in options.items())]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=True)
    times = [
        float(x) / 1000 for x in re.findall(r"iter \d+: loss .*?, time ([\d.]+)ms", done.stdout)
    ]
    return ROWS * PARTS * CONTEXT / statistics.median(times[10:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    steps = 15 if parser.parse_args().quick else 50
    figures: dict[str, Any] = {"tokens_s": None, "mfu": None, "ratio_nanogpt": None}
    if torch.cuda.is_available():
        figures |= {"card": torch.cuda.get_device_name()} | ours(steps)
        with tempfile.TemporaryDirectory() as folder:
            theirs = nanogpt(Path(folder), steps)
        figures["ratio_nanogpt"] = round(figures["tokens_s"] / theirs, 3) if theirs else None
    print(json.dumps({"benchmark": "train_gpu", "figures": figures}))


if __name__ == "__main__":
    main()

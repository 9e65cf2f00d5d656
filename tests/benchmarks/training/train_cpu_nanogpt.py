"""Beside nanoGPT's own train.py: the seconds to the loss that it ends with, and tokens a second.

As a program: our half, `FOLDER SHARE TOKENS SEED`, in a process of its own.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tests.run_cache import RunCache

sys.path.insert(0, str(Path(__file__).parents[3]))  # as a program
from tests.benchmarks.training.train_cpu_data import CONTEXT, WINDOWS

RATES, BATCHES = (3e-4, 1e-3, 2e-3, 4e-3, 8e-3), (4, 16)
FINALISTS = 2  # settings of nanoGPT that are tried over all tokens
SHARES = (0.2, 0.3, 0.45, 0.7, 1.0)  # of nanoGPT's tokens


def ours(folder: Path, share: float, tokens: int, seed: int) -> dict[str, Any]:
    """Our stage, by its defaults, on a share of `tokens`: its seconds, and the loss on the windows."""
    import torch

    from pipeline.model.dataset import Manifest
    from tests.training.corpora import run
    from training.models.cost import cost
    from training.models.model import load
    from training.pretrain.stage import Pretrain

    inputs = {
        name: Manifest.from_json(json.loads((folder / f"{name}.json").read_bytes()))
        for name in ("tokens", "tokenizer")
    }
    params = {"tokens": max(CONTEXT, int(share * tokens)), "seed": seed}
    steps: list[tuple[float, float]] = []  # tokens read, seconds

    def progress(done: float, total: float | None, unit: str) -> None:
        if "scoring held-out" not in unit:
            steps.append((done, time.process_time()))

    with tempfile.TemporaryDirectory() as name:
        begun = time.perf_counter(), time.process_time()
        alone = {"device": "cpu", "threads": 1}
        trained = run(Pretrain(), Path(name), inputs, params, alone, progress=progress)
        clock, seconds = time.perf_counter() - begun[0], time.process_time() - begun[1]
        files = {f.name: Path(f.path) for f in trained.files("model")}
        model = load(files["model.safetensors"], files["config.json"])
    speeds = [(b[0] - a[0]) / (b[1] - a[1]) for a, b in pairwise(steps) if a[0] < b[0]]
    windows = torch.from_numpy(np.load(folder / "windows.npy"))
    with torch.no_grad():
        parts = [cost(model, model.states(w[:, :-1]), w[:, 1:]) for w in windows.split(16)]
    return {
        "seconds": seconds,  # of the whole stage, evaluation, checkpoints and export among them
        "clock": clock,
        "loss": float(sum(parts)) / WINDOWS / CONTEXT,
        "speed": statistics.median(speeds),
    }


NANOGPT_LOSS = """
import sys, torch, numpy as np
sys.path.insert(0, ".")
from model import GPT, GPTConfig
state = torch.load(sys.argv[1], weights_only=True)
model = GPT(GPTConfig(**state["model_args"]))
model.load_state_dict(state["model"])
model.eval()
windows = torch.from_numpy(np.load(sys.argv[2]))
with torch.no_grad():
    losses = [float(model(w[:, :-1], w[:, 1:].contiguous())[1]) for w in windows.split(16)]
print(sum(losses) / len(losses))
"""


def nanogpt(folder: Path, tokens: int, rate: float, rows: int, seed: int = 1337) -> dict[str, Any]:
    """nanoGPT's own train.py at that size: its seconds with its evaluations, and the loss on the windows."""
    home = os.environ["NANOGPT_DIR"]
    out = folder / f"nanogpt-{tokens}-{rate}-{rows}-{seed}"
    steps = tokens // rows // CONTEXT
    options = {
        "dataset": folder,
        "out_dir": out,
        "device": "cpu",
        "dtype": "float32",
        "compile": False,
        "eval_iters": 4,
        "eval_interval": steps,
        "log_interval": 1,
        "always_save_checkpoint": True,
        "gradient_accumulation_steps": 1,
        "batch_size": rows,
        "block_size": CONTEXT,
        "n_layer": 4,
        "n_head": 4,
        "n_embd": 128,
        "max_iters": steps,
        "learning_rate": rate,
        "min_lr": rate / 10,
        "warmup_iters": max(1, steps // 20),
        "lr_decay_iters": steps,
    }
    # The seed stands in the file itself, so it is set before that runs; the clocks begin with its loop.
    program = Path(home, "train.py").read_text()
    clocks = "(time.time(), time.process_time())"
    program = program.replace("time.time()", "time.process_time()")  # of a step, which it prints
    for old, new in (
        ("torch.manual_seed(1337 + seed_offset)", f"torch.manual_seed({seed})"),
        ("\nt0 = time.process_time()\n", f"\nbegun = {clocks}\nt0 = time.process_time()\n"),
    ):
        assert program.count(old) == 1
        program = program.replace(old, new)
    program += f"\nprint('took', *(b - a for a, b in zip(begun, {clocks})))\n"
    command = [sys.executable, "-", *(f"--{k}={v}" for k, v in options.items())]
    done = subprocess.run(
        command, cwd=home, input=program, capture_output=True, text=True, check=True
    )
    clock, seconds = map(float, re.findall(r"took ([\d.]+) ([\d.]+)", done.stdout)[0])
    scored = [sys.executable, "-c", NANOGPT_LOSS, str(out / "ckpt.pt"), str(folder / "windows.npy")]
    loss = subprocess.run(scored, cwd=home, capture_output=True, text=True, check=True).stdout
    steps_ms = [float(ms) for ms in re.findall(r"^iter .* time ([\d.]+)ms", done.stdout, re.M)]
    return {
        "seconds": seconds,
        "clock": clock,
        "loss": float(loss.splitlines()[-1]),
        "speed": 1000 * rows * CONTEXT / statistics.median(steps_ms),
    }


def best_settings(folder: Path, kept: RunCache, tokens: int, most: int) -> list[tuple[float, int]]:
    """nanoGPT's best rates and rows a step over so many tokens, the best first."""
    settings = [(rate, rows) for rows in BATCHES for rate in RATES]

    losses = []
    for setting in settings:
        run = kept(f"nanoGPT {tokens} {setting}", lambda s=setting: nanogpt(folder, tokens, *s))
        losses.append(run["loss"])
    return [settings[n] for n in np.argsort(losses)[:most]]


def beside_nanogpt(
    folder: Path, kept: RunCache, tokens: int, seeds: int, best: Sequence[float] | None
) -> dict[str, Any]:
    """The ratios to nanoGPT: its best setting found, then the seeds in turn."""
    if not os.environ.get("NANOGPT_DIR"):
        return {"ratio_seconds_nanogpt": None, "ratio_nanogpt": None}

    def theirs(setting: tuple[float, int], seed: int) -> dict[str, Any]:
        name = f"nanoGPT {tokens} {setting} seed {seed}"
        run: dict[str, Any] = kept(
            name, lambda: nanogpt(folder, tokens, *setting, seed=1336 + seed)
        )
        return run

    finalists = (
        [(best[0], int(best[1]))] if best else best_settings(folder, kept, tokens // 4, FINALISTS)
    )
    setting = min(finalists, key=lambda s: theirs(s, 1)["loss"])
    seconds, clocks, speeds, reached = [], [], [], []
    for seed in range(1, seeds + 1):
        peer = theirs(setting, seed)
        for share in SHARES:
            own = kept(
                f"ours {tokens} {share} seed {seed}",
                lambda s=share, n=seed: _alone(folder, s, tokens, n),
            )
            if own["loss"] <= peer["loss"]:
                seconds.append(peer["seconds"] / own["seconds"])
                clocks.append(peer["clock"] / own["clock"])
                reached.append(share)
                break
        speeds.append(own["speed"] / peer["speed"])
    return {
        "ratio_seconds_nanogpt": round(statistics.median(seconds), 3) if seconds else None,
        "ratio_clock_nanogpt": round(statistics.median(clocks), 3) if clocks else None,
        "reached": len(seconds),
        "seeds": seeds,
        "shares": reached,
        "nanogpt_rate": setting[0],
        "nanogpt_rows": setting[1],
        "ratio_nanogpt": round(statistics.median(speeds), 3),
    }


def _alone(*words: Any) -> dict[str, Any]:
    """Our half in a process of its own."""
    command = [sys.executable, __file__, *map(str, words)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


if __name__ == "__main__":
    place, part, budget, number = sys.argv[1:]
    print(json.dumps(ours(Path(place), float(part), int(budget), int(number))))

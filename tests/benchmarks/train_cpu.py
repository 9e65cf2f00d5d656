"""Measures training on one CPU thread against nanoGPT and the Hugging Face Trainer, at one size, on the same tokens.

`ratio_nanogpt`: our tokens per second over those of nanoGPT's own train.py (4 layers of 128, context 256; null
without `NANOGPT_DIR`). `ratio_hf`: over the Trainer's, on the same LlamaForCausalLM, weights and batches.
`loss_gap`: the mean difference of our losses from the Trainer's, step by step (nats). `ratio_hf_mlm` is
null until there is a masked objective. Each runs in a process of its own, in `turns` of `steps` steps over `tokens`
tokens in all; ratios are medians.
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
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

ROWS, CONTEXT, VOCABULARY = 4, 256, 4096
PEAK = 1e-3


def build(folder: Path, steps: int) -> None:
    """Writes the first weights, the batches of every step and the same tokens for nanoGPT."""
    from tests.training.corpora import corpus, prose, rows, run
    from training.models.decoder import Decoder
    from training.models.model import save
    from training.models.transformer import Shape
    from training.shard.stage import Shard
    from training.tokenizer.stage import Tokenizer

    text = corpus(folder, [rows("news", prose("parliamentary", 2_000_000, longest=20_000))])
    params = {"vocabulary": VOCABULARY}
    tokenizer = run(Tokenizer(), folder, {"corpus": text}, params)
    inputs = {"corpus": text, "tokenizer": tokenizer}
    tokens = run(Shard(), folder, inputs, {"validation": 0.05, "test": 0})
    for split, name in (("train", "train.bin"), ("validation", "val.bin")):
        (made,) = (f for f in tokens.files(f"news/{split}") if f.name.endswith(".bin"))
        (folder / name).write_bytes(Path(made.path).read_bytes())
    # A pickle is what nanoGPT reads the size of the vocabulary from; nothing of ours reads it.
    (folder / "meta.pkl").write_bytes(pickle.dumps({"vocab_size": VOCABULARY}))
    ids = np.fromfile(folder / "train.bin", dtype="<u2").astype(np.int64)
    starts = np.random.default_rng(1).integers(0, len(ids) - CONTEXT - 1, (steps, ROWS))
    np.save(folder / "batches.npy", ids[starts[..., None] + np.arange(CONTEXT + 1)])
    model = Decoder(
        Shape(vocabulary=VOCABULARY, depth=4, width=128, heads=4, context=CONTEXT), seed=1
    )
    save(model, folder / "model.safetensors", folder / "config.json")


def ours(folder: Path) -> dict[str, Any]:
    """Our loop over the batches: seconds and loss of each step."""
    from training.models.model import load
    from training.objectives.causal import Causal
    from training.pretrain.checkpoint import Checkpoints
    from training.pretrain.loop import Run, train
    from training.pretrain.metrics import Metrics
    from training.pretrain.optimizer import adamw, schedule

    batches = np.load(folder / "batches.npy")
    causal = Causal(lambda step: batches[step], tokenizer=None, seed=1)
    model = load(folder / "model.safetensors", folder / "config.json")
    times = [time.perf_counter()]
    with tempfile.TemporaryDirectory() as scratch:
        metrics = Metrics(Path(scratch) / "metrics.jsonl")
        train(
            Run(
                model=model,
                loss=partial(causal.loss, model),
                optimizer=adamw(model, weight_decay=0.0),
                batch=causal.batch,
                rate=schedule("wsd", PEAK, len(batches), warmup=0, decay=0),
                validate=dict,
                checkpoints=Checkpoints(Path(scratch), {}, {}),
                metrics=metrics,
                progress=lambda done, total, unit: times.append(time.perf_counter()),
                stopping=lambda: False,
                steps=len(batches),
                seed=1,
                micro_rows=ROWS,
                log_every=1,
                eval_every=10**9,
                checkpoint_seconds=10**9,
            )
        )
        losses = [line["loss"] for line in metrics.lines() if "loss" in line]
    return {"seconds": np.diff(times).tolist(), "losses": losses}


def hugging_face(folder: Path) -> dict[str, Any]:
    """The peer's half: the Trainer over the same batches, in their order, from the same weights."""
    import torch
    from torch.utils.data import SequentialSampler
    from transformers import LlamaForCausalLM, Trainer, TrainerCallback, TrainingArguments

    rows = torch.from_numpy(np.load(folder / "batches.npy")).flatten(0, 1)
    times: list[float] = []

    class Clock(TrainerCallback):
        def on_step_end(self, *args: Any, **more: Any) -> None:
            times.append(time.perf_counter())

    class InOrder(Trainer):
        def _get_train_sampler(self, *args: Any) -> SequentialSampler:
            return SequentialSampler(rows)

    arguments = TrainingArguments(
        output_dir=str(folder / "hf"),
        per_device_train_batch_size=ROWS,
        num_train_epochs=1,
        learning_rate=PEAK,
        lr_scheduler_type="constant",
        weight_decay=0.0,
        adam_beta2=0.95,
        logging_steps=1,
        save_strategy="no",
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
    )
    data = [{"input_ids": row, "labels": row} for row in rows]
    model = LlamaForCausalLM.from_pretrained(folder, attn_implementation="sdpa")
    trainer = InOrder(model=model, args=arguments, train_dataset=data, callbacks=[Clock()])
    trainer.train()
    losses = [float(line["loss"]) for line in trainer.state.log_history if "loss" in line]
    return {"seconds": np.diff(times).tolist(), "losses": losses}


def nanogpt(folder: Path, steps: int) -> dict[str, Any] | None:
    """nanoGPT's own train.py at that size; None without NANOGPT_DIR."""
    home = os.environ.get("NANOGPT_DIR")
    if not home:
        return None
    options = {
        "dataset": folder,
        "out_dir": folder / "nanogpt",
        "device": "cpu",
        "dtype": "float32",
        "compile": False,
        "eval_iters": 1,
        "always_save_checkpoint": False,
        "gradient_accumulation_steps": 1,
        "batch_size": ROWS,
        "block_size": CONTEXT,
        "n_layer": 4,
        "n_head": 4,
        "n_embd": 128,
        "max_iters": steps,
        "learning_rate": PEAK,
        "decay_lr": False,
    }
    command = [sys.executable, "train.py", *(f"--{k}={v}" for k, v in options.items())]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=True)
    times = re.findall(r"iter \d+: loss .*?, time ([\d.]+)ms", done.stdout)
    return {"seconds": [float(x) / 1000 for x in times]}


def speed(run: dict[str, Any]) -> float:
    """Tokens per second of the median step after the first five."""
    return ROWS * CONTEXT / statistics.median(run["seconds"][5:])


def measure(folder: Path, steps: int, repeats: int) -> dict[str, Any]:
    from tests.benchmarks.peers import peer

    ratios: dict[str, list[float]] = {"nanogpt": [], "hf": []}
    gap = None
    for _ in range(repeats):
        command = [sys.executable, __file__, "--ours", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        own = json.loads(done.stdout.splitlines()[-1])
        theirs = {"hf": peer(__file__, "transformers", folder), "nanogpt": nanogpt(folder, steps)}
        print(f"ours {speed(own):.0f} tokens/s", file=sys.stderr, end="")
        for name, run in theirs.items():
            if run:
                ratios[name].append(speed(own) / speed(run))
                print(f", {name} {speed(run):.0f}", file=sys.stderr, end="")
        print(file=sys.stderr)
        if hf := theirs["hf"]:
            gap = float(np.mean(np.array(own["losses"]) - np.array(hf["losses"])))
    middle = {k: round(statistics.median(v), 3) if v else None for k, v in ratios.items()}
    return {
        "steps": steps,
        "tokens": steps * ROWS * CONTEXT,
        "turns": repeats,
        "ratio_nanogpt": middle["nanogpt"],
        "ratio_hf": middle["hf"],
        "ratio_hf_mlm": None,
        "loss_gap": None if gap is None else round(gap, 5),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--ours", type=Path)
    parser.add_argument("--peer", nargs=2)
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    if arguments.peer:
        print(json.dumps(hugging_face(Path(arguments.peer[1]))))
        return
    sys.path.insert(0, str(Path(__file__).parents[2]))
    if arguments.ours:
        print(json.dumps(ours(arguments.ours)))
        return
    steps, repeats = (30, 1) if arguments.quick else (100, 5)
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), steps)
        figures = measure(Path(folder), steps, repeats)
    print(json.dumps({"benchmark": "train_cpu", "figures": figures}))


if __name__ == "__main__":
    main()

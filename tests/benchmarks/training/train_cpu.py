"""Measures training on one CPU thread against nanoGPT and the Hugging Face Trainer: the same tokens, fp32, uncompiled.

`ratio_seconds_nanogpt`: the seconds of nanoGPT's own train.py over those of ours to the loss that it ends with, on 128
held-out windows that neither saw: nanoGPT at the best of five rates and two batches (or what `--best RATE ROWS` says),
ours by the shipped default, evaluation counted in both; the median of the seeds. Ours trains on a share of its tokens,
chosen on another text; a larger one is tried where that does not reach the loss. `ratio_nanogpt`: tokens a second
of the median step over nanoGPT's. `ratio_hf`, `ratio_hf_mlm`: over the Trainer's, of the same LlamaForCausalLM and
ModernBertForMaskedLM, weights and batches. `loss_gap`: the mean difference of our losses from the Trainer's, step by
step (nats); the two take their steps in turn, so that whatever the machine does meanwhile meets both.
Null without `NANOGPT_DIR`, or without the peer. Seconds are those of the processor, one thread having one, so that a
machine on which others work too measures the same; those of the clock stand beside them (`ratio_clock_nanogpt`).

nanoGPT's ten settings are each run over a quarter of the tokens, the best two of them over all. `--keep FOLDER` keeps
the data and what each run gave, so that a long measurement goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))
from tests.benchmarks.training.train_cpu_data import build
from tests.benchmarks.training.train_cpu_nanogpt import beside_nanogpt
from tests.benchmarks.training.train_cpu_trainer import beside_trainer
from tests.run_cache import RunCache


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--best", nargs=2, type=float)
    parser.add_argument("--tokens", type=int)
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--only", choices=("nanogpt", "trainer"))
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    quick = arguments.quick
    tokens = arguments.tokens or (60_000 if quick else 2_000_000)
    seeds = arguments.seeds or (1 if quick else 3)
    best = arguments.best or ([2e-3, 4] if quick else None)
    figures: dict[str, Any] = {"tokens": tokens}
    with ExitStack() as stack:
        name = arguments.keep or stack.enter_context(tempfile.TemporaryDirectory())
        folder = Path(name).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        if not (ready := folder / "ready").exists():
            build(folder, 3_000_000 if quick else 6_000_000, 20 if quick else 50)
            ready.touch()
        kept = RunCache(folder)
        if arguments.only != "trainer":
            figures |= beside_nanogpt(folder, kept, tokens, seeds, best)
        if arguments.only != "nanogpt":
            figures |= beside_trainer(folder, kept, 1 if quick else 3)
    print(json.dumps({"benchmark": "train_cpu", "figures": figures}))


if __name__ == "__main__":
    main()

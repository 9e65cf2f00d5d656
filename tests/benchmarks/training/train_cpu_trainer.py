"""Beside the Hugging Face Trainer: the same model, weights and batches, step for step, each half waiting for the other.

As a program: a half, `--ours FOLDER KIND`, or in the peer's environment `--peer transformers FOLDER/KIND`.
"""

from __future__ import annotations

import json
import os
import select
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tests.run_cache import RunCache

sys.path.insert(0, str(Path(__file__).parents[3]))  # as a program
from tests.benchmarks.training.train_cpu_data import CONTEXT, FAMILIES, ROWS

PEAK = 1e-3  # rate
HALVES = ("ours", "theirs")
PLACE = "TAHONA_TURNS"  # names the folder of their pipes
PATIENCE = 300.0  # seconds


class Turns:
    """Lets one of two processes take a step at a time: each gives the turn to the other and waits for its own.

    The turns of a half come through a pipe that is named after it. A TimeoutError where the other does not go on.
    """

    def __init__(self, half: str) -> None:
        (other,) = set(HALVES) - {half}
        place = Path(os.environ[PLACE])
        # Each for both ways, so that no half waits for the other to open it.
        self.own, self.other = (os.open(place / name, os.O_RDWR) for name in (half, other))

    def take(self) -> None:
        if not select.select([self.own], [], [], PATIENCE)[0]:
            raise TimeoutError("the other half of the benchmark does not go on")
        os.read(self.own, 1)

    def give(self) -> None:
        os.write(self.other, b".")


def ours(folder: Path, kind: str) -> dict[str, Any]:
    """Our loop over the batches: processor seconds and loss of each step."""
    import torch

    from training.device import computing
    from training.models.model import load
    from training.objectives.causal import Causal
    from training.objectives.objective import batch_of
    from training.pretrain.loop.checkpoint import Checkpoints
    from training.pretrain.loop.guard import Guard
    from training.pretrain.loop.loop import Run, train
    from training.pretrain.loop.metrics import Metrics
    from training.pretrain.loop.noise import Noise
    from training.pretrain.loop.optimizer import optimizers
    from training.pretrain.loop.pace import Pace
    from training.pretrain.loop.ranks import Learner, Ranks
    from training.pretrain.loop.rates import Rates

    arrays = dict(np.load(folder / f"{kind}.npz"))
    labels = arrays.pop("labels")
    if kind == "causal":
        arrays["targets"] = labels[..., 1:]
    model = load(folder / kind / "model.safetensors", folder / kind / "config.json")
    learner = Learner(model, Causal(None, None, seed=1))
    steps, spent, begun = len(labels), list[float](), time.process_time()
    turns = Turns("ours")

    def told(tokens: float, total: float | None, unit: str) -> None:
        nonlocal begun
        if tokens == len(spent) * ROWS * CONTEXT:  # no step: before the first, or after the last
            return
        spent.append(time.process_time() - begun)
        turns.give()
        if len(spent) < steps:
            turns.take()
        begun = time.process_time()

    alone = {"device": "cpu", "threads": 1}  # computing: as the stage does around its loop
    with tempfile.TemporaryDirectory() as scratch, computing(alone):
        metrics = Metrics(Path(scratch) / "metrics.jsonl")
        turns.take()
        begun = time.process_time()
        train(
            Run(
                model=model,
                loss=learner,
                optimizer=optimizers(model, "adamw", Rates(PEAK, PEAK), 0.0),
                batch=lambda step: batch_of({k: v[step] for k, v in arrays.items()}),
                share=lambda step: 1.0,
                tokens=lambda n: n * ROWS * CONTEXT,
                validate=lambda tell: {},
                checkpoints=Checkpoints(Path(scratch), {}, {}),
                metrics=metrics,
                guard=Guard(torch.device("cpu")),
                ranks=Ranks(),
                pace=Pace(told, steps, lambda n: n * ROWS * CONTEXT),
                noise=Noise(),
                cast=nullcontext,
                stopping=lambda: False,
                steps=steps,
                seed=1,
                micro_rows=ROWS,
                log_every=1,
                eval_every=10**9,
                checkpoint_seconds=10**9,
            )
        )
        losses = [line["loss"] for line in metrics.lines() if "loss" in line]
    return {"seconds": spent, "losses": losses}


def hugging_face(folder: Path, kind: str) -> dict[str, Any]:
    """The peer's half: the Trainer over the same batches, in their order, from the same weights."""
    import torch
    import transformers
    from torch.utils.data import SequentialSampler

    arrays = np.load(folder / f"{kind}.npz")
    ids = arrays["labels"] if kind == "causal" else arrays["ids"]
    inputs, labels = (torch.from_numpy(a.reshape(-1, a.shape[-1])) for a in (ids, arrays["labels"]))
    spent, begun, turns = list[float](), 0.0, Turns("theirs")

    class Clock(transformers.TrainerCallback):
        def on_train_begin(self, *args: Any, **more: Any) -> None:
            self._go_on()

        def on_step_end(self, *args: Any, **more: Any) -> None:
            spent.append(time.process_time() - begun)
            turns.give()
            if len(spent) < len(inputs) // ROWS:
                self._go_on()

        def _go_on(self) -> None:
            nonlocal begun
            turns.take()
            begun = time.process_time()

    class InOrder(transformers.Trainer):
        def _get_train_sampler(self, *args: Any) -> SequentialSampler:
            return SequentialSampler(inputs)

    arguments = transformers.TrainingArguments(
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
    data = [{"input_ids": i, "labels": own} for i, own in zip(inputs, labels, strict=True)]
    family = getattr(transformers, FAMILIES[kind][1])
    model = family.from_pretrained(folder / kind, attn_implementation="sdpa")
    trainer = InOrder(model=model, args=arguments, train_dataset=data, callbacks=[Clock()])
    trainer.train()
    losses = [float(line["loss"]) for line in trainer.state.log_history if "loss" in line]
    return {"seconds": spent, "losses": losses}


def beside_trainer(folder: Path, kept: RunCache, repeats: int) -> dict[str, Any]:
    """The ratios to the Trainer, medians over turns."""
    figures: dict[str, Any] = {}
    for kind, name in (("causal", "ratio_hf"), ("masked", "ratio_hf_mlm")):
        ratios, gap = [], None
        for turn in range(repeats):
            pair = kept(f"by turns {kind} {turn}", lambda k=kind: _by_turns(folder, k))
            if not pair:
                continue
            own, theirs = pair["ours"], pair["theirs"]
            ratios.append(theirs["step"] / own["step"])
            gap = float(np.mean(np.array(own["losses"]) - np.array(theirs["losses"])))
        figures[name] = round(statistics.median(ratios), 3) if ratios else None
        if kind == "causal":
            figures["loss_gap"] = None if gap is None else round(gap, 5)
    return figures


def _by_turns(folder: Path, kind: str) -> dict[str, Any]:
    """Our loop and the Trainer, step for step; nothing where the peer isn't built."""
    from tests.benchmarks.peers import ENVIRONMENTS, READY, peer

    if not (ENVIRONMENTS / "transformers" / READY).is_file():
        return {}
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(1) as pool:
        os.environ[PLACE] = name  # both inherit it
        for half in HALVES:
            os.mkfifo(Path(name, half))
        Turns("theirs").give()
        theirs = pool.submit(peer, __file__, "transformers", folder / kind)
        own = _alone(folder, kind)
        return {"ours": _step(own), "theirs": _step(theirs.result())}


def _step(run: dict[str, Any] | None) -> dict[str, Any]:
    """The seconds of a step, without those of the first ones, and its losses."""
    assert run
    return {"step": statistics.median(run["seconds"][5:]), "losses": run["losses"]}


def _alone(folder: Path, kind: str) -> dict[str, Any]:
    """Our half in a process of its own."""
    command = [sys.executable, __file__, "--ours", str(folder), kind]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


if __name__ == "__main__":
    half, *words = sys.argv[1:]
    if half == "--ours":
        print(json.dumps(ours(Path(words[0]), words[1])))
    else:
        place = Path(words[1])
        print(json.dumps(hugging_face(place.parent, place.name)))

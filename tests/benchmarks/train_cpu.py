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
import pickle
import re
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tests.run_cache import RunCache

ROWS, CONTEXT, VOCABULARY = 4, 256, 4096
PEAK = 1e-3
WINDOWS = 128
RATES, BATCHES = (3e-4, 1e-3, 2e-3, 4e-3, 8e-3), (4, 16)
FINALISTS = 2  # settings of nanoGPT that are tried over all tokens
SHARES = (0.2, 0.3, 0.45, 0.7, 1.0)  # of nanoGPT's tokens
HALVES = ("ours", "theirs")  # of the comparison with the Trainer
PLACE = "TAHONA_TURNS"  # names the folder of their pipes
PATIENCE = 300.0  # seconds
FAMILIES = {"causal": ("llama", "LlamaForCausalLM"), "masked": ("encoder", "ModernBertForMaskedLM")}


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


def build(folder: Path, size: int, steps: int) -> None:
    """Writes tokens, the same for nanoGPT, held-out windows, and first weights and batches for the Trainer."""
    import torch

    from tests.training.corpora import corpus, prose, rows, run
    from training.models.model import save
    from training.models.registry import FAMILIES as MODELS
    from training.objectives.masked import Masking, targets_of
    from training.shard.stage import Shard
    from training.tokenizer.stage import Tokenizer
    from training.tokenizer.vocabulary import load

    text = corpus(folder, [rows("news", prose("parliamentary", size, longest=20_000))])
    params = {"vocabulary": VOCABULARY}
    tokenizer = run(Tokenizer(), folder, {"corpus": text}, params)
    inputs = {"corpus": text, "tokenizer": tokenizer}
    tokens = run(Shard(), folder, inputs, {"validation": 0.1, "test": 0})
    for name, dataset in (("tokens", tokens), ("tokenizer", tokenizer)):
        (folder / f"{name}.json").write_text(json.dumps(dataset.to_json()))
    for split, name in (("train", "train.bin"), ("validation", "val.bin")):
        (made,) = (f for f in tokens.files(f"news/{split}") if f.name.endswith(".bin"))
        (folder / name).write_bytes(Path(made.path).read_bytes())
    # A pickle is what nanoGPT reads the size of the vocabulary from; nothing of ours reads it.
    (folder / "meta.pkl").write_bytes(pickle.dumps({"vocab_size": VOCABULARY}))
    draw = np.random.default_rng(1)
    cut = partial(_windows, draw)
    np.save(folder / "windows.npy", cut(folder / "val.bin", WINDOWS))
    batches = cut(folder / "train.bin", steps * ROWS).reshape(steps, ROWS, -1)
    np.savez(folder / "causal.npz", ids=batches[..., :-1], labels=batches)
    masking = Masking(load(Path(tokenizer.files("model")[0].path)), seed=1)
    ids = batches[..., :-1].reshape(-1, CONTEXT)
    shown, chosen = masking(ids, np.arange(ids.size).reshape(ids.shape))
    places, targets = targets_of(ids, chosen)
    parts = {
        "ids": shown,
        "labels": np.where(chosen, ids, -100),
        "places": places,
        "targets": targets,
    }
    np.savez(folder / "masked.npz", **{k: v.reshape(steps, ROWS, -1) for k, v in parts.items()})
    numbers = {"depth": 4, "width": 128, "heads": 4, "context": CONTEXT}
    for kind, (family, _) in FAMILIES.items():
        (folder / kind).mkdir()
        model = MODELS[family].load()
        made_model = model(model.shape_type.of(VOCABULARY, numbers), seed=1)
        with torch.no_grad():  # projections that begin at zero would hide a difference
            for weight in made_model.parameters():
                weight.add_(torch.randn(weight.shape) * 0.01)
        save(made_model, folder / kind / "model.safetensors", folder / kind / "config.json")


def _windows(draw: np.random.Generator, path: Path, count: int) -> Any:
    ids = np.fromfile(path, dtype="<u2").astype(np.int64)
    starts = draw.integers(0, len(ids) - CONTEXT - 1, count)
    return ids[starts[:, None] + np.arange(CONTEXT + 1)]


def to_loss(folder: Path, share: float, tokens: int, seed: int) -> dict[str, Any]:
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

    def progress(done: float, total: float | None, said: str) -> None:
        if "scoring held-out" not in said:
            steps.append((done, time.process_time()))

    with tempfile.TemporaryDirectory() as name:
        begun = time.perf_counter(), time.process_time()
        alone = {"device": "cpu", "threads": 1}
        made = run(Pretrain(), Path(name), inputs, params, alone, progress=progress)
        clock, seconds = time.perf_counter() - begun[0], time.process_time() - begun[1]
        files = {f.name: Path(f.path) for f in made.files("model")}
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


def ours(folder: Path, kind: str) -> dict[str, Any]:
    """Our loop over the batches: processor seconds and loss of each step."""
    import torch

    from training.device import computing
    from training.models.model import load
    from training.objectives.causal import Causal
    from training.objectives.objective import batch_of
    from training.pretrain.checkpoint import Checkpoints
    from training.pretrain.guard import Guard
    from training.pretrain.loop import Run, train
    from training.pretrain.metrics import Metrics
    from training.pretrain.noise import Noise
    from training.pretrain.optimizer import Rates, optimizers
    from training.pretrain.pace import Pace
    from training.pretrain.ranks import Learner, Ranks

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
        own = _child("--ours", folder, kind)
        return {"ours": _step(own), "theirs": _step(theirs.result())}


def _step(run: dict[str, Any] | None) -> dict[str, Any]:
    """The seconds of a step, without those of the first ones, and its losses."""
    assert run
    return {"step": statistics.median(run["seconds"][5:]), "losses": run["losses"]}


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
                lambda s=share, n=seed: _child("--to-loss", folder, s, tokens, n),
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


def _child(*words: Any) -> dict[str, Any]:
    command = [sys.executable, __file__, *map(str, words)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--best", nargs=2, type=float)
    parser.add_argument("--tokens", type=int)
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--only", choices=("nanogpt", "trainer"))
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--ours", nargs=2)
    parser.add_argument("--to-loss", nargs=4)
    parser.add_argument("--peer", nargs=2)
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    if arguments.peer:
        place = Path(arguments.peer[1])
        print(json.dumps(hugging_face(place.parent, place.name)))
        return
    sys.path.insert(0, str(Path(__file__).parents[2]))
    if arguments.ours:
        print(json.dumps(ours(Path(arguments.ours[0]), arguments.ours[1])))
        return
    if arguments.to_loss:
        folder, share, tokens, seed = arguments.to_loss
        print(json.dumps(to_loss(Path(folder), float(share), int(tokens), int(seed))))
        return
    from tests.run_cache import RunCache

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

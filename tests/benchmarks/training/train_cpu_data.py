"""What the halves of `train_cpu` read: tokens, held-out windows, first weights and batches, in a folder."""

from __future__ import annotations

import json
import pickle
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

ROWS, CONTEXT, VOCABULARY = 4, 256, 4096
WINDOWS = 128
# Of the comparison with the Trainer: our family, and the class of transformers.
FAMILIES = {"causal": ("llama", "LlamaForCausalLM"), "masked": ("encoder", "ModernBertForMaskedLM")}


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
        (file,) = (f for f in tokens.files(f"news/{split}") if f.name.endswith(".bin"))
        (folder / name).write_bytes(Path(file.path).read_bytes())
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

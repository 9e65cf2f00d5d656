"""Hands a run of the loop what its parameters and files say, and writes what came out."""

from __future__ import annotations

import json
import logging
import math
import shutil
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.model.stage import Work
from training.bits import (
    HeldOut,
    bits_per_byte,
    model_nats,
    read_held_out,
    token_counts,
    unigram_nats,
)
from training.device import used
from training.models.decoder import Decoder, Shape, save
from training.pretrain.checkpoint import Checkpoints
from training.pretrain.loop import Run, train
from training.pretrain.metrics import Metrics
from training.pretrain.optimizer import adamw, learning_rate_for, schedule
from training.pretrain.tokens import Batches, Stream
from training.shard.megatron import Sequences
from training.tokenizer.huggingface import tokenizer_config
from training.tokenizer.vocabulary import load

log = logging.getLogger(__name__)


class Pretraining:
    """One run of the stage, from the files of `work` to its outputs."""

    def __init__(self, work: Work, device: torch.device) -> None:
        self.work, self.params, self.device = work, work.params, device
        self.vocabulary: int = load(work.one("tokenizer").path).get_piece_size()
        files = _sequences(work, "train")
        self.counts = self._counts(files)
        self.batches = self._batches(files)
        self.held_out = self._held_out()
        self.unigram = self._unigram()
        self.metrics = Metrics(work.scratch / "metrics.jsonl")
        shape = {k: self.params[k] for k in ("depth", "width", "heads", "context", "tied")}
        self.model = Decoder(
            Shape(self.vocabulary, **shape), self.params["dropout"], self.params["seed"]
        ).to(device)
        self.steps = self._steps()
        self.peak: float = self.params["learning_rate"] or learning_rate_for(
            self.model.sizes()["matrices"], self.batches.rows * self.batches.context
        )

    def train(self) -> None:
        """Runs the loop to its end."""
        params = self.params
        rate = schedule(
            params["schedule"], self.peak, self.steps, params["warmup"], params["decay"]
        )
        files = [f for held in self.work.inputs.values() for f in held]
        data = {f"input {f.file.path}": f.file.sha256 for f in files}
        train(
            Run(
                model=self.model,
                optimizer=adamw(self.model, params["weight_decay"]),
                batch=self.batches,
                rate=rate,
                validate=self._validate,
                checkpoints=Checkpoints(self.work.scratch / "checkpoints", data, params),
                metrics=self.metrics,
                progress=self.work.progress,
                stopping=self.work.stopping,
                steps=self.steps,
                seed=params["seed"],
                micro_rows=max(1, params["micro_batch"] // params["context"]),
                log_every=params["log_every"],
                eval_every=params["eval_every"] or max(1, math.ceil(self.steps / 10)),
                checkpoint_seconds=self.work.context.get("checkpoint_seconds", 60),
            )
        )

    def write(self) -> None:
        """Writes the outputs and sets the figures."""
        output = self.work.output
        save(self.model, output("model", "model.safetensors"), output("model", "config.json"))
        shutil.copyfile(self.work.one("tokenizer").path, output("tokenizer", "tokenizer.model"))
        for file in self.work.inputs["huggingface"]:
            shutil.copyfile(file.path, output("tokenizer", "tokenizer.json"))
        output("tokenizer", "tokenizer_config.json").write_text(
            json.dumps(tokenizer_config(self.params["context"]), indent=2) + "\n", encoding="utf-8"
        )
        shutil.copyfile(self.work.scratch / "unigram.json", output("unigram", "unigram.json"))
        shutil.copyfile(self.metrics.path, output("metrics", "metrics.jsonl"))
        last = self.metrics.lines()[-1]
        tokens = self.steps * self.batches.rows * self.batches.context
        self.work.figures = {
            "parameters": self.model.sizes(),
            "vocabulary": self.vocabulary,
            "learning_rate": self.peak,
            "steps": self.steps,
            "tokens": tokens,
            "training_tokens": int(self.counts.sum()),
            "loss": last["loss"],
            "validation_bpb": last.get("validation_bpb"),
            "unigram_bpb": last.get("unigram_bpb"),
            "validation_bpb_by_domain": last.get("validation_bpb_by_domain", {}),
            **used(self.device),
        }

    def _counts(self, files: list[Sequences]) -> NDArray[np.int64]:
        """How often each id occurs in the training tokens; counted once, not again after a stop."""
        kept = self.work.scratch / "unigram.json"
        if kept.exists():
            return np.array(json.loads(kept.read_bytes())["counts"], dtype=np.int64)
        counts = token_counts(files, self.vocabulary)
        aside = kept.with_suffix(".tmp")
        aside.write_text(json.dumps({"counts": counts.tolist()}))
        aside.replace(kept)
        return counts

    def _batches(self, files: list[Sequences]) -> Batches:
        shares = self.params["weights"] or {"all domains": 1.0}
        chosen = zip(self.params["domains"], files, strict=True)
        pools: dict[str, list[Sequences]] = {name: [] for name in shares}
        for domain, file in chosen:
            name = domain if self.params["weights"] else "all domains"
            if name in pools:
                pools[name].append(file)
        rows = max(1, self.params["batch"] // self.params["context"])
        streams = {name: Stream(held) for name, held in pools.items()}
        return Batches(streams, shares, self.params["context"], rows, self.params["seed"])

    def _steps(self) -> int:
        """Steps that spend the budget, at least one."""
        if self.params["steps"]:
            return int(self.params["steps"])
        batch = self.batches.rows * self.batches.context
        blocks = int(self.batches.blocks.sum())
        tokens = self.params["tokens"] or self.params["epochs"] * blocks * self.batches.context
        return max(1, round(tokens / batch))

    def _held_out(self) -> list[HeldOut]:
        tables = [f.path for f in self.work.inputs["validation.parquet"]]
        found: dict[str, list[Any]] = {}
        for domain, file, table in zip(
            self.params["validation_domains"],
            _sequences(self.work, "validation"),
            tables,
            strict=True,
        ):
            found.setdefault(domain, []).append((file, table))
        most = self.params["eval_tokens"]
        held = [read_held_out(domain, files, most) for domain, files in sorted(found.items())]
        held = [h for h in held if h.bytes]
        if not held:
            log.warning("no validation documents: set shard.validation higher or shard.seed anew")
        return held

    def _unigram(self) -> float | None:
        if not self.held_out:
            return None
        nats = sum(float(unigram_nats(self.counts, h.documents).sum()) for h in self.held_out)
        return bits_per_byte(nats, sum(h.bytes for h in self.held_out))

    def _validate(self) -> dict[str, Any]:
        """Bits per byte of the validation text under the model as it is, whole and by domain."""
        if not self.held_out:
            return {}
        nats = {h.domain: float(model_nats(self.model, h.documents).sum()) for h in self.held_out}
        return {
            "validation_bpb": bits_per_byte(
                sum(nats.values()), sum(h.bytes for h in self.held_out)
            ),
            "unigram_bpb": self.unigram,
            "validation_bpb_by_domain": {
                h.domain: bits_per_byte(nats[h.domain], h.bytes) for h in self.held_out
            },
        }


def _sequences(work: Work, split: str) -> list[Sequences]:
    pairs = zip(work.inputs[f"{split}.bin"], work.inputs[f"{split}.idx"], strict=True)
    return [Sequences(tokens.path, index.path) for tokens, index in pairs]

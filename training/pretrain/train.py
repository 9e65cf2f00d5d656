"""The step `train`: hands the loop what its parameters and files say, and writes what came out."""

from __future__ import annotations

import json
import logging
import math
import shutil
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.errors import TahonaError
from pipeline.model.stage import Work, hashed
from training.blocks import Blocks, Stream
from training.device import computing, used
from training.held_out import HeldOut, read_held_out, token_counts
from training.measure import measure_for, total
from training.models.model import Model, family_of, load, save
from training.models.registry import FAMILIES
from training.objectives.registry import OBJECTIVES
from training.pretrain import loop
from training.pretrain.checkpoint import Checkpoints
from training.pretrain.metrics import Metrics
from training.pretrain.optimizer import adamw, learning_rate_for, schedule
from training.pretrain.params import Training
from training.shard.megatron import Sequences
from training.tokenizer import vocabulary
from training.tokenizer.folder import write_tokenizer

log = logging.getLogger(__name__)


def train_model(work: Work[Training]) -> None:
    """The kernel: trains, and writes the model, its tokenizer, the curve and the unigram counts."""
    with computing(work.context) as device:
        run = Pretraining(work, device)
        run.train()
        run.write()


class Pretraining:
    """One run of the step, from the files of `work` to its outputs."""

    def __init__(self, work: Work[Training], device: torch.device) -> None:
        self.work, self.params, self.device = work, work.params, device
        self.tokenizer = vocabulary.load(work.one("tokenizer").path)
        self.vocabulary: int = self.tokenizer.get_piece_size()
        self.model = self._model().to(device)
        self.context: int = self.model.shape.context
        files = _sequences(work, "train")
        self.counts = self._counts(files)
        self.blocks = self._blocks(files)
        self.held_out = self._held_out()
        self.measure = measure_for(FAMILIES[self.params.model].sees)(self.counts, self.tokenizer)
        self.metrics = Metrics(work.scratch / "metrics.jsonl")
        self.batch = self.blocks.rows * self.context  # tokens
        self.steps = self._steps()
        self.peak = self.params.learning_rate or learning_rate_for(
            self.model.sizes()["matrices"], self.batch
        )

    def train(self) -> None:
        """Runs the loop to its end."""
        params, work = self.params, self.work
        objective = OBJECTIVES[params.objective].load()(self.blocks, self.tokenizer, params.seed)
        files = [f for role in work.inputs.values() for f in role]
        data = {f"input {f.file.path}": f.file.sha256 for f in files}
        flops = self.model.flops()
        log.info(
            "%s with %s parameters, %.3g FLOPs a token; %d steps of %s tokens, %.3g FLOPs in all",
            params.model,
            f"{self.model.sizes()['all']:,}",
            flops,
            self.steps,
            f"{self.batch:,}",
            flops * self.steps * self.batch,
        )
        loop.train(
            loop.Run(
                model=self.model,
                loss=partial(objective.loss, self.model),
                optimizer=adamw(self.model, params.weight_decay),
                batch=objective.batch,
                rate=schedule(params.schedule, self.peak, self.steps, params.warmup, params.decay),
                validate=self._validate,
                checkpoints=Checkpoints(work.scratch / "checkpoints", data, hashed(params)),
                metrics=self.metrics,
                progress=work.progress,
                stopping=work.stopping,
                steps=self.steps,
                seed=params.seed,
                micro_rows=max(1, params.micro_batch // self.context),
                log_every=params.log_every,
                eval_every=params.eval_every or max(1, math.ceil(self.steps / 10)),
                checkpoint_seconds=work.context.get("checkpoint_seconds", 60),
            )
        )

    def write(self) -> None:
        """Writes the outputs and sets the figures."""
        output = self.work.output
        save(self.model, output("model", "model.safetensors"), output("model", "config.json"))
        files = [*self.work.inputs["tokenizer"], *self.work.inputs["huggingface"]]
        write_tokenizer(files, output, self.context)
        shutil.copyfile(self.work.scratch / "unigram.json", output("unigram", "unigram.json"))
        shutil.copyfile(self.metrics.path, output("metrics", "metrics.jsonl"))
        last = self.metrics.lines()[-1]
        validation: dict[str, Any] = {}
        for name in self.measure.headline:
            validation |= {n: last.get(n) for n in (f"validation_{name}", f"unigram_{name}")}
            validation[f"validation_{name}_by_domain"] = last.get(
                f"validation_{name}_by_domain", {}
            )
        self.work.figures = {
            "parameters": self.model.sizes(),
            "vocabulary": self.vocabulary,
            "learning_rate": self.peak,
            "steps": self.steps,
            "tokens": self.steps * self.batch,
            "training_tokens": int(self.counts.sum()),
            "loss": last["loss"],
            **validation,
            **used(self.device),
        }

    def _model(self) -> Model:
        """A new model, or the one to go on from, which must be what the parameters say."""
        params, work = self.params, self.work
        family = FAMILIES[params.model].load()
        if "weights" not in work.inputs:
            shape = family.shape_type.of(self.vocabulary, params.model_dump())
            return family(shape, params.dropout, params.seed)
        weights, config = work.one("weights").path, work.one("config").path
        content = json.loads(config.read_text(encoding="utf-8"))
        if (family_name := family_of(content)) != params.model:
            raise TahonaError(
                f"pretrain.model is {params.model}, and the model to go on from is of the family "
                f"{family_name}: set pretrain.model to {family_name}"
            )
        model = load(weights, config, params.dropout)
        for name in ("depth", "width", "heads", "context"):
            asked, own = getattr(params, name), getattr(model.shape, name, None)
            if asked is not None and asked != own:
                raise TahonaError(
                    f"pretrain.{name} is {asked}, and the model to go on from has {own}: leave it out"
                )
        return model

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

    def _blocks(self, files: list[Sequences]) -> Blocks:
        params = self.params
        shares = params.weights or {"all domains": 1.0}
        pools: dict[str, list[Sequences]] = {name: [] for name in shares}
        for domain, file in zip(params.domains, files, strict=True):
            name = domain if params.weights else "all domains"
            if name in pools:
                pools[name].append(file)
        assert params.batch is not None  # the plan sets it
        rows = max(1, params.batch // self.context)
        streams = {name: Stream(pool) for name, pool in pools.items()}
        return Blocks(streams, shares, self.context, rows, params.seed)

    def _steps(self) -> int:
        """Steps that spend the budget, at least one."""
        params = self.params
        if params.steps:
            return params.steps
        tokens = params.tokens or (params.epochs or 0) * int(self.blocks.sizes.sum()) * self.context
        return max(1, round(tokens / self.batch))

    def _held_out(self) -> list[HeldOut]:
        tables = [f.path for f in self.work.inputs["validation.parquet"]]
        by_domain: dict[str, list[Any]] = {}
        for domain, file, table in zip(
            self.params.validation_domains,
            _sequences(self.work, "validation"),
            tables,
            strict=True,
        ):
            by_domain.setdefault(domain, []).append((file, table))
        most = self.params.eval_tokens
        texts = [read_held_out(domain, files, most) for domain, files in sorted(by_domain.items())]
        texts = [text for text in texts if text.bytes]
        told = {text.domain for text in texts}
        if not texts:
            log.warning("no validation documents: set shard.validation higher or shard.seed anew")
        elif absent := sorted(set(self.params.domains) - told):
            log.warning("no validation text of %s: it has no figure of its own", ", ".join(absent))
        return texts

    def _validate(self) -> dict[str, Any]:
        """The headline of the validation text under the model as it is, whole and by domain."""
        if not self.held_out:
            return {}
        scores = [self.measure.score(self.model, text) for text in self.held_out]
        whole = self.measure.figures(self.held_out, total(scores))
        pairs = zip(self.held_out, scores, strict=True)
        parts = {text.domain: self.measure.figures([text], score) for text, score in pairs}
        figures: dict[str, Any] = {}
        for name in self.measure.headline:
            figures[f"validation_{name}"] = whole[name]
            figures[f"unigram_{name}"] = whole[f"unigram_{name}"]
            figures[f"validation_{name}_by_domain"] = {d: f[name] for d, f in parts.items()}
        return figures


def _sequences(work: Work[Training], split: str) -> list[Sequences]:
    pairs = zip(work.inputs[f"{split}.bin"], work.inputs[f"{split}.idx"], strict=True)
    return [Sequences(tokens.path, index.path) for tokens, index in pairs]

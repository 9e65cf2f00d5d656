"""The step `train`: hands the loop what its parameters and files say, and writes what came out."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import torch
from numpy.typing import NDArray
from torch import nn

from pipeline.errors import TahonaError
from pipeline.model.stage import Work, hashed
from training.device import computing, used
from training.losses.held_out import token_counts
from training.losses.measure import measure_for
from training.models.model import Model, family_of, save, write_generation
from training.models.registry import FAMILIES
from training.models.transformer import recompute
from training.objectives.objective import missing
from training.objectives.registry import OBJECTIVES
from training.pretrain.beginning import beginning
from training.pretrain.data.reading import (
    account,
    blocks_of,
    budget_of,
    documents_of,
    steps_of,
    tables_of,
)
from training.pretrain.devices import torchrun
from training.pretrain.loop import loop
from training.pretrain.loop.checkpoint import Checkpoints
from training.pretrain.loop.guard import Guard
from training.pretrain.loop.metrics import Metrics
from training.pretrain.loop.noise import Noise, noise_scale
from training.pretrain.loop.optimizer import optimizers, whole
from training.pretrain.loop.pace import Pace
from training.pretrain.loop.ranks import Learner, Ranks
from training.pretrain.loop.rates import rates_of, schedule, warn_of_rates
from training.pretrain.loop.validation import validation_of
from training.pretrain.params import TOGETHER, Training
from training.pretrain.sizes import (
    at_once,
    check_fits,
    check_shared,
    memory_of,
    needs,
    peak_of,
)
from training.shard.megatron import Sequences
from training.shard.stage import CLUSTER_SIZE
from training.tokenizer import vocabulary
from training.tokenizer.folder import write_tokenizer

log = logging.getLogger(__name__)


def train_model(work: Work[Training]) -> None:
    """The kernel: trains, and writes the model, its tokenizer, the curve and the unigram counts."""
    if torchrun.started():
        return torchrun.train(work)
    if int(work.context.get("processes") or 1) > 1:
        from training.pretrain.devices.parallel import train_on_many

        return train_on_many(work)
    with computing(work.context) as device:
        run = Pretraining(work, device)
        run.train()
        run.write()


class Pretraining:
    """One run of the step, from the files of `work` to its outputs."""

    def __init__(
        self, work: Work[Training], device: torch.device, ranks: Ranks | None = None
    ) -> None:
        self.work, self.params, self.device = work, work.params, device
        self.ranks = ranks or Ranks()
        self.tokenizer = vocabulary.load(work.one("tokenizer").path)
        self.vocabulary: int = self.tokenizer.get_piece_size()
        self.aim = OBJECTIVES[self.params.objective].load()
        self.need: dict[str, float] = {}
        pieces = self.vocabulary + len(missing(self.tokenizer, self.aim.signs))
        self.model = beginning(work, pieces, self._check_memory)
        self.context: int = self.model.shape.context
        files = _sequences(work, "train")
        self.tables = tables_of(work.inputs["train.bin"], work.inputs["train.parquet"])
        self.counts = self._counts(files)
        self.blocks = blocks_of(self.params, files, self.context, self._cluster_sizes)
        self.account = account(self.params, files, self.blocks)
        check_shared(self.blocks.rows * self.context, self.context, self.ranks.size)
        self.batch = self.blocks.rows * self.context  # tokens
        self.steps = steps_of(self.params, self.blocks)
        self.validation = validation_of(work, self.blocks, self.steps, self.tokenizer.decode)
        measure = measure_for(self.model.sees)
        self.measure = measure(self.counts, self.tokenizer, self.params.objective)
        self.metrics = Metrics(work.scratch / "metrics.jsonl" if self.ranks.number == 0 else None)
        self.rates = rates_of(self.params, self.model, self.batch)
        self.pace = self._pace()
        self.model = self.model.to(device)
        if self.params.recompute:
            recompute(self.model)

    def train(self) -> None:
        """Runs the loop to its end."""
        self._tell()
        try:
            loop.train(self._run())
        except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
            of_memory = isinstance(error, torch.OutOfMemoryError | MemoryError)
            if of_memory or "can't allocate memory" in str(error):
                raise TahonaError(
                    f"out of memory with pretrain.micro_batch {self.params.micro_batch} tokens: set it lower "
                    f"(not below a context, {self.context}), or pretrain.recompute to true"
                ) from error
            raise

    def _run(self) -> loop.Run:
        params, work = self.params, self.work
        apart = params.documents == "apart"
        objective = self.aim(self.blocks, self.tokenizer, params.seed, apart)
        files = [f for role in work.inputs.values() for f in role]
        data = {f"input {f.file.path}": f.file.sha256 for f in files}
        learner: nn.Module = self.ranks.share(Learner(self.model, objective))
        optimizer = optimizers(self.model, params.optimizer, self.rates, params.weight_decay)
        return loop.Run(
            model=self.model,
            loss=torch.compile(learner) if params.compile else learner,
            optimizer=optimizer,
            batch=objective.batch,
            tokens=self.blocks.tokens,
            share=schedule(params.schedule, self.steps, params.warmup, params.decay),
            validate=self._validate,
            checkpoints=Checkpoints(
                work.scratch / "checkpoints",
                data,
                hashed(params),
                keep=work.context.get("keep", 2),
                archive=work.context.get("archive"),
                group=self.ranks.group,
            ),
            metrics=self.metrics,
            guard=Guard(
                self.device,
                params.trouble,
                params.clip,
                self.precision == "fp16",
                self._documents,
                work.scratch / "left_out.json",
                self.ranks.number == 0,
            ),
            ranks=self.ranks,
            pace=self.pace,
            noise=Noise(params.noise_scale),
            cast=self._cast(),
            stopping=work.stopping,
            steps=self.steps,
            seed=params.seed,
            micro_rows=max(1, params.micro_batch // self.context),
            log_every=params.log_every,
            eval_every=self.validation.every,
            checkpoint_seconds=work.context.get("checkpoint_seconds", 60),
        )

    def gather(self) -> None:
        """Takes the model in one piece to the first rank, where it was spread."""
        self.model = self._whole_model()

    def _whole_model(self) -> Model:
        """The model, of a spread one a copy in one piece, which the first rank alone fills."""
        if not self.ranks.spread:
            return self.model
        copy = type(self.model)(self.model.shape).to(self.device)
        with torch.no_grad():
            pairs = zip(copy.parameters(), self.model.parameters(), strict=True)
            for target, weight in pairs:
                full = whole(weight)
                if self.ranks.number == 0:
                    target.copy_(full)
        return copy

    def write(self) -> None:
        """Writes the outputs and sets the figures."""
        output = self.work.output
        config = output("model", "config.json")
        save(self.model, output("model", "model.safetensors"), config)
        if FAMILIES[self.family].standard and self.model.sees != "all":
            write_generation(config, output("model", "generation_config.json"))
        files = [*self.work.inputs["tokenizer"], *self.work.inputs["huggingface"]]
        write_tokenizer(files, output, self.context, missing(self.tokenizer, self.aim.signs))
        shutil.copyfile(self.work.scratch / "unigram.json", output("unigram", "unigram.json"))
        shutil.copyfile(self.metrics.path, output("metrics", "metrics.jsonl"))  # type: ignore[arg-type]
        self.work.figures = self._figures()

    def _figures(self) -> dict[str, Any]:
        lines = self.metrics.lines()
        last: dict[str, Any] = next((x for x in reversed(lines) if "validated" in x), {})
        validation: dict[str, Any] = {}
        for name in self.measure.headline:
            validation |= {n: last.get(n) for n in (f"validation_{name}", f"unigram_{name}")}
            validation[f"validation_{name}_by_domain"] = last.get(
                f"validation_{name}_by_domain", {}
            )
        skipped = sum(len(x.get("skipped", [])) for x in lines)
        noise = noise_scale(lines)
        return {
            "family": self.family,
            "parameters": self.model.sizes(),
            "flops_per_token": self.model.flops(),
            "vocabulary": self.vocabulary,
            "learning_rate": self.rates.matrices,
            "embedding_rate": self.rates.others,
            "precision": self.precision,
            "steps": self.steps,
            "tokens": self.blocks.tokens(self.steps),
            "training_tokens": int(self.counts.sum()),
            "epoch": self.account,
            **self._mixture(),
            "loss": next((x["loss"] for x in reversed(lines) if "loss" in x), None),
            **validation,
            **({"noise_scale": noise} if noise else {}),
            **({"skipped": skipped} if skipped else {}),
            **self.need,
            **used(self.device, self.ranks.size),
        }

    def _mixture(self) -> dict[str, Any]:
        """Of a mix, the tokens that are read of each domain, and how often one of them is."""
        blocks = self.blocks
        if blocks.names == [TOGETHER]:
            return {}
        drawn = zip(blocks.names, blocks.drawn(self.steps), blocks.sizes, strict=True)
        return {
            "mixture": {
                name: {
                    "tokens": int(read) * self.context,
                    "repeated": round(float(read / size), 3),
                }
                for name, read, size in drawn
            }
        }

    @property
    def family(self) -> str:
        """Its own, of a model to go on from too."""
        return family_of(self.model.config())

    @property
    def precision(self) -> str:
        """What the products are computed in."""
        wanted = self.params.precision
        return wanted if wanted != "auto" else ("bf16" if self.device.type == "cuda" else "fp32")

    def _cast(self) -> Callable[[], AbstractContextManager[Any]]:
        kinds = {"bf16": torch.bfloat16, "fp16": torch.float16}
        if self.precision not in kinds:
            return nullcontext
        return partial(torch.autocast, self.device.type, kinds[self.precision])

    def _tell(self) -> None:
        """Says what was derived from the dial, and where a budget is less than a step."""
        budget = budget_of(self.params, self.blocks)
        if not self.params.steps and 2 * budget < self.batch:
            log.warning(
                "the budget, %s tokens, is less than half a batch, %s, of which one step is made: set "
                "pretrain.batch lower",
                f"{budget:,.0f}",
                f"{self.batch:,}",
            )
        if self.params.batch != self.batch:
            log.info(
                "pretrain.batch is %s tokens: a step reads %s, whole rows of the context of %s",
                f"{self.params.batch:,}",
                f"{self.batch:,}",
                f"{self.context:,}",
            )
        warn_of_rates(self.params, self.model)
        sizes, flops = self.model.sizes(), self.model.flops()
        whole = flops * self.blocks.tokens(self.steps)
        log.info(
            "%s, %s parameters (%s in the layers): depth %d, width %d, context %d; %.3g FLOPs a token; %d steps of %s "
            "tokens, %.3g FLOPs in all; rates %g and %g; about %.2f GB of memory%s",
            self.family,
            f"{sizes['all']:,}",
            f"{sizes['matrices']:,}",
            self.model.shape.depth,
            self.model.shape.width,
            self.context,
            flops,
            self.steps,
            f"{self.batch:,}",
            whole,
            self.rates.matrices,
            self.rates.others,
            self.need["memory_gb"],
            f"; {whole / self.pace.peak / 0.4 / 3600:.2f} hours at 40 % MFU"
            if self.pace.peak
            else "",
        )

    def _check_memory(self, model: Model) -> None:
        """Sets what a run needs; a TahonaError where the device has less."""
        params, shape = self.params, model.shape
        assert params.batch is not None  # the plan sets it
        micro = at_once(params.micro_batch, shape.context, params.batch, self.ranks.size)
        self.need = needs(
            model.sizes()["all"],
            shape,
            micro,
            self.precision != "fp32",
            params.recompute,
            self.ranks.shards,
        )
        check_fits(self.need, memory_of(self.device, self.ranks.size), micro, shape.context)

    def _pace(self) -> Pace:
        peak, alone = peak_of(self.device), self.ranks.number == 0
        return Pace(
            self.work.progress,
            self.steps,
            self.blocks.tokens,
            self.model.flops(),
            peak and peak * self.ranks.size,
            self.validation.tokens,
            self.work.scratch / "speed.jsonl" if alone else None,
            self.work.context.get("tensorboard") if alone else None,
        )

    def _cluster_sizes(self, number: int) -> NDArray[np.int64]:
        """Those of the documents of a token file."""
        table = self.tables[self.work.inputs["train.bin"][number].path]
        return pq.read_table(table.path, columns=[CLUSTER_SIZE])[CLUSTER_SIZE].to_numpy()

    def _counts(self, files: list[Sequences]) -> NDArray[np.int64]:
        """How often each id occurs in the training tokens; counted once, not again after a stop."""
        kept = self.work.scratch / "unigram.json"
        with suppress(OSError, ValueError, KeyError):  # none yet, or damaged
            return np.array(json.loads(kept.read_bytes())["counts"], dtype=np.int64)
        counts = token_counts(files, self.vocabulary)
        if self.ranks.number:
            return counts
        aside = kept.with_suffix(".tmp")
        aside.write_text(json.dumps({"counts": counts.tolist()}))
        aside.replace(kept)
        return counts

    def _documents(self, step: int) -> list[str]:
        return documents_of(self.blocks, self.tables, step)

    def _validate(self, tell: Callable[[int], None]) -> dict[str, Any]:
        """The headline of the validation text under the model as it is, whole and by domain."""
        if not self.validation.texts:
            return {}
        model = self._whole_model()
        if self.ranks.number:
            return {}
        stopping = self.work.stopping if self.ranks.size == 1 else lambda: False
        return self.validation.figures(model, self.measure, stopping, tell)


def _sequences(work: Work[Training], split: str) -> list[Sequences]:
    pairs = zip(work.inputs[f"{split}.bin"], work.inputs[f"{split}.idx"], strict=True)
    return [Sequences(tokens.path, index.path) for tokens, index in pairs]

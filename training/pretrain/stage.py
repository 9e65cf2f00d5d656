"""Stage `pretrain`: a causal decoder trained on tokens from random weights.

The loop is `training/pretrain/loop.py`; here are its parameters and what it is handed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

import pipeline.model.stage
from pipeline.errors import TahonaError
from pipeline.model.dataset import Manifest
from pipeline.model.stage import Input, Inputs, Plan, Stage, Step, Task, Work
from training import PART, training_part

PRESETS = {
    "nano": {"depth": 4, "width": 128, "heads": 4, "context": 256, "batch": 1024},
    "micro": {"depth": 6, "width": 256, "heads": 8, "context": 512, "batch": 8192},
    "mini": {"depth": 8, "width": 512, "heads": 8, "context": 1024, "batch": 65_536},
    "small": {"depth": 12, "width": 768, "heads": 12, "context": 1024, "batch": 262_144},
    "medium": {"depth": 24, "width": 1024, "heads": 16, "context": 2048, "batch": 524_288},
}
EPOCHS = 4.0  # up to four passes cost nothing against new text (Muennighoff 2023)


class Pretrain(Stage):
    """Trains a model; a stopped run goes on from its last step, to the bit on the same device."""

    name = "pretrain"
    gives = ("model",)
    inputs: ClassVar[Mapping[str, Input]] = {
        "tokens": Input("tokens"),
        "tokenizer": Input("tokenizer"),
    }
    libraries = ("torch",)
    part = PART

    class Params(pipeline.model.stage.Params):
        """A preset, any of whose numbers may be set apart, and one budget.

        The budget is `tokens`, `steps` or `epochs` (passes over the training tokens; the default,
        4). `batch` and `micro_batch` are tokens: of a step, and of what goes through the model at
        once. `warmup` and `decay` are shares of the steps. `learning_rate` None: from the size and the batch.
        `weights` mixes the domains it names by these shares, each with epochs of its own; without
        it every token is seen once an epoch. `eval_every` None: ten times. `eval_tokens` bounds the
        validation text of a domain while training.
        """

        preset: Literal["nano", "micro", "mini", "small", "medium"] = "nano"
        depth: int | None = Field(None, ge=1, le=1000)
        width: int | None = Field(None, ge=8, le=1 << 16)
        heads: int | None = Field(None, ge=1, le=1 << 10)
        context: int | None = Field(None, ge=8, le=1 << 20)
        tied: bool = True
        tokens: int | None = Field(None, ge=1, le=10**15)
        steps: int | None = Field(None, ge=1, le=10**9)
        epochs: float | None = Field(None, gt=0, le=1e6)
        batch: int | None = Field(None, ge=8, le=1 << 30)
        micro_batch: int = Field(16_384, ge=8, le=1 << 30)
        learning_rate: float | None = Field(None, gt=0, le=10)
        schedule: Literal["wsd", "cosine"] = "wsd"
        warmup: float = Field(0.05, ge=0, le=1)
        decay: float = Field(0.3, ge=0, le=1)
        weight_decay: float = Field(0.1, ge=0, le=10)
        dropout: float = Field(0.0, ge=0, lt=1)
        weights: dict[str, Annotated[float, Field(gt=0, le=1e6)]] = Field({})
        seed: int = Field(1, ge=0, lt=1 << 32)
        log_every: int = Field(10, ge=1, le=10**9)
        eval_every: int | None = Field(None, ge=1, le=10**9)
        eval_tokens: int = Field(100_000, ge=1, le=10**12)
        checkpoint_seconds: float = Field(60, ge=0, le=1e9)

        @model_validator(mode="after")
        def _fit_together(self) -> Pretrain.Params:
            budgets = [n for n in ("tokens", "steps", "epochs") if getattr(self, n) is not None]
            if len(budgets) > 1:
                raise ValueError(f"{' and '.join(budgets)} are set: a run has one budget")
            shape = self.numbers()
            if shape["width"] % (2 * shape["heads"]):
                raise ValueError(
                    f"width {shape['width']} must be a multiple of twice heads {shape['heads']}"
                )
            if shape["batch"] < shape["context"]:
                raise ValueError(
                    f"batch {shape['batch']} is less than one context, {shape['context']} tokens"
                )
            return self

        def numbers(self) -> dict[str, int]:
            """Depth, width, heads, context and batch: the preset's, but for what is set apart."""
            return {k: getattr(self, k) or v for k, v in PRESETS[self.preset].items()}

    def plan(self, params: Params, inputs: Inputs, context: Mapping[str, Any]) -> Plan:
        (tokens,), (tokenizer,) = inputs["tokens"], inputs["tokenizer"]
        check_tokenizer(self.name, tokens, tokenizer)
        train, domains = token_files(tokens, "train")
        held_out, held_out_domains = token_files(tokens, "validation")
        if absent := sorted(params.weights.keys() - set(domains)):
            raise TahonaError(
                f"pretrain.weights names {absent[0]}, which has no training tokens: "
                f"the domains are {', '.join(sorted(set(domains)))}"
            )
        values = params.model_dump(mode="json", exclude={"preset", "checkpoint_seconds"})
        values |= params.numbers()
        values |= {"domains": domains, "validation_domains": held_out_domains}
        if params.tokens is None and params.steps is None:
            values["epochs"] = params.epochs or EPOCHS
        task = Task(
            inputs={
                **train,
                **held_out,
                "tokenizer": tokenizer.files("model"),
                "huggingface": tokenizer.files("huggingface"),
            },
            params=values,
            context={
                "device": context.get("device"),
                "threads": context.get("threads"),
                "checkpoint_seconds": params.checkpoint_seconds,
            },
        )
        return (yield Step("train", "training.pretrain.stage:train_model", [task], driver=True))


def token_files(tokens: Manifest, split: str) -> tuple[dict[str, list[Any]], list[str]]:
    """The files of a split by role (`<split>.bin`, `.idx`, `.parquet`, one order), and their domains."""
    roles: dict[str, list[Any]] = {f"{split}.{end}": [] for end in ("bin", "idx", "parquet")}
    domains = []
    for file in tokens.files():
        if file.part.endswith(f"/{split}"):
            roles[f"{split}.{file.name.rsplit('.', 1)[1]}"].append(file)
            if file.name.endswith(".bin"):
                domains.append(file.part.rsplit("/", 1)[0])
    return roles, domains


def check_tokenizer(stage: str, tokens: Manifest, tokenizer: Manifest) -> None:
    """Refuses tokens that another tokenizer made: their ids would mean something else."""
    (model,) = tokenizer.files("model")
    if any(s.figures.get("tokenizer", model.sha256) != model.sha256 for s in tokens.shards):
        raise TahonaError(
            f"{stage}: {tokens.reference} was not encoded by {tokenizer.reference}: "
            "run `tahona shard` with this tokenizer, or pin the one of the tokens"
        )


def train_model(work: Work) -> None:
    """The kernel: trains, and writes the model, its tokenizer, the curve and the unigram counts."""
    with training_part("pretrain"):
        from training.device import computing
        from training.pretrain.run import Pretraining

    with computing(work.context) as device:
        run = Pretraining(work, device)
        run.train()
        run.write()

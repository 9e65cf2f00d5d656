"""What a recipe may say of a training run, and what of it the kernel is given."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

import pipeline.model.stage
from pipeline.errors import WrongParameter
from pipeline.model.stage import free, later
from training.models.registry import FAMILIES
from training.objectives.registry import OBJECTIVES
from training.pretrain.sizes import PRESETS, numbers_for


class Settings(pipeline.model.stage.Params):
    """What the kernel is given too. The numbers of a shape are None where the model that a run goes on
    from says them.
    """

    objective: str = later("causal")
    model: str | None = later(None)
    depth: int | None = Field(None, ge=1, le=1000)
    width: int | None = Field(None, ge=8, le=1 << 16)
    heads: int | None = Field(None, ge=1, le=1 << 10)
    kv_heads: int | None = later(None, ge=1, le=1 << 10)
    window: int | None = later(None, ge=2, le=1 << 20)
    context: int | None = Field(None, ge=8, le=1 << 20)
    tied: bool = True
    documents: Literal["together", "apart"] = later("together")
    tokens: int | None = Field(None, ge=1, le=10**15)
    steps: int | None = Field(None, ge=1, le=10**9)
    epochs: float | None = Field(None, gt=0, le=1e6)
    batch: int | None = Field(None, ge=8, le=1 << 30)
    micro_batch: int = Field(16_384, ge=8, le=1 << 30)
    ramp: float = later(0.0, ge=0, le=1)
    optimizer: Literal["adamw", "muon", "normuon", "moonlight"] = "muon"
    learning_rate: float | None = Field(None, gt=0, le=10)
    embedding_rate: float | None = later(None, gt=0, le=10)
    schedule: Literal["wsd", "cosine", "constant"] = "wsd"
    warmup: float = Field(0.05, ge=0, le=1)
    decay: float = Field(0.3, ge=0, le=1)
    weight_decay: float = Field(0.1, ge=0, le=10)
    clip: float = later(1.0, gt=0, le=1e9)
    dropout: float = Field(0.0, ge=0, lt=1)
    precision: Literal["auto", "fp32", "bf16", "fp16"] = later("auto")
    compile: bool = later(False)
    recompute: bool = later(False)
    trouble: Literal["skip", "rollback", "stop"] = later("skip")
    noise_scale: bool = later(False)
    weights: dict[str, Annotated[float, Field(gt=0, le=1e6)]] = Field({})
    temperature: float = later(1.0, gt=0, le=100)
    budgets: dict[str, Annotated[int, Field(ge=1, le=10**15)]] = later({})
    repeats: float | None = later(None, gt=0, le=1e6)
    upsample: dict[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1, le=100)]] = later({})
    packing: Literal["cut", "best-fit"] = later("cut")
    seed: int = Field(1, ge=0, lt=1 << 32)
    log_every: int = Field(10, ge=1, le=10**9)
    eval_every: int | None = Field(None, ge=1, le=10**9)
    eval_tokens: int | None = Field(None, ge=1, le=10**12)


class Training(Settings):
    """The parameters of the kernel: with the domains of its token files, in their order.

    `extended`: pieces that the tokenizer has more than that of the model to go on from.
    """

    extended: int = later(0, ge=0)
    domains: list[str]
    validation_domains: list[str]


TOGETHER = "all domains"  # the one pool of a run that mixes none


def pool_of(params: Settings, domain: str) -> str | None:
    """The pool that a domain is read in; None where it is read in none."""
    mixed = params.weights or params.temperature != 1 or params.budgets or params.repeats
    if params.weights and domain not in params.weights:
        return None
    return domain if mixed else TOGETHER


class Options(Settings):
    """A size, any of whose numbers may be set apart, and one budget.

    `preset` is the one dial: a name or, as `parameters`, a number of them without the embedding. `depth`: layers; None:
    of the size. `width`: numbers of a state; None: of the size. `heads`: of attention; None: of the size. `kv_heads`:
    heads of keys and values; None: as many as `heads`. `context`: tokens that are seen at once; None: of the size.
    `window`: tokens that a layer looks back, where the model has such layers; None: all. `tied`: the embedding is the
    output head too. `objective`: what is predicted (training/README.md). `model`: the architecture; None: that of the
    objective. With an input `model` the run goes on from its weights, and the shape is its own.

    The budget is `tokens`, `steps` or `epochs` (passes over the training tokens; the default, 4). `batch` and
    `micro_batch` are tokens: of a step (None: of the size), and of what goes through the model at once. `ramp` is the
    share of the steps in which the batch grows from a quarter. `documents: apart` keeps those of a row from seeing one
    another. `packing: best-fit` cuts no document that a block can hold.

    `optimizer`: of the matrices; all else has AdamW. `learning_rate` (of the matrices) and `embedding_rate` None: from
    the size and the batch. `schedule`: of the rates: `wsd` (warm-up, constant, decay), `cosine` or `constant`. `warmup`
    and `decay` are shares of the steps. `weight_decay`: of the matrices, times their rate. `clip`: the largest norm of
    the gradient. `dropout`: the share of numbers that are left out while training. `precision` auto: bf16 on a GPU,
    else fp32. `compile`: torch compiles the loss first. `recompute` saves memory and costs a third more time.
    `trouble`: what becomes of a step whose loss or gradient is no number or far out: it is skipped, the run goes back
    to the checkpoint before and leaves its batch out, or it ends. `noise_scale`: the noise of the gradient is measured:
    the batch from which on a larger one gains little.

    `weights` mixes the domains it names by these shares, each with epochs of its own; without it every token is seen
    once an epoch. `temperature` takes the shares (or, without weights, the sizes of the domains) to the power of 1 over
    it: above 1, small domains are read more often. `budgets` are the most tokens that are read of a domain, `repeats`
    how often a token of any is read at most; what a bounded domain can't take goes to the others in proportion.
    `upsample`: how often a document stands in an epoch by the size of the cluster that it was kept of, as {2: 2, 5: 3}:
    twice from 2 on, three times from 5 on (FineWeb-2's rehydration); `repeats` bounds its copies too. `seed`: of the
    weights, the order and the noise.

    `log_every`: steps between two lines of metrics. `eval_every`: steps between two measures; None: ten times, in a
    short run fewer. `eval_tokens` bounds the validation text of a domain while training, None: so that all of it takes
    about a tenth of the time. `checkpoint_seconds`: the time between two checkpoints, of which `keep` stay, and
    `archive` each so many steps (None: none). `tensorboard`: a folder for its files; None: none are written.
    """

    preset: str = "pico"
    parameters: int | None = later(None, ge=1_000, le=10**12)
    checkpoint_seconds: float = free(60, ge=0, le=1e9)
    keep: int = free(2, ge=1, le=1000)
    archive: int | None = free(None, ge=1, le=10**9)
    tensorboard: str | None = free(None)

    @field_validator("objective", "model", "preset")
    @classmethod
    def _known(cls, value: str | None, info: ValidationInfo) -> str | None:
        lists = {"objective": OBJECTIVES, "model": FAMILIES, "preset": PRESETS}
        names = lists[str(info.field_name)]
        if value is not None and value not in names:
            raise ValueError(f"must be one of {', '.join(names)}, not {value!r}")
        return value

    @model_validator(mode="after")
    def _fit_together(self) -> Options:
        budgets = [n for n in ("tokens", "steps", "epochs") if getattr(self, n) is not None]
        if len(budgets) > 1:
            raise ValueError(
                f"{' and '.join(budgets)} are set: a run has one budget: set the others to null"
            )
        aim, family = OBJECTIVES[self.objective], FAMILIES[self.family]
        if aim.sees != family.sees:
            fit = [n for n, f in FAMILIES.items() if f.sees == aim.sees]
            raise WrongParameter(
                f"the objective {self.objective} makes no sense with the model {self.family}: "
                f"it is for {' and '.join(fit)}",
                "objective" if "objective" in self.model_fields_set else "model",
            )
        if self.heads is not None and not family.heads:
            raise WrongParameter(f"the model {self.family} has no heads: leave it out", "heads")
        if self.packing == "best-fit" and self.objective != "causal":
            raise WrongParameter(
                f"best-fit packing is for the objective causal, not {self.objective}", "packing"
            )
        if self.documents == "apart" and not family.packs:
            fit = [n for n, f in FAMILIES.items() if f.packs]
            raise WrongParameter(
                f"the model {self.family} can't keep documents apart: {' and '.join(fit)} can",
                "documents",
            )
        self._shape_fits(family.heads)
        return self

    def _shape_fits(self, heads: bool) -> None:
        shape = self.numbers()
        if heads and shape["width"] % (2 * shape["heads"]):
            raise ValueError(
                f"width {shape['width']} must be a multiple of twice heads {shape['heads']}"
            )
        if heads and shape["heads"] % (self.kv_heads or shape["heads"]):
            raise ValueError(
                f"heads {shape['heads']} must be a multiple of kv_heads {self.kv_heads}"
            )
        if shape["batch"] < shape["context"]:
            raise ValueError(
                f"batch {shape['batch']} is less than one context, {shape['context']} tokens: set one of them"
            )

    @property
    def family(self) -> str:
        """The model, or the one that the objective brings."""
        return self.model or OBJECTIVES[self.objective].model

    @property
    def wanted_tied(self) -> bool | None:
        """Its default is no wish: a model to go on from is only held against what a recipe says."""
        return self.tied if "tied" in self.model_fields_set else None

    def numbers(self) -> dict[str, int]:
        """The numbers that the model has of depth, width, heads, context, and the batch: those of the size,
        but for what is set apart.
        """
        size = numbers_for(self.parameters) if self.parameters else PRESETS[self.preset]
        numbers = {k: getattr(self, k) or v for k, v in size.items()}
        if not FAMILIES[self.family].heads:
            del numbers["heads"]
        return numbers

"""What a recipe may say of a training run, and what of it the kernel is given."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

import pipeline.model.stage
from pipeline.errors import WrongParameter
from pipeline.model.stage import later
from training.models.registry import FAMILIES
from training.objectives.registry import OBJECTIVES

PRESETS = {
    "nano": {"depth": 4, "width": 128, "heads": 4, "context": 256, "batch": 1024},
    "micro": {"depth": 6, "width": 256, "heads": 8, "context": 512, "batch": 8192},
    "mini": {"depth": 8, "width": 512, "heads": 8, "context": 1024, "batch": 65_536},
    "small": {"depth": 12, "width": 768, "heads": 12, "context": 1024, "batch": 262_144},
    "medium": {"depth": 24, "width": 1024, "heads": 16, "context": 2048, "batch": 524_288},
}


class Settings(pipeline.model.stage.Params):
    """What the kernel is given too. The numbers of a shape are None where the model that a run goes on
    from says them.
    """

    objective: str = later("causal")
    model: str = later("decoder")
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


class Training(Settings):
    """The parameters of the kernel: with the domains of its token files, in their order."""

    domains: list[str]
    validation_domains: list[str]


class Options(Settings):
    """A preset, any of whose numbers may be set apart, and one budget.

    The budget is `tokens`, `steps` or `epochs` (passes over the training tokens; the default,
    4). `batch` and `micro_batch` are tokens: of a step, and of what goes through the model at
    once. `warmup` and `decay` are shares of the steps. `learning_rate` None: from the size and the batch.
    `weights` mixes the domains it names by these shares, each with epochs of its own; without
    it every token is seen once an epoch. `eval_every` None: ten times. `eval_tokens` bounds the
    validation text of a domain while training. With an input `model` the run goes on from its
    weights, and the shape is its own.
    """

    preset: Literal["nano", "micro", "mini", "small", "medium"] = "nano"
    checkpoint_seconds: float = Field(60, ge=0, le=1e9)

    @field_validator("objective", "model")
    @classmethod
    def _known(cls, value: str, info: ValidationInfo) -> str:
        known = OBJECTIVES if info.field_name == "objective" else FAMILIES
        if value not in known:
            raise ValueError(f"must be one of {', '.join(known)}, not {value!r}")
        return value

    @model_validator(mode="after")
    def _fit_together(self) -> Options:
        budgets = [n for n in ("tokens", "steps", "epochs") if getattr(self, n) is not None]
        if len(budgets) > 1:
            raise ValueError(f"{' and '.join(budgets)} are set: a run has one budget")
        family = FAMILIES[self.model]
        if OBJECTIVES[self.objective].sees != family.sees:
            fit = [n for n, f in FAMILIES.items() if f.sees == OBJECTIVES[self.objective].sees]
            raise WrongParameter(
                f"the objective {self.objective} makes no sense with the model {self.model}: "
                f"it is for {' and '.join(fit)}",
                "objective" if "objective" in self.model_fields_set else "model",
            )
        if self.heads is not None and not family.heads:
            raise WrongParameter(f"the model {self.model} has no heads: leave it out", "heads")
        shape = self.numbers()
        if family.heads and shape["width"] % (2 * shape["heads"]):
            raise ValueError(
                f"width {shape['width']} must be a multiple of twice heads {shape['heads']}"
            )
        if shape["batch"] < shape["context"]:
            raise ValueError(
                f"batch {shape['batch']} is less than one context, {shape['context']} tokens"
            )
        return self

    def numbers(self) -> dict[str, int]:
        """The numbers that the model has of depth, width, heads, context, and the batch: the preset's,
        but for what is set apart.
        """
        numbers = {k: getattr(self, k) or v for k, v in PRESETS[self.preset].items()}
        if not FAMILIES[self.model].heads:
            del numbers["heads"]
        return numbers

"""What the loop, the optimizer, the checkpoints and the stages know of a model, and its folder on disk.

A family is a subclass in a file of its own and an entry in `registry.py`. It says how ids become states and
states logits, which of its weights are embeddings, and its `config.json`; the rest stands here.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar, Self

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from pipeline.errors import TahonaError
from training.models.registry import FAMILIES, Sees

PAD_TO = 64  # the rows of the embedding are a multiple of it, which matrix kernels like


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The numbers of a model. `vocabulary` are the pieces; the matrices have `rows` rows."""

    vocabulary: int
    depth: int
    width: int
    context: int  # the most tokens that it reads at once
    tied: bool = True  # the head has the weights of the embedding

    @property
    def rows(self) -> int:
        return -(-self.vocabulary // PAD_TO) * PAD_TO

    @property
    def initial(self) -> float:
        """Standard deviation of the initial weights."""
        return (2 / (5 * self.width)) ** 0.5

    @classmethod
    def of(cls, vocabulary: int, numbers: Mapping[str, Any]) -> Self:
        """The shape of those `numbers` that this family has."""
        own = {f.name for f in fields(cls)} & numbers.keys()
        return cls(vocabulary=vocabulary, **{name: numbers[name] for name in own})


class Model(nn.Module, ABC):
    """Ids (batch, time), time at most the context, to logits (batch, time, rows).

    The two halves stand apart so that an objective may take the logits of some positions only.
    `dropout` acts while training only and is no part of the model. The initial weights are a function
    of `seed`, the same on every device.
    """

    shape_type: ClassVar[type[Shape]]
    embeddings: ClassVar[tuple[str, ...]]  # the weights of the embedding and of the head, by name
    inward: ClassVar[
        tuple[str, ...]
    ] = ()  # ends of the names of projections into the residual stream

    @abstractmethod
    def __init__(self, shape: Any, dropout: float = 0.0, seed: int = 0) -> None:
        super().__init__()
        self.shape: Any = shape

    @abstractmethod
    def states(self, ids: Tensor) -> Tensor:
        """Ids (batch, time) to states (batch, time, width)."""

    @abstractmethod
    def logits(self, states: Tensor) -> Tensor:
        """States (..., width) to logits (..., rows)."""

    @abstractmethod
    def config(self) -> dict[str, Any]:
        """The content of `config.json`."""

    @staticmethod
    @abstractmethod
    def shape_of(config: Mapping[str, Any]) -> Any:
        """The shape that such a content says."""

    @property
    def sees(self) -> Sees:
        """What of its input a position sees."""
        return FAMILIES[family_of(self.config())].sees

    def forward(self, ids: Tensor) -> Tensor:
        return self.logits(self.states(ids))

    def weights(self) -> dict[str, nn.Parameter]:
        """The weights by name; tied ones once."""
        return dict(self.named_parameters())

    def groups(self) -> dict[str, dict[str, nn.Parameter]]:
        """The weights by what an optimizer does with them: `matrices` of the layers, `embeddings`
        (with the head) and `vectors` (norms, biases).
        """
        groups: dict[str, dict[str, nn.Parameter]] = {
            "matrices": {},
            "embeddings": {},
            "vectors": {},
        }
        for name, weight in self.named_parameters():
            kind = "embeddings" if name in self.embeddings else "matrices"
            groups[kind if weight.dim() > 1 else "vectors"][name] = weight
        return groups

    def sizes(self) -> dict[str, int]:
        """Parameters: `embedding`, `matrices` (of the layers) and `all` (tied ones counted once)."""
        weights = self.weights()
        return {
            "embedding": weights[self.embeddings[0]].numel(),
            "matrices": sum(w.numel() for w in self.groups()["matrices"].values()),
            "all": sum(w.numel() for w in weights.values()),
        }

    def flops(self) -> int:
        """Floating-point operations to train on one token: forward, and backward at twice that.

        Two for each weight of a matrix, the head among them (Kaplan 2020, appendix B).
        """
        return 6 * (self.sizes()["matrices"] + self.shape.rows * self.shape.width)

    def initialise(self, seed: int) -> None:
        """Matrices normal, sqrt(2 / (5 width)) (Nguyen and Salazar 2019), and for the projections back
        into the residual stream that divided by sqrt(2 depth) (GPT-2); the rest is left alone.
        """
        generator = torch.Generator().manual_seed(seed)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                scale = (2 * self.shape.depth) ** -0.5 if name.endswith(self.inward) else 1.0
                nn.init.normal_(weight, std=scale * self.shape.initial, generator=generator)


def save(model: Model, weights: Path, config: Path) -> None:
    """Writes `model.safetensors` and `config.json`."""
    tensors = {name: weight.detach().cpu().contiguous() for name, weight in model.weights().items()}
    save_file(tensors, weights, metadata={"format": "pt"})
    config.write_text(json.dumps(model.config(), indent=2) + "\n", encoding="utf-8")


def family_of(config: Mapping[str, Any], name: str = "config.json") -> str:
    """The name of the family whose folder has this config.json; a TahonaError where none has."""
    kind = config.get("model_type")
    for family, known in FAMILIES.items():
        if known.model_type == kind:
            return family
    types = ", ".join(repr(known.model_type) for known in FAMILIES.values())
    raise TahonaError(f"{name} is of the type {kind!r}; what is read here is {types}")


def load(weights: Path, config: Path, dropout: float = 0.0) -> Model:
    """The model that `save` wrote; a TahonaError when the two files do not fit together."""
    content = json.loads(config.read_text(encoding="utf-8"))
    family = FAMILIES[family_of(content, config.name)].load()
    try:
        model = family(family.shape_of(content), dropout)
    except KeyError as error:
        raise TahonaError(f"{config.name} does not say {error}") from error
    tensors, wanted = load_file(weights), model.weights()
    if different := sorted(tensors.keys() ^ wanted.keys()):
        raise TahonaError(
            f"{weights.name} does not fit {config.name}: {different[0]} is in one only"
        )
    with torch.no_grad():
        for name, weight in wanted.items():
            if weight.shape != tensors[name].shape:
                raise TahonaError(
                    f"{weights.name} does not fit {config.name}: {name} has the shape "
                    f"{tuple(tensors[name].shape)}, not {tuple(weight.shape)}"
                )
            weight.copy_(tensors[name])
    return model.eval()

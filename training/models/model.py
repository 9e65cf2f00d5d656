"""What the loop, the optimizer, the checkpoints and the stages know of a model, and its folder on disk.

A family is a subclass in a file of its own and an entry in `registry.py`. It says how ids become states, which
of its modules are the embedding and the head, and its `config.json`; the rest stands here.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar, Self

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from pipeline.errors import TahonaError
from training.models.registry import FAMILIES, Sees

PAD_TO = 64  # the rows of the embedding are a multiple of it, which matrix kernels like


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The numbers of a model. `vocabulary` are the pieces; the matrices have `rows` rows, a multiple of `pad`."""

    vocabulary: int
    depth: int
    width: int
    context: int  # the most tokens that it reads at once
    tied: bool = True  # the head has the weights of the embedding
    pad: int = PAD_TO

    @property
    def rows(self) -> int:
        return -(-self.vocabulary // self.pad) * self.pad

    @property
    def initial(self) -> float:
        """Standard deviation of the initial weights."""
        return (2 / (5 * self.width)) ** 0.5

    @classmethod
    def of(cls, vocabulary: int, numbers: Mapping[str, Any]) -> Self:
        """The shape of those `numbers` that this family has."""
        own = {f.name for f in fields(cls)} & {k for k, v in numbers.items() if v is not None}
        return cls(vocabulary=vocabulary, **{name: numbers[name] for name in own})


class Model(nn.Module, ABC):
    """Ids (batch, time), time at most the context, to logits (batch, time, rows).

    The two halves stand apart so that an objective may take the logits of some positions only, and of few at a
    time. `dropout` acts while training only and is no part of the model. The initial weights are a function of
    `seed`, the same on every device.
    """

    shape_type: ClassVar[type[Shape]]
    embedding_name: ClassVar[str]  # the module that looks ids up
    head_name: ClassVar[str]  # the linear map from states to logits
    head_scale: float = 1.0  # of the states before it
    # Ends of the names of projections into the residual stream.
    inward: ClassVar[tuple[str, ...]] = ()
    cached: ClassVar[bool] = False  # whether `states` takes a `cache` of what it has read

    @abstractmethod
    def __init__(self, shape: Any, dropout: float = 0.0, seed: int = 0) -> None:
        super().__init__()
        self.shape: Any = shape
        self.came_with: Mapping[str, Any] = {}  # the config.json that it was read from

    @abstractmethod
    def states(self, ids: Tensor, **more: Any) -> Tensor:
        """Ids (batch, time) to states (batch, time, width).

        `documents` (batch, time), where the family takes it: numbers, rising along a row, of the documents that are
        packed in it, which then do not see one another. `source` (batch, time) is what an encoder-decoder reads.
        """

    @abstractmethod
    def config(self) -> dict[str, Any]:
        """The content of `config.json`."""

    @staticmethod
    @abstractmethod
    def shape_of(config: Mapping[str, Any]) -> Any:
        """The shape that such a content says."""

    def last(self, states: Tensor) -> Tensor:
        """What the head maps: the states, or what a family makes of them first; (..., width) to the same."""
        return states

    @property
    def projection(self) -> nn.Linear:
        """The linear map to logits."""
        projection = self.get_submodule(self.head_name)
        assert isinstance(projection, nn.Linear)
        return projection

    def logits(self, states: Tensor) -> Tensor:
        """States (..., width) to logits (..., rows)."""
        return self.projection(self.last(states) * self.head_scale)

    @property
    def sees(self) -> Sees:
        """What of its input a position sees."""
        return FAMILIES[family_of(self.config())].sees

    def forward(self, ids: Tensor, **more: Any) -> Tensor:
        return self.logits(self.states(ids, **more))

    def weights(self) -> dict[str, nn.Parameter]:
        """The weights by name; tied ones once."""
        return dict(self.named_parameters())

    def groups(self) -> dict[str, dict[str, nn.Parameter]]:
        """The weights by what an optimizer does with them: `matrices` of the layers, `embeddings`
        (all that is looked up, with the head) and `vectors` (norms, biases).
        """
        looked_up = {id(m.weight) for m in self.modules() if isinstance(m, nn.Embedding)}
        looked_up.add(id(self.projection.weight))
        groups: dict[str, dict[str, nn.Parameter]] = {
            "matrices": {},
            "embeddings": {},
            "vectors": {},
        }
        for name, weight in self.named_parameters():
            kind = "embeddings" if id(weight) in looked_up else "matrices"
            groups[kind if weight.dim() > 1 else "vectors"][name] = weight
        return groups

    def sizes(self) -> dict[str, int]:
        """Parameters: `embedding`, `matrices` (of the layers) and `all` (tied ones counted once)."""
        embedding = self.get_submodule(self.embedding_name).weight
        assert isinstance(embedding, Tensor)
        return {
            "embedding": embedding.numel(),
            "matrices": sum(w.numel() for w in self.groups()["matrices"].values()),
            "all": sum(w.numel() for w in self.weights().values()),
        }

    def flops(self) -> int:
        """Floating-point operations to train on one token: forward, and backward at twice that.

        Two for each weight of a matrix, the head among them (Kaplan 2020, appendix B).
        """
        return 6 * (self.sizes()["matrices"] + self.projection.weight.numel())

    def named(self, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        """The tensors of a folder under the names of `weights`: what transformers writes twice, once."""
        tied = dict(self.named_parameters(remove_duplicate=False)).keys() - self.weights().keys()
        return {name: tensor for name, tensor in tensors.items() if name not in tied}

    def initialise(self, seed: int) -> None:
        """Matrices normal, sqrt(2 / (5 width)) (Nguyen and Salazar 2019); the projections back into the residual
        stream begin at zero (Zhang 2019, Fixup; modded-nanogpt); the rest is left alone. A model on the device "meta"
        has no values.
        """
        if self.projection.weight.is_meta:
            return
        generator = torch.Generator().manual_seed(seed)
        for name, weight in self.named_parameters():
            if weight.dim() >= 2:
                nn.init.normal_(weight, std=self.shape.initial, generator=generator)
                if name.endswith(self.inward):
                    nn.init.zeros_(weight)


def save(model: Model, weights: Path, config: Path) -> None:
    """Writes `model.safetensors` and `config.json`."""
    # transformers ties what has several names where the head is tied, and else reads each.
    named = model.named_parameters(remove_duplicate=model.shape.tied)
    tensors = {name: weight.detach().cpu().clone().contiguous() for name, weight in named}
    save_file(tensors, weights, metadata={"format": "pt"})
    content = model.config()
    # The pieces that mean something are those of the tokenizer that it came with.
    content |= {name: n for name, n in model.came_with.items() if name.endswith("_token_id")}
    config.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def write_generation(config: Path, target: Path) -> None:
    """Writes `generation_config.json`: the pieces that `config.json` says begin, end and fill up what is written."""
    content = json.loads(config.read_text(encoding="utf-8"))
    pieces = {
        name: n for name, n in content.items() if name.endswith("_token_id") and n is not None
    }
    target.write_text(json.dumps(pieces, indent=2) + "\n", encoding="utf-8")


def family_of(config: Mapping[str, Any], name: str = "config.json") -> str:
    """The name of the family whose folder has this config.json; a TahonaError where none has."""
    kind = config.get("model_type")
    for family, entry in FAMILIES.items():
        if entry.model_type == kind:
            return family
    types = ", ".join(repr(entry.model_type) for entry in FAMILIES.values())
    raise TahonaError(f"{name} is of the type {kind!r}; what is read here is {types}")


def read_config(config: Path) -> dict[str, Any]:
    """What a config.json says; a TahonaError where it is none."""
    try:
        content = json.loads(config.read_bytes())
    except ValueError as error:
        raise _damaged(config, error) from error
    if not isinstance(content, dict):
        raise _damaged(config, "no object of JSON")
    return content


def _damaged(file: Path, why: object) -> TahonaError:
    return TahonaError(f"{file} is damaged ({why}): restore the file, or fetch it again")


def load(weights: Path, config: Path, dropout: float = 0.0) -> Model:
    """The model that `save` wrote; a TahonaError when a file is damaged, the two do not fit together, or hold what is
    no number.
    """
    content = read_config(config)
    model = _model_of(content, config, dropout)
    try:
        stored = load_file(weights)
    except SafetensorError as error:
        raise _damaged(weights, error) from error
    tensors = _fitting(model, stored, weights, config)
    with torch.no_grad():
        for name, weight in model.weights().items():
            weight.copy_(tensors[name])
            if not weight.isfinite().all():
                raise TahonaError(
                    f"{weights.name} can't be used: {name} has values that are no numbers"
                )
    model.came_with = content
    return model.eval()


def outline(weights: Path, config: Path) -> Model:
    """What `load` would give, without values: of the weights the head of the file alone is read. A TahonaError where
    that shows that `load` would fail.
    """
    try:
        with safe_open(weights, "pt") as file, torch.device("meta"):
            model = _model_of(read_config(config), config)
            stored = {n: torch.empty(file.get_slice(n).get_shape()) for n in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise _damaged(weights, error) from error
    _fitting(model, stored, weights, config)
    return model


def _model_of(content: Mapping[str, Any], config: Path, dropout: float = 0.0) -> Model:
    """A new model of the family and the shape that a config.json says."""
    family = FAMILIES[family_of(content, config.name)].load()
    try:
        return family(family.shape_of(content), dropout)
    except KeyError as error:
        raise TahonaError(f"{config.name} does not say {error}") from error


def _fitting(
    model: Model, stored: dict[str, Tensor], weights: Path, config: Path
) -> dict[str, Tensor]:
    """The tensors of a folder by the names of the model; a TahonaError where they are not what its config.json says."""
    tensors, wanted = model.named(stored), model.weights()
    if different := sorted(tensors.keys() ^ wanted.keys()):
        raise TahonaError(
            f"{weights.name} does not fit {config.name}: {different[0]} is in one only"
        )
    for name, weight in wanted.items():
        if weight.shape != tensors[name].shape:
            raise TahonaError(
                f"{weights.name} does not fit {config.name}: {name} has the shape "
                f"{tuple(tensors[name].shape)}, not {tuple(weight.shape)}"
            )
    return tensors

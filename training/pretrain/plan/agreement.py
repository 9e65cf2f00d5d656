"""Whether the stages that a training reads will give it what it asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from training.models.registry import FAMILIES
from training.objectives.registry import OBJECTIVES
from training.pretrain.params import Options

# What a model to go on from has of its own.
SHAPE = ("depth", "width", "heads", "kv_heads", "window", "context")


def unfed(
    params: Any, read: Mapping[str, Sequence[Any]], patterns: Mapping[str, Sequence[str]]
) -> tuple[str, str] | None:
    """The parameter and why the tokens or the model of its recipe will not have what it asks for; None where they will.

    `read` are the parameters of the stages that it reads, by input, and of those behind a model to go on from, as
    `model.model`; `patterns`, those of files, say nothing here.
    """
    if params.upsample and not all(tokens.cluster_sizes for tokens in read.get("tokens", ())):
        why = "asks for the sizes of clusters, which the tokens will not hold: set shard.cluster_sizes to true"
        return "upsample", why
    if not read.get("model"):
        return None
    (nearest,) = read["model"]
    # That one was trained with an objective that fits its family, whichever it is: so is each behind it.
    if OBJECTIVES[params.objective].sees != OBJECTIVES[nearest.objective].sees:
        return "objective", (
            f"{params.objective} makes no sense with the model to go on from, which is trained with the objective "
            f"{nearest.objective}"
        )
    return _unlike(params, first) if (first := _first(read)) else None


def _first(read: Mapping[str, Sequence[Any]]) -> Options | None:
    """The parameters of the model whose family and shape those that go on from it have; None of a pinned one or a
    folder, which are not known before they are read.
    """
    role = "model"
    while f"{role}.model" in read:
        role += ".model"
    return read[role][0] if read[role] and f"{role}.models" not in read else None


def _unlike(params: Any, first: Options) -> tuple[str, str] | None:
    """The parameter that asks for another model than the one to go on from, and what that is."""
    if params.model not in (None, first.family):
        why = f"is {params.model}, and the model to go on from is of the family {first.family}: leave it out"
        return "model", why
    if params.documents == "apart" and not FAMILIES[first.family].packs:
        why = f"is apart, and the model to go on from, of the family {first.family}, can't keep documents apart"
        return "documents", why
    size, own_size = _size(params, "preset" in params.model_fields_set), _size(first, True)
    if size not in (None, own_size):
        name = "parameters" if params.parameters else "preset"
        why = f"is {size}, and the model to go on from is {own_size}: leave it out, and set the batch alone"
        return name, why
    own = _shape(first)
    shape = {name: getattr(params, name) for name in SHAPE}
    if "tied" in params.model_fields_set:
        shape["tied"] = params.tied
    for name, value in shape.items():
        if value not in (None, own.get(name, value if name == "window" else None)):
            return name, (
                f"is {value}, and the model to go on from has {own.get(name, 'none')}: leave it out"
            )
    return None


def _size(params: Options, named: bool) -> int | str | None:
    """What the one dial says, where it is named."""
    return params.parameters or (params.preset if named else None)


def _shape(first: Options) -> dict[str, Any]:
    """What is known of the shape of a model before it is made: not the window that a family may bring."""
    own: dict[str, Any] = {**first.numbers(), "tied": first.tied}
    if "heads" in own:
        own["kv_heads"] = first.kv_heads or own["heads"]
    if first.window:
        own["window"] = first.window
    return own

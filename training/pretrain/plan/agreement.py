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
    if folders := read.get("models"):
        # Of a pinned tokenizer nothing is known; one that reads another folder may have the same pieces.
        if read.get("tokenizer") and not read.get("tokenizer.models"):
            return "reads", (
                f"the model to go on from, {folders[0]}, has a tokenizer of its own: let the stage tokenizer read that "
                f"folder too, with `reads: {{models: {folders[0]}}}`"
            )
        return None
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


def _unlike(params: Options, first: Options) -> tuple[str, str] | None:
    """The parameter that asks for another model than the one to go on from, and what that is."""
    if mismatch := of_another_family(params, first.family):
        return mismatch
    size, own_size = _size(params, "preset" in params.model_fields_set), _size(first, True)
    if size not in (None, own_size):
        name = "parameters" if params.parameters else "preset"
        why = f"is {size}, and the model to go on from is {own_size}: leave it out, and set the batch alone"
        return name, why
    own = _shape(first)
    own.setdefault("window", params.window)  # not known of a family that may bring one
    return of_another_shape(params, params.wanted_tied, own)


def of_another_family(params: Any, family: str) -> tuple[str, str] | None:
    """The parameter of a training that makes no sense with a model of this family to go on from, and why."""
    if params.model not in (None, family):
        why = f"is {params.model}, and the model to go on from is of the family {family}: leave it out"
        return "model", why
    if OBJECTIVES[params.objective].sees != FAMILIES[family].sees:
        return "objective", (
            f"is {params.objective}, which makes no sense with the model to go on from, of the family {family}"
        )
    if params.documents == "apart" and not FAMILIES[family].packs:
        why = f"is apart, and the model to go on from, of the family {family}, can't keep documents apart"
        return "documents", why
    return None


def of_another_shape(
    params: Any, tied: bool | None, own: Mapping[str, Any]
) -> tuple[str, str] | None:
    """The parameter that asks for another shape than that of the model to go on from, and what it has."""
    for name, value in {**{name: getattr(params, name) for name in SHAPE}, "tied": tied}.items():
        if value not in (None, own.get(name)):
            has = own.get(name) if name == "tied" else own.get(name) or "none"
            return name, f"is {value}, and the model to go on from has {has}: leave it out"
    return None


def without_room(rows: int, pieces: int, objective: str) -> str | None:
    """Why the model to go on from has no room for so many pieces; None where it has."""
    if rows >= pieces:
        return None
    return f"the model to go on from has room for {rows} pieces, and {objective} needs {pieces}"


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

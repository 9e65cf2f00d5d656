"""The model that a training begins with."""

from __future__ import annotations

from collections.abc import Callable

import torch

from pipeline.errors import TahonaError
from pipeline.model.stage import Work
from training.models.extension import components_of, grown
from training.models.model import Model, family_of, load, read_config
from training.models.registry import FAMILIES
from training.objectives.registry import OBJECTIVES
from training.pretrain.params import Training
from training.pretrain.plan.agreement import SHAPE
from training.pretrain.sizes import is_small


def beginning(work: Work[Training], pieces: int, check: Callable[[Model], None]) -> Model:
    """A new model with room for so many pieces, or the one to go on from, which must be what the parameters say.

    `check` is asked of it, of a large one before it takes any memory. A TahonaError where it does not fit the recipe.
    """
    params = work.params
    if "weights" not in work.inputs:
        name = params.model or OBJECTIVES[params.objective].model
        family = FAMILIES[name].load()
        shape = family.shape_type.of(pieces, params.model_dump())
        if not is_small(shape):  # its size alone: one that can't fit is not made
            with torch.device("meta"):
                check(family(shape))
        model = family(shape, params.dropout, params.seed)
        check(model)
        return model
    weights, config = work.one("weights").path, work.one("config").path
    name = family_of(read_config(config))
    if params.model not in (None, name):
        raise TahonaError(
            f"pretrain.model is {params.model}, and the model to go on from is of the family "
            f"{name}: leave it out, or set pretrain.model to {name}"
        )
    if FAMILIES[name].sees != OBJECTIVES[params.objective].sees:
        raise TahonaError(
            f"the objective {params.objective} makes no sense with the model to go on from, of the family {name}"
        )
    model = load(weights, config, params.dropout)
    check(model)
    if model.shape.rows < pieces <= model.shape.rows + params.extended:
        content = work.one("tokenizer").path.read_text(encoding="utf-8")
        components = components_of(content, model.shape.rows)
        model = grown(model, pieces, components, params.dropout)
    if model.shape.rows < pieces:
        raise TahonaError(
            f"the model to go on from has room for {model.shape.rows} pieces, and {params.objective} needs {pieces}"
        )
    sizes = {number: getattr(params, number) for number in SHAPE} | {
        "tied": work.context.get("tied")
    }
    for number, value in sizes.items():
        own = getattr(model.shape, number, None)
        if value is not None and value != own:
            has = own if number == "tied" else own or "none"
            raise TahonaError(
                f"pretrain.{number} is {value}, and the model to go on from has {has}: leave it out"
            )
    return model

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
from training.pretrain.plan.agreement import of_another_family, of_another_shape, without_room
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
    _refuse(of_another_family(params, family_of(read_config(config))))
    model = load(weights, config, params.dropout)
    check(model)
    if model.shape.rows < pieces <= model.shape.rows + params.extended:
        content = work.one("tokenizer").path.read_text(encoding="utf-8")
        components = components_of(content, model.shape.rows)
        model = grown(model, pieces, components, params.dropout)
    if why := without_room(model.shape.rows, pieces, params.objective):
        raise TahonaError(why)
    _refuse(of_another_shape(params, work.context.get("tied"), vars(model.shape)))
    return model


def _refuse(mismatch: tuple[str, str] | None) -> None:
    if mismatch:
        raise TahonaError("pretrain.{} {}".format(*mismatch))

"""Whether a training can go on from the folder of a model, asked before any work of its run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import TahonaError, WrongParameter
from training.inputs.model_folder import JSON, WEIGHTS
from training.models.model import family_of, outline, read_config
from training.objectives.objective import missing
from training.objectives.registry import OBJECTIVES
from training.pretrain.params import Options
from training.pretrain.plan.agreement import of_another_family, of_another_shape, without_room
from training.tokenizer import vocabulary


def check_model(params: Options, files: Mapping[str, Sequence[Any]]) -> None:
    """Raises TahonaError for a folder that no family here can load, and WrongParameter where the parameters ask for
    another model; of a folder that lies elsewhere nothing is known.
    """
    paths = {
        file.name: Path(file.path) for file in files.get("models", ()) if "://" not in file.path
    }
    if not paths.keys() >= {*WEIGHTS.values()}:
        return
    config = paths[WEIGHTS["config"]]
    _refuse(of_another_family(params, family_of(read_config(config))))
    model = outline(paths[WEIGHTS["weights"]], config)
    _refuse(of_another_shape(params, params.wanted_tied, vars(model.shape)))
    if JSON in paths:
        own = vocabulary.load(paths[JSON])
        signs = missing(own, OBJECTIVES[params.objective].load().signs)
        pieces = own.get_piece_size() + len(signs)
        if why := without_room(model.shape.rows, pieces, params.objective):
            raise TahonaError(why)


def _refuse(mismatch: tuple[str, str] | None) -> None:
    if mismatch:
        key, why = mismatch
        raise WrongParameter(why, key)

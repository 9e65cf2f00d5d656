"""What can be known before any work is told before any work: libraries and the device."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence

from flows.chain.chain import Chain, wire
from flows.chain.stages import load
from pipeline.errors import UsageError
from pipeline.model.dataset import Reference
from pipeline.model.key import fingerprint
from training import MODULES, PART

TRAINING = "pretrain"  # the stage that asks for the device by name


def check_libraries(chain: Chain, stages: Sequence[str]) -> None:
    """Raises UsageError where a stage that is to run needs what is not installed; imports none of it."""
    for name in stages:
        if name in chain.recipe.layout.pin or load(name).part != PART:
            continue
        absent = [module for module in MODULES if importlib.util.find_spec(module) is None]
        if absent:
            where = chain.recipe.where(("stages", name))
            raise UsageError(
                f"{where}: needs {absent[0]}, which is not installed: pip install 'tahona[{PART}]', "
                "or stop before it with --until"
            )


def check_device(chain: Chain, stages: Sequence[str]) -> None:
    """Raises UsageError where a training run has work to do on CUDA and there is none.

    To ask torch takes seconds: only who names `cuda` pays them, and only while a model is to be trained.
    """
    if chain.recipe.layout.run.device != "cuda" or not _to_do(chain, stages):
        return
    import torch

    if not torch.cuda.is_available():
        where = chain.recipe.where(("run", "device"))
        raise UsageError(f"{where}: there is no CUDA device here: set it to auto or cpu")


def _to_do(chain: Chain, stages: Sequence[str]) -> bool:
    """Whether the training has work to do, on what was made and on what the store holds for the rest."""
    if TRAINING not in stages or TRAINING in chain.recipe.layout.pin:
        return False
    made = list(chain.made)
    for name in stages[: stages.index(TRAINING) + 1]:
        manifest = chain.pinned(name)
        if manifest is None:
            stage = load(name)
            found = fingerprint(stage, chain.recipe.params[name], wire(stage, made))
            manifest = chain.store.manifest(Reference(stage=name, fingerprint=found))
            if manifest is None or chain.store.lost(manifest):
                return True
        made.append(manifest)
    return False

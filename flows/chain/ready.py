"""What can be known before any work is told before any work: libraries and the device."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence

from flows.chain.chain import Chain, wire
from flows.chain.stages import STAGES, load
from pipeline.errors import UsageError
from pipeline.model.dataset import Reference
from pipeline.model.key import fingerprint


def check_libraries(chain: Chain, stages: Sequence[str]) -> None:
    """Raises UsageError where a stage that is to run needs what is not installed; imports none of it."""
    for name in stages:
        about = STAGES[name]
        if name in chain.recipe.layout.pin:
            continue
        absent = [m for m in about.modules if importlib.util.find_spec(m) is None]
        if absent:
            where = chain.recipe.where(("stages", name))
            raise UsageError(
                f"{where}: needs {absent[0]}, which is not installed: pip install 'tahona[{about.extra}]', "
                "or stop before it with --until"
            )


def check_device(chain: Chain, stages: Sequence[str]) -> None:
    """Raises UsageError where a training run has work to do on CUDA and there is none.

    To ask torch takes seconds: only who names `cuda` pays them, and only while a model is to be trained.
    """
    asking = [name for name in stages if STAGES[name].device]
    if chain.recipe.layout.run.device != "cuda":
        return
    if not any(_to_do(chain, stages, name) for name in asking):
        return
    import torch

    if not torch.cuda.is_available():
        where = chain.recipe.where(("run", "device"))
        raise UsageError(f"{where}: there is no CUDA device here: set it to auto or cpu")


def _to_do(chain: Chain, stages: Sequence[str], last: str) -> bool:
    """Whether a stage has work to do, on what was made and on what the store holds for the rest."""
    if last in chain.recipe.layout.pin:
        return False
    made = list(chain.made)
    for name in stages[: stages.index(last) + 1]:
        manifest = chain.pinned(name)
        if manifest is None:
            stage = load(name)
            found = fingerprint(stage, chain.recipe.params[name], wire(stage, made))
            manifest = chain.store.manifest(Reference(stage=name, fingerprint=found))
            if manifest is None or chain.store.lost(manifest):
                return True
        made.append(manifest)
    return False

"""What can be known before any work is told before any work: libraries and the device."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence

from flows.chain.chain import Chain
from flows.chain.stages import STAGES
from pipeline.errors import UsageError


def check_libraries(chain: Chain, stages: Sequence[str]) -> None:
    """Raises UsageError where a stage that is to run needs what is not installed; imports none of it."""
    for name in stages:
        about = STAGES[chain.recipe.kind(name)]
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
    if chain.recipe.layout.run.device != "cuda" or not _to_do(chain, stages):
        return
    import torch

    if not torch.cuda.is_available():
        where = chain.recipe.where(("run", "device"))
        raise UsageError(f"{where}: there is no CUDA device here: set it to auto or cpu")


def _to_do(chain: Chain, stages: Sequence[str]) -> bool:
    """Whether a stage that asks for the device has work to do, on what the store holds for the rest."""
    datasets = dict(chain.datasets.copy().survey(stages))
    return any(
        not (committed and committed.whole) and STAGES[chain.recipe.kind(name)].device
        for name, committed in datasets.items()
    )

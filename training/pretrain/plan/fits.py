"""Whether a model can be trained here, asked before any work of its run: by its layers alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from training.models.registry import FAMILIES
from training.pretrain.params import Options
from training.pretrain.sizes import at_once, check_fits, memory_of, needs

SMALL_GB = 4.0  # that every machine has, and for which torch is not asked
PIECES = 300  # of a vocabulary, at least


def check_room(params: Options, read: Mapping[str, Sequence[Any]], run: Any) -> None:
    """Raises TahonaError for a new model whose layers alone, with the tokens that go through at once, need more memory
    than the device has. One to go on from has a size of its own, which is known when it is read.
    """
    numbers = params.numbers()
    processes = run.processes or 1
    micro = at_once(params.micro_batch, numbers["context"], numbers["batch"], processes)
    rough = SimpleNamespace(**numbers)
    layers = 12 * rough.depth * rough.width**2
    least = needs(layers, rough, micro, False, params.recompute)["memory_gb"] * processes
    if "model" in read or "models" in read or least < SMALL_GB:
        return
    import torch

    family = FAMILIES[params.family].load()
    values = {**params.model_dump(), **numbers}
    with torch.device("meta"):
        model = family(family.shape_type.of(PIECES, values))
    device = "cuda" if run.device != "cpu" and torch.cuda.is_available() else "cpu"
    half = params.precision not in ("fp32", "auto") or (params.precision, device) == (
        "auto",
        "cuda",
    )
    pieces = processes if run.strategy == "fsdp" else 1
    need = needs(model.sizes()["all"], model.shape, micro, half, params.recompute, pieces)
    check_fits(need, memory_of(torch.device(device), processes), micro, model.shape.context)

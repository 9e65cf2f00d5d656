"""The one dial: from a name or a number of parameters to depth, width, heads, context and batch; and what a run needs.

Depth and width from 1B on are those of published models (Llama 3.2 1B and 3B, Llama 2 7B), below about those of GPT-2.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline.errors import TahonaError

PRESETS: Mapping[str, Mapping[str, int]] = {
    # About as large as `nano` with its embedding, in fewer, wider layers, with half as many steps of Muon, which take a
    # sixth of the time of a processor: quicker, and no worse on little text.
    "pico": {"depth": 2, "width": 160, "heads": 2, "context": 256, "batch": 2048},
    "nano": {"depth": 4, "width": 128, "heads": 4, "context": 256, "batch": 1024},
    "micro": {"depth": 6, "width": 256, "heads": 8, "context": 512, "batch": 8192},
    "mini": {"depth": 8, "width": 512, "heads": 8, "context": 1024, "batch": 65_536},
    "small": {"depth": 12, "width": 768, "heads": 12, "context": 1024, "batch": 262_144},
    "medium": {"depth": 24, "width": 1024, "heads": 16, "context": 2048, "batch": 524_288},
    "1b": {"depth": 16, "width": 2048, "heads": 32, "context": 4096, "batch": 1_048_576},
    "3b": {"depth": 28, "width": 3072, "heads": 24, "context": 4096, "batch": 2_097_152},
    "7b": {"depth": 32, "width": 4096, "heads": 32, "context": 4096, "batch": 4_194_304},
}
HEAD = 64  # width of a head
WIDTH_A_LAYER = 64  # nanochat's ratio
BYTES = 16  # a parameter in training: weight, gradient and two moments, fp32 (Rajbhandari 2020)

SMALL = 10**7  # parameters that every machine has room for


def numbers_for(parameters: int) -> dict[str, int]:
    """The numbers of a model of so many parameters without its embedding: 12 depth width², 64 of width a layer.

    Context and batch are those of the preset of the size below it, at least those of `nano`.
    """
    depth = max(1, round((parameters / 12 / WIDTH_A_LAYER**2) ** (1 / 3)))
    step = 2 * HEAD if parameters > 10**7 else 32
    width = max(step, round(math.sqrt(parameters / 12 / depth) / step) * step)
    sizes = [p for p in PRESETS.values() if _layers(p) <= parameters]
    nearest = max([PRESETS["nano"], *sizes], key=_layers)
    heads = max(1, width // HEAD) if width >= 2 * HEAD else 2
    return {
        "depth": depth,
        "width": width,
        "heads": heads,
        "context": nearest["context"],
        "batch": nearest["batch"],
    }


def _layers(numbers: Mapping[str, int]) -> int:
    """Parameters of the layers, of four times the width inside."""
    return 12 * numbers["depth"] * numbers["width"] ** 2


def is_small(shape: Any) -> bool:
    """Whether any machine has room for the weights: asked first, since a model that is but a size takes torch half a
    second more of imports.
    """
    return 12 * shape.depth * shape.width**2 + shape.rows * shape.width <= SMALL


def at_once(micro_batch: int, context: int, batch: int, processes: int) -> int:
    """Tokens that go through the model at once: at least a row, at most what a process has of a batch."""
    return max(context, min(micro_batch, batch // processes))


def needs(
    parameters: int, shape: Any, micro_batch: int, half: bool, recompute: bool, shards: int = 1
) -> dict[str, float]:
    """The memory of a run in GB, estimated: `state` (weights, gradients, moments), `activations` and their sum.

    Activations: 34 width bytes a token and layer at half precision (Korthikanti 2022, without the scores of attention,
    which are not kept), twice that in fp32; recomputed, the input of each layer and the inside of one.
    """
    value = 2 if half else 4
    layer = 17 * value * shape.width
    kept = value * shape.width * shape.depth + layer if recompute else layer * shape.depth
    state = BYTES * parameters / shards / 1e9
    activations = micro_batch * kept / 1e9
    return {
        "state_gb": round(state, 3),
        "activations_gb": round(activations, 3),
        "memory_gb": round(state + activations, 3),
    }


def check_fits(need: Mapping[str, float], available: float, micro_batch: int, context: int) -> None:
    """A TahonaError where a run needs more memory than there is, with what to change."""
    if need["memory_gb"] <= available:
        return
    if need["state_gb"] > available:
        remedy = "choose a smaller pretrain.preset, or more devices with run.strategy fsdp"
    elif micro_batch > context:
        remedy = f"set pretrain.micro_batch lower than {micro_batch}, or pretrain.recompute to true"
    else:
        remedy = "set pretrain.recompute to true, or pretrain.context lower"
    raise TahonaError(
        f"the run can't fit: it needs about {need['memory_gb']:.1f} GB ({need['state_gb']:.1f} for "
        f"weights and moments, {need['activations_gb']:.1f} for activations) and the device has "
        f"{available:.1f}: {remedy}"
    )


def check_shared(batch: int, context: int, processes: int) -> None:
    """A TahonaError where the rows of a batch can't be shared evenly among so many processes."""
    if (rows := max(1, batch // context)) % processes:
        raise TahonaError(
            f"a batch of {rows} rows of {context} tokens can't be shared among {processes} processes: "
            f"set pretrain.batch to a multiple of {context * processes}"
        )


def memory_of(device: Any, processes: int = 1) -> float:
    """GB that each process has: of a GPU of its own, or its share of what the machine, container or job has."""
    if device.type == "cuda":
        import torch

        return torch.cuda.get_device_properties(device).total_memory / 1e9
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([total, *limits_of_groups()]) / processes / 1e9


def limits_of_groups(root: Path = Path("/")) -> Iterator[int]:
    """Bytes that the control groups of this process allow, its own and those around it: a job of Slurm is one."""
    with suppress(OSError):
        for line in (root / "proc/self/cgroup").read_text().splitlines():
            _, controllers, own = line.split(":", 2)
            if controllers and "memory" not in controllers.split(","):
                continue
            top = root / "sys/fs/cgroup" / ("memory" if controllers else "")
            file = "memory.limit_in_bytes" if controllers else "memory.max"
            place = Path(own.lstrip("/"))
            for folder in (place, *place.parents):
                with suppress(OSError, ValueError):  # `max` where there is no limit
                    yield int((top / folder / file).read_text())


# Products a second in bf16 without sparsity, of NVIDIA's data sheets: what a share of the peak (MFU) is of.
PEAKS = {
    "H100 PCIe": 756e12,
    "H100 NVL": 835e12,
    "H100": 989e12,
    "H200": 989e12,
    "GH200": 989e12,
    "B200": 2250e12,
    "A100": 312e12,
    "L40S": 362e12,
    "L4": 121e12,
    "RTX 4090": 165e12,
    "RTX 3090": 71e12,
    "V100": 125e12,
}


def peak_of(device: Any) -> float | None:
    """The peak of a GPU, or None where it is not known."""
    if device.type != "cuda":
        return None
    import torch

    name = torch.cuda.get_device_name(device)
    return next((peak for card, peak in PEAKS.items() if card in name), None)

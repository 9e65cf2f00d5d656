"""What a run computes on: the device and the threads, which its figures record and its key does not."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch

from pipeline.errors import TahonaError

_TRIM_FROM, _MMAP_FROM = -1, -3  # of mallopt(3)
_MOST = 1 << 25  # bytes; the most that it takes


@contextmanager
def computing(context: Mapping[str, Any]) -> Iterator[torch.device]:
    """The device of `context["device"]` (`auto`: CUDA where there is one, else the CPU), with
    `context["threads"]` threads (default: the processors this process may use) until the end.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(int(context.get("threads") or len(os.sched_getaffinity(0))))
    try:
        with _memory_kept():
            yield _device(context.get("device") or "auto")
    finally:
        torch.set_num_threads(before)


@contextmanager
def _memory_kept() -> Iterator[None]:
    """What is freed stays with this process for the next tensor, until the end, when all of it is given back.

    The allocator of the C library would give it to the system after each step and take it anew, page by page: a
    twentieth of the time of a small model. Where there is no glibc nothing is done.
    """
    library = ctypes.CDLL(None)
    if not all(hasattr(library, name) for name in ("mallopt", "malloc_trim")):
        yield
        return
    library.mallopt(_MMAP_FROM, _MOST)  # larger ones are mapped, each for itself
    library.mallopt(_TRIM_FROM, 1 << 30)
    try:
        yield
    finally:
        library.mallopt(_TRIM_FROM, 2 * _MOST)  # what glibc's own adjustment goes up to
        library.malloc_trim(0)


def _device(name: str) -> torch.device:
    """The device of that name. Of several GPUs it is that of the number `TAHONA_CARD`, or the first."""
    if name == "auto" and not torch.cuda.is_available():
        return torch.device("cpu")
    try:
        device = torch.device("cuda" if name == "auto" else name)
        if device.type == "cuda" and device.index is None:
            number = int(os.environ.get("TAHONA_CARD", 0)) % torch.cuda.device_count()
            device = torch.device("cuda", number)
            torch.cuda.set_device(device)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError, ZeroDivisionError) as error:
        raise TahonaError(
            f"the device {name!r} can't be used here: set run.device to auto or cpu"
        ) from error
    return device


def used(device: torch.device, processes: int = 1) -> dict[str, Any]:
    """The same as figures: what the bits of a result depend on beside its parameters."""
    return {"device": device.type, "threads": torch.get_num_threads(), "world_size": processes}

"""The next batch is made by a thread while the device works on this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(make: Callable[[int], T], first: int, last: int) -> Iterator[tuple[int, T]]:
    """Each step from `first` to before `last`, with what `make` gives for it; raises what it raises.

    One thread makes one after another, in order; it is never more than a step ahead.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="batch") as thread:
        coming = thread.submit(make, first) if first < last else None
        for step in range(first, last):
            assert coming is not None
            ready = coming.result()
            if step + 1 < last:
                coming = thread.submit(make, step + 1)
            yield step, ready

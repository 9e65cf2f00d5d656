"""A worker on a cluster: its child computes a shard as long as the order exists, and the outcome is written there."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Any

from pipeline.engines.children import Children
from pipeline.engines.compute import Progress, Spec
from pipeline.store.store import Store

ORDER, ALIVE, DONE = "order.json", ".alive", ".done"  # the files of a job's folder
BEAT = 3.0  # seconds between two signs of life of a shard
ATTEMPTS = 3  # of a shard whose worker died

at_work: set[str] = set()  # the shards that this worker computes
_children = Children()  # of this worker, and ends with it


def compute_order(folder: str, beside: int, order: str) -> None:
    """What a worker does with an order: has a child compute its shard, and leaves the outcome in the store.

    It is one of `beside` on its machine, which have its memory together.
    """
    spec = Spec(**json.loads(order))
    store = Store(spec.store)
    if not ordered(store, folder):
        return
    at_work.add(spec.key)
    try:
        with _sign_of_life(store, folder, spec.key) as (progress, stopping):
            outcome = _children.compute(spec, progress, stopping, beside)
    finally:
        at_work.discard(spec.key)
    if not outcome.stopped and ordered(store, folder):
        # The shard itself is synced; its outcome is only needed as long as the job.
        store.write_json(f"{folder}/{spec.key}{DONE}", asdict(outcome), lasting=False)


def ordered(store: Store, folder: str) -> bool:
    """Whether the order of a job exists."""
    return store.backend.sizes([f"{folder}/{ORDER}"])[0] is not None


@contextmanager
def _sign_of_life(store: Store, folder: str, key: str) -> Iterator[tuple[Progress, Any]]:
    """Writes every few seconds that a shard is being computed, and how far; reads whether it is still wanted."""
    sign: dict[str, Any] = {"beat": 0, "progress": None}
    end, stopped = threading.Event(), threading.Event()

    def beat() -> None:
        sign["beat"] += 1  # so that each differs from the last
        store.write_json(f"{folder}/{key}{ALIVE}", sign, lasting=False)

    def live() -> None:
        while not end.wait(BEAT):
            with suppress(Exception):  # an unreachable store shows as silence
                if ordered(store, folder):
                    beat()
                else:
                    stopped.set()

    def progress(key: str, done: float, total: float | None, unit: str) -> None:
        sign["progress"] = [done, total, unit]

    beat()
    thread = threading.Thread(target=live, name="alive", daemon=True)
    thread.start()
    try:
        yield progress, stopped.is_set
    finally:
        end.set()
        thread.join()

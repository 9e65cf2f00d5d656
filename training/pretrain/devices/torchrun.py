"""A run whose processes torchrun or srun started, on one machine or on several that reach one store.

The first of them is the command: it runs the recipe as ever, and where it comes to a training it gives the order
through a store of keys. The others wait there, until the first says that it has ended. torchrun serves that store;
under srun, which is told to set the same variables, the first does.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.model.stage import Work
    from training.pretrain.params import Training

LONG = timedelta(days=30)  # data is made before a training
LEAVE = 10.0  # seconds within which the others hear that the first has ended
_given = 0  # orders


def started() -> bool:
    """Whether this process was started among several."""
    return "TORCHELASTIC_RUN_ID" in os.environ and int(os.environ["WORLD_SIZE"]) > 1


def number() -> int:
    """Of this process among them all."""
    return int(os.environ["RANK"])


@cache  # one whom the first serves ends with its last user
def keys() -> Any:
    """The store of keys."""
    from torch.distributed.rendezvous import rendezvous

    store, _, _ = next(rendezvous("env://", timeout=LONG))
    store.set_timeout(LONG)
    return store


def among(command: Callable[[], int]) -> int:
    """The exit code of a process that torchrun or srun started: the first of several alone is the command."""
    if not started():
        return command()
    if number():
        return follow()
    try:
        return command()
    finally:
        release()


def follow() -> int:
    """What all but the first do: train where the first does; the exit code."""
    from pipeline.errors import Stopped, TahonaError
    from training.pretrain.devices.parallel import run_in_group

    for stop in (signal.SIGINT, signal.SIGTERM):  # the first decides when to end
        signal.signal(stop, signal.SIG_IGN)
    store, done = keys(), 0
    while order := json.loads(store.get(f"order {done}")):
        try:
            run_in_group({**order, "number": number()}, lambda *figures: None, lambda: False)
        except Stopped:
            break
        except TahonaError as error:
            print(f"rank {number()}: {error}", file=sys.stderr)
            store.add("left", 1)
            return 1
        done += 1
    store.add("left", 1)
    return 0


def release() -> None:
    """The first has ended: the others may, too, and have heard it when this returns."""
    store, until = keys(), time.monotonic() + LEAVE
    store.set(f"order {_given}", json.dumps(None))
    while store.add("left", 0) < int(os.environ["WORLD_SIZE"]) - 1 and time.monotonic() < until:
        time.sleep(0.05)


def train(work: Work[Training]) -> None:
    """The kernel, by all of them."""
    global _given
    from training.pretrain.devices.parallel import order_of, run_in_group

    order = order_of(work, 0, int(os.environ["WORLD_SIZE"]), f"training {_given}")
    keys().set(f"order {_given}", json.dumps(order))
    _given += 1
    result = run_in_group(order, work.progress, work.stopping)
    work.figures, work.outputs = result["figures"], result["outputs"]

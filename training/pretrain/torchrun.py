"""A run whose processes torchrun started, on one machine or on several that reach one store.

The first of them is the command: it runs the recipe as ever, and where it comes to a training it gives the order
through the store of keys that torchrun serves. The others wait there, until the first says that it has ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.model.stage import Work
    from training.pretrain.params import Training

LONG = timedelta(days=30)  # data is made before a training
_given = 0  # orders


def started() -> bool:
    """Whether torchrun started this process, among several."""
    return "TORCHELASTIC_RUN_ID" in os.environ and int(os.environ["WORLD_SIZE"]) > 1


def number() -> int:
    """Of this process among them all."""
    return int(os.environ["RANK"])


def keys() -> Any:
    """The store of keys that torchrun serves."""
    from torch.distributed.rendezvous import rendezvous

    store, _, _ = next(rendezvous("env://", timeout=LONG))
    store.set_timeout(LONG)
    return store


def follow() -> int:
    """What all but the first do: train where the first does; the exit code."""
    from pipeline.errors import Stopped, TahonaError
    from training.pretrain.parallel import run_in_group

    for asked in (signal.SIGINT, signal.SIGTERM):  # the first decides when to end
        signal.signal(asked, signal.SIG_IGN)
    store, done = keys(), 0
    while order := json.loads(store.get(f"order {done}")):
        try:
            run_in_group({**order, "number": number()}, lambda *figures: None, lambda: False)
        except Stopped:
            return 0
        except TahonaError as error:
            print(f"rank {number()}: {error}", file=sys.stderr)
            return 1
        done += 1
    return 0


def release() -> None:
    """The first has ended: the others may, too."""
    keys().set(f"order {_given}", json.dumps(None))


def train(work: Work[Training]) -> None:
    """The kernel, by all of them."""
    global _given
    from training.pretrain.parallel import order_of, run_in_group

    order = order_of(work, 0, int(os.environ["WORLD_SIZE"]), f"training {_given}")
    keys().set(f"order {_given}", json.dumps(order))
    _given += 1
    result = run_in_group(order, work.progress, work.stopping)
    work.figures, work.outputs = result["figures"], result["outputs"]

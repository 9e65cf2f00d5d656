"""The accelerators of this machine, each used by one run at a time, whatever the server assumes. A

slot of a server is lost when that is unreachable for longer than a lease lives; the run goes on, and the server would
let another begin beside it. So a run holds a lock of this machine too, which is free the moment its process has ended.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.server.recording import home

CARD = "TAHONA_CARD"


@contextmanager
def device_lock(limit: str, slots: int) -> Iterator[bool]:
    """Tries to hold one of the accelerators while the block runs; whether it got one.

    There are as many as the limit has slots, but no more than the machine has GPUs, if it has some. Meanwhile
    `TAHONA_CARD` is the number of the one that is held, which a training in one process then computes on; one in
    several takes them all, and needs a limit of 1.
    """
    gpus = len(list(Path("/dev").glob("nvidia[0-9]*")))
    home().mkdir(parents=True, exist_ok=True)
    for number in range(min(slots, gpus or slots)):
        with (home() / f"tahona-{limit}-{number}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            before = os.environ.get(CARD)
            os.environ[CARD] = str(number)
            try:
                yield True
            finally:
                del os.environ[CARD]
                if before is not None:
                    os.environ[CARD] = before
            return
    yield False

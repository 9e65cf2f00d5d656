"""A child of the engines: computes the shards that it is given, one at a time."""

from __future__ import annotations

import faulthandler
import signal
import time
from dataclasses import asdict

from pipeline.engines.compute import Spec, compute
from pipeline.engines.process import Parent

EVERY = 1.0  # seconds between two lines of progress


def main() -> None:
    """Runs until the parent ends it, or ends itself."""
    # The parent decides when to end; a Ctrl-C of the terminal reaches it, and through it us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()  # a crash of native code leaves where it was
    parent, last_report = Parent(), 0.0

    def progress(key: str, done: float, total: float | None, unit: str) -> None:
        nonlocal last_report
        if (now := time.monotonic()) - last_report >= EVERY:
            last_report = now
            parent.tell(progress=[key, done, total, unit])

    for order in parent.orders():
        last_report = 0.0
        parent.tell(outcome=asdict(compute(Spec(**order), progress)))


if __name__ == "__main__":
    main()

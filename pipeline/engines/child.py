"""A child of the engines: computes the shards that it is given, one at a time, and calls what it is asked to."""

from __future__ import annotations

import faulthandler
import signal
import time
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from pipeline.engines.compute import Spec, compute
from pipeline.engines.process import Parent
from pipeline.model.kernel import load

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
        if "call" in order:
            parent.tell(gave=call(order["call"], order["words"]))
        else:
            parent.tell(outcome=asdict(compute(Spec(**order), progress)))


def call(function: str, words: list[str]) -> str | None:
    """What a function named `module:function` gives for some words; None where it fails."""
    with suppress(Exception):  # its parent calls it again, and tells what is wrong
        called: Any = load(function)
        return str(called(*words))
    return None


if __name__ == "__main__":
    main()

"""A child of the engine `processes`: takes shards on standard input, tells of each on standard output."""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import time
from dataclasses import asdict
from typing import Any

from pipeline.engines.compute import Outcome, Spec
from pipeline.engines.engine import run_beam


def main() -> None:
    """Runs until standard input ends, so that a parent that dies takes its children along."""
    # The parent decides when to end; a Ctrl-C of the terminal reaches it, and through it us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    channel = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever a library prints must not break the channel
    lock = threading.Lock()
    last: dict[str, float] = {}

    def tell(message: dict[str, Any]) -> None:
        with lock:
            channel.write(json.dumps(message) + "\n")
            channel.flush()

    def progress(key: str, done: float, total: float | None, unit: str) -> None:
        if (now := time.monotonic()) - last.get(key, 0.0) >= 1.0:
            last[key] = now
            tell({"progress": [key, done, total, unit]})

    def finished(outcome: Outcome) -> None:
        tell({"outcome": asdict(outcome)})

    lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def listen() -> None:
        for line in sys.stdin:
            lines.put(line)
        os._exit(1)  # the parent is gone: nobody waits for the shard in hand

    def take() -> Spec | None:
        item = json.loads(lines.get())
        return None if item is None else Spec(**item)

    threading.Thread(target=listen, name="parent", daemon=True).start()
    while True:
        # One pipeline a step: its shards come one by one, and then a null.
        if (first := take()) is not None:
            held = [first]
            run_beam(
                [f"child {os.getpid()}"],
                lambda: held.pop() if held else take(),  # noqa: B023
                1,
                finished,
                progress,
                threading.Event(),
            )


if __name__ == "__main__":
    main()

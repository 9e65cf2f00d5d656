"""The process of a command: signals, garbage, the exit code. What the commands are: `commands.py`."""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import Any

from flows.commands import exit_codes
from flows.commands.commands import tahona
from flows.stages import ABOUTS
from pipeline.model.about import named

# New objects between two looks for garbage; imports make many that stay (Python's own 700 cost a rerun 6%).
GARBAGE = 100_000


def main() -> None:
    """The entry point of the console script: one clear sentence and an exit code for every error."""
    signal.signal(signal.SIGTERM, _stop_once)
    gc.set_threshold(GARBAGE)
    code = _one_of_many() if "TORCHELASTIC_RUN_ID" in os.environ else guarded(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    if code in {75, 130}:
        os._exit(code)  # threads of the engine may still compute a shard: they are not awaited
    if "torch" not in sys.modules:  # whose compiler reports as a leak what was not given back
        gc.freeze()  # what ends with the process needs no last look, which is a fifth of a short command
    sys.exit(code)


def _one_of_many() -> int:
    """The same in a process that torchrun started, where a stage knows what to do with the others."""
    among = named(next(about.among for about in ABOUTS if about.among))
    code: int = among(lambda: guarded(sys.argv[1:]))
    return code


def _stop_once(number: int, frame: Any) -> None:
    """The first SIGTERM ends a command; a run handles it itself, to save what is in flight."""
    from pipeline.errors import Stopped

    exit_codes.deaf()
    raise Stopped


def guarded(arguments: list[str]) -> int:
    """Runs one command and prints its answer or its error; returns the exit code."""
    return exit_codes.guarded(
        lambda: tahona.main(arguments, "tahona", standalone_mode=False), arguments
    )


if __name__ == "__main__":
    main()

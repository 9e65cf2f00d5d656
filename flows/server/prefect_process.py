"""Prefect's server, its worker and its engine: `python -m flows.server.prefect_process WORDS`, with a fifth less work.

What they import is some hundred thousand objects that live as long as the process. Python's garbage collector would
look through them again and again, while they are imported, at work, and once more at the end; so it does not.
"""

from __future__ import annotations

import gc
import runpy
import sys
from importlib import import_module

# What is run by its first word, and what that imports.
RUNS = {
    "server": ("prefect", "prefect.server.api.server"),
    "worker": ("prefect", "prefect.workers.process"),
    "engine": ("prefect.engine", "flows.server.orchestration"),
}


def main() -> None:
    """`server WORDS` and `worker WORDS` as `prefect` has them; `engine` for the flow run that the environment names."""
    program, imported = RUNS[sys.argv[1]]
    if program == "prefect.engine":
        del sys.argv[1]  # it takes a word for the number of a flow run
    gc.disable()
    import_module(imported)
    gc.freeze()
    gc.enable()
    runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()

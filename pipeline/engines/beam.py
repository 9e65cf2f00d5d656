"""Apache Beam: the one pipeline over shards, and its runner in this process.

An element of the pipeline is the order for one shard (in this process its key), never its text; its result is a
committed shard, so that no runner carries data and every one gives the same bytes.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any


def import_beam() -> Any:
    """Apache Beam, imported without its warnings."""
    # Beam warns on the root logger while it is imported, and installs a handler there.
    root = logging.getLogger()
    had, level = list(root.handlers), root.manager.disable
    logging.disable(logging.WARNING)
    try:
        import apache_beam
    finally:
        logging.disable(level)
        for handler in root.handlers[:]:
            if handler not in had:
                root.removeHandler(handler)
    logging.getLogger("apache_beam").setLevel(logging.ERROR)
    return apache_beam


def run_pipeline(
    runner: Any, options: Any, orders: Sequence[str], work: Callable[[str], None]
) -> None:
    """Runs the pipeline to its end: each order is worked on by whichever worker it is dealt to."""
    beam = import_beam()
    pipeline = beam.Pipeline(runner=runner, options=options)
    # Empty, and for transforms in other languages; a kill would leave it lying.
    os.rmdir(pipeline.local_tempdir)
    _ = (
        pipeline
        | "Shards" >> beam.Create(orders, reshuffle=False)
        | "Spread" >> beam.Reshuffle()
        | "Compute" >> beam.Map(work)
    )
    pipeline.run().wait_until_finish()


# Beam pickles the work of a pipeline, so functions of this process are kept here, by number.
_running: dict[int, Callable[[str], None]] = {}


def _work(token: int, order: str) -> None:
    _running[token](order)


def run_embedded(orders: Sequence[str], work: Callable[[str], None], threads: int) -> None:
    """Runs the pipeline by Beam's own runner, in `threads` threads of this process, to its end."""
    import_beam()
    from apache_beam.options.pipeline_options import PipelineOptions
    from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner

    token = id(orders)
    _running[token] = work
    options = PipelineOptions(
        ["--direct_running_mode=in_memory", f"--direct_num_workers={threads}"]
    )
    try:
        # The runner is named, so that Beam neither chooses nor fetches one.
        run_pipeline(FnApiRunner(), options, orders, partial(_work, token))
    finally:
        del _running[token]

"""Which Beam runs the shards of a step: threads in this process, child processes of our own, or Flink.

An element of the pipeline is the name of a shard, never its text; its result is a committed shard,
so that no engine carries data and every engine gives the same bytes.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from pipeline.engines.compute import Done, Progress, Spec, compute
from pipeline.engines.processes import Children, Hands
from pipeline.errors import Stopped

__all__ = ["Children", "EngineName", "check", "import_beam", "run", "run_beam", "workers_available"]

EngineName = Literal["embedded", "processes", "flink"]


def workers_available() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0))


def check(engine: EngineName) -> None:
    """One clear error, before any work, where an engine can't run."""
    if engine == "flink":
        from pipeline.engines.cluster import Cluster

        Cluster.named().check()


def run(
    specs: Sequence[Spec],
    engine: EngineName | Literal["driver"],
    workers: int,
    children: Children,
    done: Done,
    progress: Progress,
    stop: threading.Event,
) -> None:
    """Computes shards, largest first, and tells `done` of each; stops early after the first error.

    Raises Stopped when `stop` is set; then what was in flight is lost, and nothing else.
    """
    ordered = sorted(specs, key=lambda s: (-s.bytes_in, s.key))
    if engine == "driver":
        _run_here(ordered, done, progress, stop)
    elif engine == "embedded":
        _run_embedded(ordered, workers, done, progress, stop)
    elif engine == "flink":
        from pipeline.engines.flink import run_flink

        run_flink(ordered, workers, done, progress, stop)
    else:
        Hands(ordered, workers, children, done, progress, stop).run()


def _run_here(specs: Sequence[Spec], done: Done, progress: Progress, stop: threading.Event) -> None:
    for spec in specs:
        outcome = compute(spec, progress, stop.is_set)
        if outcome.stopped:
            raise Stopped
        done(outcome)
        if outcome.error:
            return


@dataclass
class _Pipeline:
    take: Callable[[], Spec | None]
    done: Done
    progress: Progress
    halt: threading.Event


# Beam pickles what a DoFn holds, so what a running pipeline works on stands here, by number.
_running: dict[int, _Pipeline] = {}


def _compute_next(token: int) -> None:
    """Computes shards, the next each time, until there is none.

    Beam deals its elements out before it begins, the same number to each thread. Shards differ in
    size, so a thread takes from the common pile and not what it was dealt.
    """
    pipeline = _running[token]
    while not pipeline.halt.is_set() and (spec := pipeline.take()) is not None:
        outcome = compute(spec, pipeline.progress, pipeline.halt.is_set)
        if outcome.stopped:
            return  # another shard failed, or the run was stopped: that is told elsewhere
        pipeline.done(outcome)
        if outcome.error:
            pipeline.halt.set()


def run_beam(
    names: Sequence[str],
    take: Callable[[], Spec | None],
    workers: int,
    done: Done,
    progress: Progress,
    halt: threading.Event,
) -> None:
    """One Beam pipeline over named work, in this process, with `workers` threads, until it ends.

    `take` gives the next shard to whichever thread is free, None when there is no more.
    """
    beam = import_beam()
    from apache_beam.options.pipeline_options import PipelineOptions
    from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner

    token = id(halt)
    _running[token] = _Pipeline(take, done, progress, halt)
    options = PipelineOptions(
        ["--direct_running_mode=in_memory", f"--direct_num_workers={workers}"]
    )
    try:
        # The runner is named, so that Beam neither chooses nor fetches one.
        with beam.Pipeline(runner=FnApiRunner(), options=options) as pipeline:
            # Empty, and for transforms in other languages; a kill would leave it lying.
            os.rmdir(pipeline.local_tempdir)
            _ = (
                pipeline
                | "Shards" >> beam.Create(names, reshuffle=False)
                | "Spread" >> beam.Reshuffle()
                | "Compute" >> beam.Map(lambda name: _compute_next(token))
            )
    finally:
        del _running[token]


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


def _run_embedded(
    specs: Sequence[Spec], workers: int, done: Done, progress: Progress, stop: threading.Event
) -> None:
    # Beam runs beside the main thread, which stays free to hear a signal.
    halt = threading.Event()
    failure: list[BaseException] = []
    pile = deque(specs)

    def take() -> Spec | None:
        with suppress(IndexError):
            return pile.popleft()
        return None

    def work() -> None:
        try:
            run_beam([spec.key for spec in specs], take, workers, done, progress, halt)
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=work, name="beam", daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(0.1)
            if stop.is_set():
                raise Stopped
    finally:
        halt.set()
    if failure:
        raise failure[0]

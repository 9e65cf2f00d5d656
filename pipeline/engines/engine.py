"""Which engine computes the shards of a step, and that every engine does it alike.

Shards are computed in child processes (children.py) that one of these deals out: Beam, by a pipeline whose
elements are the shards, in this process (`embedded`) or on a cluster (`flink`), or a plain loop (`processes`).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Literal

from pipeline.engines.children import TICK, Children
from pipeline.engines.compute import Done, Progress, Spec, compute
from pipeline.errors import Stopped
from pipeline.model.about import SHARD
from pipeline.model.stage import Step

EngineName = Literal["embedded", "processes", "flink"]
# In this process: a step of the driver's in its thread, one that waits for other machines in many.
Engine = EngineName | Literal["driver", "waiting"]

WAITING = 256  # shards at once of a step that waits for other machines
# A worker more for so many seconds of a step's work: its start and imports, and those of Beam, take as many.
WORTH = 3.0
SLOW = 0.3e6  # bytes a second that the slowest kernels read: pages in archives
DEALT = 2  # threads of Beam for each child, so that no child waits for a thread with small shards


def workers_available() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0))


def worth_starting(specs: Sequence[Spec], children: Children) -> int:
    """How many workers a step is worth: those that wait already, and more for more work; one for little."""
    seconds = sum(SHARD + spec.bytes_in / SLOW for spec in specs)
    return min(workers_available(), max(children.waiting, 1 + int(seconds / WORTH)))


def check(engine: Engine) -> None:
    """One clear error, before any work, where an engine can't run."""
    if engine == "flink":
        from pipeline.engines.cluster import Cluster

        Cluster.named().check()


def of(step: Step, engine: Engine) -> Engine:
    """The engine that computes a step, where the run has this one."""
    if step.driver or (step.alone and engine == "flink"):
        return "driver"
    return "waiting" if step.waits and engine != "flink" else engine


def run(
    specs: Sequence[Spec],
    engine: Engine,
    workers: int | None,
    children: Children,
    done: Done,
    progress: Progress,
    stop: threading.Event,
) -> None:
    """Computes shards, largest first, and passes each outcome to `done`; stops early after the first error.

    Without a number of `workers` by as many as are worth their start.

    Raises Stopped when `stop` is set; then what was in flight is lost, and nothing else.
    """
    ordered = sorted(specs, key=lambda s: (-s.bytes_in, s.key))
    workers = workers or worth_starting(ordered, children)
    if engine == "driver":
        _run_here(ordered, done, progress, stop)
    elif engine == "waiting":
        _run_waiting(ordered, done, progress, stop)
    elif engine == "flink":
        from pipeline.engines.flink import run_flink

        run_flink(ordered, workers, done, progress, stop)
    else:
        # One shard or one child needs no distribution: that saves the import of Beam, and a pipeline for each step.
        beam = engine == "embedded" and min(len(ordered), workers) > 1
        deal = _deal_by_beam if beam else _deal_in_order
        _run_in_children(ordered, deal, workers, children, done, progress, stop)


def _run_here(specs: Sequence[Spec], done: Done, progress: Progress, stop: threading.Event) -> None:
    for spec in specs:
        outcome = compute(spec, progress, stop.is_set)
        if outcome.stopped:
            raise Stopped(outcome.error)
        done(outcome)
        if outcome.error:
            return


def _run_waiting(
    specs: Sequence[Spec], done: Done, progress: Progress, stop: threading.Event
) -> None:
    halt = threading.Event()

    def work(spec: Spec) -> None:
        outcome = compute(spec, progress, lambda: halt.is_set() or stop.is_set())
        if not outcome.stopped:
            done(outcome)

    with ThreadPoolExecutor(min(len(specs), WAITING), "waiting") as hands:
        waited_for = {hands.submit(work, spec) for spec in specs}
        try:
            while waited_for:
                finished, waited_for = wait(waited_for, TICK)
                for future in finished:
                    future.result()
        finally:
            halt.set()
    if stop.is_set():
        raise Stopped


Hand = Callable[[Spec], Future[None]]  # puts a shard at the end of those that wait for a child


def _deal_in_order(specs: Sequence[Spec], hand: Hand, workers: int) -> None:
    for future in [hand(spec) for spec in specs]:
        future.result()


def _deal_by_beam(specs: Sequence[Spec], hand: Hand, workers: int) -> None:
    from pipeline.engines.beam import run_embedded

    # Beam deals the elements out before it begins, by turns, the same number to each thread. It pickles
    # and compresses them several times over, so within this process they are keys alone.
    named = {spec.key: spec for spec in specs}
    run_embedded(
        list(named),
        lambda key: hand(named[key]).result(),
        min(len(specs), DEALT * workers),
    )


def _run_in_children(
    specs: Sequence[Spec],
    deal: Callable[[Sequence[Spec], Hand, int], None],
    workers: int,
    children: Children,
    done: Done,
    progress: Progress,
    stop: threading.Event,
) -> None:
    workers = max(1, min(workers, len(specs)))
    halt = threading.Event()  # something failed, or a stop was requested
    over = threading.Event()  # all is dealt out, and done
    failures: list[BaseException] = []

    def work(spec: Spec) -> None:
        if halt.is_set():
            return
        try:
            outcome = children.compute(spec, progress, halt.is_set, workers)
            if not outcome.stopped:
                done(outcome)
            if outcome.error:
                halt.set()
        except BaseException as error:
            failures.append(error)
            halt.set()

    def hand(spec: Spec) -> Future[None]:
        if not halt.is_set():
            return hands.submit(work, spec)
        (nothing := Future[None]()).set_result(None)
        return nothing

    def deal_out() -> None:
        try:
            deal(specs, hand, workers)
        except BaseException as error:
            failures.append(error)
        over.set()

    children.start(workers)
    with ThreadPoolExecutor(workers, "shard") as hands:
        # In another thread, so that the main one can receive signals; a stop waits for Beam only a moment.
        threading.Thread(target=deal_out, name="deal", daemon=True).start()
        try:
            while not over.wait(TICK):
                if stop.is_set():
                    raise Stopped
        finally:
            halt.set()
            over.wait(1)
    if failures:
        raise failures[0]

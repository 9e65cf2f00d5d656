"""Which Beam runs the shards of a step: threads in this process, or child processes of our own.

An element of the pipeline is the description of a shard, never its text; its result is a committed
shard, so that no engine carries data and every engine gives the same bytes.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Literal

from pipeline.errors import Stopped, TahonaError
from pipeline.shard import Outcome, Progress, Spec, compute

EngineName = Literal["embedded", "processes"]
Done = Callable[[Outcome], None]

ATTEMPTS = 3  # of a shard whose process died


def workers_available() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0))


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
    else:
        _Hands(ordered, workers, children, done, progress, stop).run()


def _run_here(specs: Sequence[Spec], done: Done, progress: Progress, stop: threading.Event) -> None:
    for spec in specs:
        outcome = compute(spec, progress, stop.is_set)
        if outcome.stopped:
            raise Stopped
        done(outcome)
        if outcome.error:
            return


# Beam pickles what a DoFn holds, so the running pipeline's call-backs stand here, by number.
_running: dict[int, tuple[Done, Progress, threading.Event]] = {}


def _compute_element(token: int, element: str) -> None:
    done, progress, halt = _running[token]
    if halt.is_set():
        return
    outcome = compute(Spec(**json.loads(element)), progress, halt.is_set)
    if outcome.stopped:
        return  # because another shard failed, or the run was stopped: that is told elsewhere
    done(outcome)
    if outcome.error:
        halt.set()


def run_beam(
    specs: Sequence[Spec], workers: int, done: Done, progress: Progress, halt: threading.Event
) -> None:
    """One Beam pipeline over shards, in this process, with `workers` threads. Blocks until it ends."""
    beam = _import_beam()
    from apache_beam.options.pipeline_options import PipelineOptions
    from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner

    token = id(halt)
    _running[token] = (done, progress, halt)
    options = PipelineOptions(
        ["--direct_running_mode=in_memory", f"--direct_num_workers={workers}"]
    )
    elements = [json.dumps(asdict(spec)) for spec in specs]
    try:
        # The runner is named, so that Beam neither chooses nor fetches one.
        with beam.Pipeline(runner=FnApiRunner(), options=options) as pipeline:
            _ = (
                pipeline
                | "Shards" >> beam.Create(elements, reshuffle=False)
                | "Spread" >> beam.Reshuffle()
                | "Compute" >> beam.Map(lambda element: _compute_element(token, element))
            )
    finally:
        del _running[token]


def _import_beam() -> Any:
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

    def work() -> None:
        try:
            run_beam(specs, workers, done, progress, halt)
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


class Children:
    """The child processes of the engine `processes`, kept between steps: a start costs a second or two."""

    def __init__(self) -> None:
        self._idle: list[subprocess.Popen[str]] = []
        self._lock = threading.Lock()

    def take(self) -> subprocess.Popen[str]:
        """A child that waits for a batch."""
        with self._lock:
            while self._idle:
                if (child := self._idle.pop()).poll() is None:
                    return child
        # Each child does one shard at a time; more threads inside would only fight the others.
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        # A child imports what its parent can, wherever a stage's module lies.
        path = os.pathsep.join(os.path.abspath(p) for p in sys.path)
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "pipeline.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **dict.fromkeys(names, "1"), "PYTHONPATH": path},
        )

    def give_back(self, child: subprocess.Popen[str]) -> None:
        """Takes back a child that is done with its batch."""
        with self._lock:
            self._idle.append(child)

    def close(self) -> None:
        """Ends the idle children."""
        for child in self._idle:
            child.kill()
            child.wait()
        self._idle.clear()


class _Hands:
    """Hands batches of shards out to children; one that dies is replaced, and its shards tried again."""

    def __init__(
        self,
        specs: Sequence[Spec],
        workers: int,
        children: Children,
        done: Done,
        progress: Progress,
        stop: threading.Event,
    ) -> None:
        self.workers = max(1, min(workers, len(specs)))
        self.children, self.done, self.progress, self.stop = children, done, progress, stop
        self.batches: queue.SimpleQueue[list[Spec] | None] = queue.SimpleQueue()
        # Small batches balance the load; each costs one start of a Beam pipeline.
        size = max(1, min(16, len(specs) // (self.workers * 4)))
        for start in range(0, len(specs), size):
            self.batches.put(list(specs[start : start + size]))
        self.attempts: dict[str, int] = {}
        self.unfinished = len(specs)
        self.lock = threading.Lock()
        self.end = threading.Event()  # all is done, or something failed
        self.busy: set[subprocess.Popen[str]] = set()
        self.failure: BaseException | None = None

    def run(self) -> None:
        threads = [threading.Thread(target=self._attend, daemon=True) for _ in range(self.workers)]
        for thread in threads:
            thread.start()
        try:
            while not self.end.wait(0.1):
                if self.stop.is_set():
                    raise Stopped
        finally:
            self.end.set()
            with self.lock:
                busy = list(self.busy) if self.unfinished else []
            for child in busy:
                child.kill()
            for _ in threads:
                self.batches.put(None)
            for thread in threads:
                thread.join()
        if self.failure:
            raise self.failure

    def _attend(self) -> None:
        # Until the end of the step: another child may die yet, and leave its shards to this one.
        try:
            while not self.end.is_set() and (batch := self.batches.get()) is not None:
                self._hand_out(batch)
        except BaseException as error:
            self.failure = error
            self.end.set()

    def _hand_out(self, batch: list[Spec]) -> None:
        child = self.children.take()
        with self.lock:
            self.busy.add(child)
            if self.end.is_set() and self.unfinished:
                child.kill()
        left = {spec.key: spec for spec in batch}
        alive = self._listen(child, left)
        with self.lock:
            self.busy.discard(child)
        if alive:
            self.children.give_back(child)
            return
        code = child.wait()
        if self.end.is_set():
            return
        for spec in left.values():
            self.attempts[spec.key] = self.attempts.get(spec.key, 0) + 1
            if self.attempts[spec.key] >= ATTEMPTS and len(batch) == 1:
                raise TahonaError(_death(spec, code))
            self.batches.put([spec])  # alone, so that the one that kills its process is known

    def _listen(self, child: subprocess.Popen[str], left: dict[str, Spec]) -> bool:
        """Hears a child's batch out and takes what is finished out of `left`; False when it died."""
        assert child.stdin and child.stdout
        try:
            child.stdin.write(json.dumps([asdict(spec) for spec in left.values()]) + "\n")
            child.stdin.flush()
        except OSError:
            return False
        for line in child.stdout:
            if not line.endswith("\n"):
                return False  # it died in the middle of a word
            message = json.loads(line)
            if "progress" in message:
                self.progress(*message["progress"])
            elif "outcome" in message:
                self._finish(Outcome(**message["outcome"]), left)
            else:
                return True
        return False

    def _finish(self, outcome: Outcome, left: dict[str, Spec]) -> None:
        left.pop(outcome.key, None)
        with self.lock:
            self.done(outcome)
            self.unfinished -= 1
            if outcome.error or not self.unfinished:
                self.end.set()


def _death(spec: Spec, code: int) -> str:
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    hint = " (out of memory?)" if code in {-9, 137} else ""
    return (
        f"{spec.title}: its process died {ATTEMPTS} times, last by {how}{hint}: "
        "try fewer workers, or smaller input files"
    )

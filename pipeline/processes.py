"""The engine `processes`: hands batches of shards out to child processes, and outlives the death of any."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from pipeline.errors import Stopped, TahonaError
from pipeline.shard import Done, Outcome, Progress, Spec

ATTEMPTS = 3  # of a shard whose process died


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


class Hands:
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
        for batch in _batches(specs, self.workers):
            self.batches.put(batch)
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


def _batches(specs: Sequence[Spec], workers: int) -> Iterator[list[Spec]]:
    """Small enough to balance the load, large enough for the 0.1 s that starting a pipeline costs."""
    most = max(1, min(16, len(specs) // (workers * 4)))
    share = sum(spec.bytes_in for spec in specs) / (workers * 4)
    batch: list[Spec] = []
    for spec in specs:
        too_large = sum(held.bytes_in for held in [*batch, spec]) > share
        if batch and (len(batch) == most or too_large):
            yield batch
            batch = []
        batch.append(spec)
    if batch:
        yield batch


def _death(spec: Spec, code: int) -> str:
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    hint = " (out of memory?)" if code in {-9, 137} else ""
    return (
        f"{spec.title}: its process died {ATTEMPTS} times, last by {how}{hint}: "
        "try fewer workers, or smaller input files"
    )

"""The engine `processes`: hands shards out to child processes, and outlives the death of any."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict

from pipeline.errors import Stopped, TahonaError
from pipeline.shard import Done, Outcome, Progress, Spec

ATTEMPTS = 3  # of a shard whose process died


class Children:
    """The child processes, kept between steps: a start costs a second or two."""

    def __init__(self) -> None:
        self._idle: list[subprocess.Popen[str]] = []
        self._lock = threading.Lock()

    def take(self) -> subprocess.Popen[str]:
        """A child that waits for shards."""
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
        """Takes back a child and tells it that the step has ended."""
        with suppress(OSError):  # a dead one is found when it is taken
            _say(child, None)
        with self._lock:
            self._idle.append(child)

    def close(self) -> None:
        """Ends the idle children."""
        for child in self._idle:
            child.kill()
            child.wait()
        self._idle.clear()


class Hands:
    """Hands the shards of a step out, one at a time, each to the next child that is free.

    A child that dies is replaced and its shard tried again.
    """

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
        self.waiting: queue.SimpleQueue[Spec | None] = queue.SimpleQueue()
        for spec in specs:
            self.waiting.put(spec)
        self.attempts: dict[str, int] = {}
        self.unfinished = len(specs)
        self.lock = threading.Lock()
        self.end = threading.Event()  # all is done, or something failed, or a stop was asked for
        self.busy: set[subprocess.Popen[str]] = set()
        self.failure: BaseException | None = None

    def run(self) -> None:
        """Returns when every shard is done or one has failed; raises Stopped on request."""
        threads = [threading.Thread(target=self._attend, daemon=True) for _ in range(self.workers)]
        for thread in threads:
            thread.start()
        try:
            while not self.end.wait(0.1):
                if self.stop.is_set():
                    raise Stopped
        finally:
            with self.lock:
                self.end.set()
                for child in self.busy:
                    child.kill()
            for _ in threads:
                self.waiting.put(None)
            for thread in threads:
                thread.join()
        if self.failure:
            raise self.failure

    def _attend(self) -> None:
        """Keeps one child at work until the end of the step."""
        child: subprocess.Popen[str] | None = None
        try:
            # A shard may come back to the queue as long as any child that could die is at work.
            while (spec := self.waiting.get()) is not None:
                child = child or self.children.take()
                with self.lock:
                    if self.end.is_set():
                        break
                    self.busy.add(child)
                outcome = self._ask(child, spec)
                with self.lock:
                    self.busy.discard(child)
                if outcome is not None:
                    self._finish(outcome)
                else:
                    code, child = child.wait(), None
                    self._try_again(spec, code)
        except BaseException as error:
            self.failure = error
            self.end.set()
        finally:
            if child is not None:
                self.children.give_back(child)

    def _ask(self, child: subprocess.Popen[str], spec: Spec) -> Outcome | None:
        """Has a child compute a shard; None when it died over it."""
        assert child.stdout
        try:
            _say(child, asdict(spec))
        except OSError:
            return None
        for line in child.stdout:
            if not line.endswith("\n"):
                return None  # it died in the middle of a word
            message = json.loads(line)
            if "outcome" in message:
                return Outcome(**message["outcome"])
            self.progress(*message["progress"])
        return None

    def _finish(self, outcome: Outcome) -> None:
        with self.lock:
            self.done(outcome)
            self.unfinished -= 1
            if outcome.error or not self.unfinished:
                self.end.set()

    def _try_again(self, spec: Spec, code: int) -> None:
        if self.end.is_set():
            return
        with self.lock:
            self.attempts[spec.key] = self.attempts.get(spec.key, 0) + 1
        if self.attempts[spec.key] == ATTEMPTS:
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            hint = " (out of memory?)" if code in {-9, 137} else ""
            raise TahonaError(
                f"{spec.title}: its process died {ATTEMPTS} times, last by {how}{hint}: "
                "try fewer workers, or smaller input files"
            )
        self.waiting.put(spec)


def _say(child: subprocess.Popen[str], message: object) -> None:
    assert child.stdin
    child.stdin.write(json.dumps(message) + "\n")
    child.stdin.flush()

"""The engine `processes`: hands shards out to child processes, and outlives the death or the hang of any."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.engines.compute import Done, Outcome, Progress, Spec
from pipeline.errors import Stopped, TahonaError
from pipeline.store.store import Store

ATTEMPTS = 3  # of a shard whose process died
HANGS = 2  # of a shard whose process hung
PATIENCE = 600.0  # seconds that a child may have a shard and show no work at all
WORK = 1 / 600  # the share of a processor that is work; an idle child uses a fifth of it
TICK = 0.1  # seconds between two looks at the children


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
            [sys.executable, "-P", "-m", "pipeline.engines.child"],
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


@dataclass
class _Watch:
    """How long a child at work has shown nothing: no word, and no use of a processor."""

    used: float = 0.0  # processor seconds at the last sign of work
    idle: float = 0.0  # seconds since, as the parent ran them
    hung: bool = False


class Hands:
    """Hands the shards of a step out, one at a time, each to the next child that is free.

    A child that dies is replaced and its shard tried again. One that tells nothing and uses no
    processor for PATIENCE hangs (on a lock, on a disk that is gone) and is killed; a long shard is at
    work, whether its kernel tells of it or not, and is never taken for hung.
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
        self.attempts: Counter[tuple[str, bool]] = Counter()
        self.unfinished = len(specs)
        self.lock = threading.Lock()
        self.end = threading.Event()  # all is done, or something failed, or a stop was asked for
        self.busy: dict[subprocess.Popen[str], _Watch] = {}
        self.failure: BaseException | None = None

    def run(self) -> None:
        """Returns when every shard is done or one has failed; raises Stopped on request."""
        threads = [threading.Thread(target=self._attend, daemon=True) for _ in range(self.workers)]
        for thread in threads:
            thread.start()
        try:
            while not self.end.wait(TICK):
                if self.stop.is_set():
                    raise Stopped
                self._end_hung()
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
                watch = _Watch()
                with self.lock:
                    if self.end.is_set():
                        break
                    self.busy[child] = watch
                outcome = self._ask(child, spec, watch)
                with self.lock:
                    del self.busy[child]
                if outcome is not None:
                    self._finish(outcome)
                else:
                    code, child = child.wait(), None
                    self._try_again(spec, code, watch.hung)
        except BaseException as error:
            self.failure = error
            self.end.set()
        finally:
            if child is not None:
                self.children.give_back(child)

    def _ask(self, child: subprocess.Popen[str], spec: Spec, watch: _Watch) -> Outcome | None:
        """Has a child compute a shard; None when it died over it."""
        assert child.stdout
        try:
            _say(child, asdict(spec))
        except OSError:
            return None
        for line in child.stdout:
            watch.idle = 0.0
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

    def _end_hung(self) -> None:
        with self.lock:
            for child, watch in self.busy.items():
                # Counted in looks and not by the clock, so that a run that was paused is not hung.
                watch.idle += TICK
                used = _processor_seconds(child.pid)
                if used is None or used - watch.used >= PATIENCE * WORK:
                    watch.used, watch.idle = used or 0.0, 0.0
                if watch.idle > PATIENCE:
                    watch.hung = True
                    child.kill()

    def _try_again(self, spec: Spec, code: int, hung: bool) -> None:
        Store(spec.store).clean()  # what it left half-written
        if self.end.is_set():
            return
        with self.lock:
            self.attempts[spec.key, hung] += 1
            times = self.attempts[spec.key, hung]
        if times < (HANGS if hung else ATTEMPTS):
            self.waiting.put(spec)
            return
        if hung:
            raise TahonaError(
                f"{spec.title}: its process hung {times} times, {PATIENCE:.0f} seconds without any "
                "work: see that the store and the input files answer, then run again"
            )
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        hint = " (out of memory?)" if code in {-9, 137} else ""
        raise TahonaError(
            f"{spec.title}: its process died {times} times, last by {how}{hint}: "
            "try fewer workers, or smaller input files"
        )


def _processor_seconds(process: int) -> float | None:
    """What a process and those it waited for have used, or None where the system does not say."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _say(child: subprocess.Popen[str], message: object) -> None:
    assert child.stdin
    child.stdin.write(json.dumps(message) + "\n")
    child.stdin.flush()

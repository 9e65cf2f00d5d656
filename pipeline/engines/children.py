"""Child processes that compute shards: what crashes, hangs or eats memory there costs one shard and a sentence.

Kernels read what strangers wrote, with native parsers. Some of those are not safe beside other threads either: two
threads that parse with lxml may share a dictionary of names without a lock. A child has one thread that works.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.engines.compute import Outcome, Progress, Spec
from pipeline.engines.process import Child
from pipeline.errors import TahonaError
from pipeline.store.store import Store

if TYPE_CHECKING:
    import psutil

DIED, HUNG, GREW = "died", "hung", "grew"  # what may become of a child in place of an outcome
ATTEMPTS = {DIED: 3, HUNG: 2, GREW: 1}  # of a shard until it has failed
PATIENCE = 600.0  # seconds that a child may have a shard and show no work at all
WORK = 1 / 600  # the share of a processor that is work
TICK = 0.1  # seconds between two looks at a child
MEMORY = 0.9  # the share of this machine's memory that all children together may have
# A child does one shard at a time; more threads inside would only fight the other children.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class Children:
    """Computes shards in child processes, which are kept from one shard to the next: a start costs a moment."""

    def __init__(self, memory: float | None = None) -> None:
        self._given = memory
        self._idle: list[Child] = []
        self._lock = threading.Lock()
        # A child dies with the thread that started it, and the threads that use children are short-lived.
        self._starter = ThreadPoolExecutor(1, "children")

    @cached_property
    def memory(self) -> float:
        """Bytes, for all that are at work."""
        return self._given or MEMORY * _memory()

    def start(self, count: int) -> None:
        """Starts children beforehand, so that they are ready soon."""
        for _ in range(count - len(self._idle)):
            self._idle.append(self._begin())

    @property
    def waiting(self) -> int:
        """How many wait for work."""
        return len(self._idle)

    def close(self) -> None:
        """Ends the children that wait for work."""
        with self._lock:
            while self._idle:
                self._idle.pop().end()

    def compute(
        self, spec: Spec, progress: Progress, stopping: Callable[[], bool], workers: int = 1
    ) -> Outcome:
        """What `compute` does, in a child, one of `workers` at a time; the child ends when it is to stop.

        A shard whose child dies or hangs is tried again in another, and then failed.
        """
        failures: Counter[str] = Counter()
        share = self.memory / workers
        while True:
            child = self._take()
            answer: Outcome | str = DIED
            try:
                answer = _ask(child, spec, progress, stopping, share)
            finally:
                if isinstance(answer, str) or answer.stopped:
                    how = child.end()
                else:
                    self._give_back(child)
            if isinstance(answer, Outcome):
                return answer
            Store(spec.store).clean()  # what it left half-written
            failures[answer] += 1
            if failures[answer] == ATTEMPTS[answer]:
                sentence = _sentence(answer, how, child.last_words(), share)
                return Outcome(
                    spec.key, f"{spec.title}: its process {sentence}", child.last_words()
                )

    def call(self, function: str, *words: str) -> str | None:
        """What a function named `module:function` gives, in a child that waits for work.

        It has imported and compiled what kernels use. None where no child waits, or the function fails there.
        """
        if (child := self._waiting()) is None:
            return None
        answer: dict[str, str | None] | None = None
        try:
            child.say({"call": function, "words": words})
            with suppress(EOFError):
                while (answer := child.hear(TICK)) is None:
                    pass
        finally:
            if answer is None:
                child.end()
            else:
                self._give_back(child)
        return answer["gave"] if answer else None

    def _take(self) -> Child:
        return self._waiting() or self._begin()

    def _waiting(self) -> Child | None:
        with self._lock:
            while self._idle:
                if (child := self._idle.pop()).ended() is None:
                    return child
        return None

    def _give_back(self, child: Child) -> None:
        if output := child.last_words():  # what a library printed
            print(output, file=sys.stderr)
            child.log.truncate(0)
        with self._lock:
            self._idle.append(child)

    def _begin(self) -> Child:
        environment = {**os.environ, **ONE_THREAD}
        try:
            # Its output is appended, also after the file was emptied.
            log = tempfile.TemporaryFile("a+b")  # noqa: SIM115
            return self._starter.submit(Child, "pipeline.engines.child", log, environment).result()
        except OSError as error:
            raise TahonaError(
                f"no process could be started for a shard ({error}): try fewer workers"
            ) from error


def _ask(
    child: Child,
    spec: Spec,
    progress: Progress,
    stopping: Callable[[], bool],
    share: float,
) -> Outcome | str:
    """Has a child compute a shard: its outcome, or what became of the child instead."""
    import psutil

    watch = _Watch(psutil.Process(child.pid), share)
    child.say(asdict(spec))
    while not stopping():
        try:
            message = child.hear(TICK)
        except EOFError:
            return DIED
        if message and "outcome" in message:
            return Outcome(**message["outcome"])
        if message:
            progress(*message["progress"])
        with suppress(psutil.NoSuchProcess):  # it has just died: the next read shows it
            if ill := watch.look(silent=message is None):
                return ill
    return Outcome(spec.key, error="stopped on request", stopped=True)


@dataclass
class _Watch:
    """Looks whether a child hangs (on a lock, on a disk that is gone) or eats the machine's memory.

    A child that reports nothing and uses no processor for PATIENCE hangs; a long shard uses the processor, whether
    or not its kernel reports progress, and is never taken for hung.
    """

    process: psutil.Process
    share: float
    used: float = 0.0  # processor seconds at the last sign of work
    idle: float = 0.0  # seconds since

    def look(self, silent: bool) -> str | None:
        """What is wrong with the child, if anything."""
        memory = self.process.memory_info()
        if memory.rss - getattr(memory, "shared", 0) > self.share:  # mapped files cost nothing
            return GREW
        # Counted in looks and not by the clock, so that a run that was paused is not hung.
        self.idle += TICK
        used = sum(self.process.cpu_times()[:4])  # with that of the processes that it waited for
        if not silent or used - self.used >= PATIENCE * WORK:
            self.used, self.idle = used, 0.0
        return HUNG if self.idle > PATIENCE else None


def _sentence(answer: str, how: str, output: str, share: float) -> str:
    """What became of the process of a shard, the last time, and what to do."""
    smaller = "try fewer workers, or smaller input files"
    if answer == GREW:
        return (
            f"took more than {share / 1e9:.1f} GB of memory, its share of this machine: {smaller}"
        )
    if answer == HUNG:
        return (
            f"hung {ATTEMPTS[HUNG]} times, {PATIENCE:.0f} seconds without any work: "
            "see that the store and the input files answer, then run again"
        )
    died = f"died {ATTEMPTS[DIED]} times, last {how}"
    if how == "by SIGKILL":
        return f"{died} (out of memory?): {smaller}"
    # Before the traceback that the child leaves, glibc says what was wrong.
    reason = output.partition("Fatal Python error: ")[0].strip().rpartition("\n")[2]
    return f"{died}{f' ({reason})' if reason else ''}: leave its input file out, and report it"


def _memory() -> int:
    """The bytes of memory that this machine has, or the container that this process is in."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for name in ("memory.max", "memory/memory.limit_in_bytes"):  # of cgroups, version 2 and 1
        with suppress(OSError, ValueError):
            limits.append(int(Path("/sys/fs/cgroup", name).read_text()))
    return min(limits)

"""Kills what computes a step on Flink while its job runs: its workers, its task manager with them, or its driver."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from typing import Literal

from pipeline.engines.cluster import Cluster
from pipeline.run.runner import Watcher
from tests.flink.cluster import Local

Victim = Literal["workers", "task manager", "driver"]
VICTIMS: tuple[Victim, ...] = ("workers", "task manager", "driver")
Place = tuple[str, str]  # a stage and one of its steps
WAIT = 600.0  # seconds for the job of a step to run
TICK = 0.02  # seconds between two looks at it


class Seen(Watcher):
    """The steps that had something to compute, in their order, and those of them that were jobs of Flink."""

    def __init__(self) -> None:
        self.places: list[Place] = []

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None:
        if missing:
            self.places.append((stage, step))

    def jobs(self) -> list[Place]:
        """Those on Flink; the driver computes the others itself."""
        return [place for place in self.places if Cluster.named().jobs(_job(place))]


def _job(place: Place) -> str:
    return f"tahona-{place[0]}-{place[1]}@"


def _runs(place: Place) -> bool:
    """Whether a task of the job of a step runs."""
    return any(job["tasks"]["running"] for job in Cluster.named().jobs(_job(place)))


def _send(process: int, number: int = signal.SIGKILL) -> bool:
    with suppress(ProcessLookupError):
        os.kill(process, number)
        return True
    return False


class Killer(Watcher):
    """Kills the workers of these steps, or their task manager too, while their jobs run; `hit` are those it met."""

    def __init__(self, cluster: Local, victim: Victim, places: Collection[Place]) -> None:
        self.cluster, self.whole, self.places = cluster, victim == "task manager", places
        self.hit: list[Place] = []
        self._threads: list[threading.Thread] = []

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None:
        if (stage, step) in self.places and missing:
            # Those that wait for a job are frozen, so that it can't be over before they die.
            for worker in self.cluster.workers():
                _send(worker, signal.SIGSTOP)
            self._threads.append(threading.Thread(target=self._kill, args=((stage, step),)))
            self._threads[-1].start()

    def _kill(self, place: Place) -> None:
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            if _runs(place) and (workers := self.cluster.workers()):
                managers = self.cluster.task_managers() if self.whole else []
                sent = [_send(victim) for victim in managers + workers]
                if all(sent):
                    self.hit.append(place)
                return
            time.sleep(TICK)
        for worker in self.cluster.workers():
            _send(worker, signal.SIGCONT)

    def end(self) -> None:
        """Waits for the last kill."""
        for thread in self._threads:
            thread.join()


class Suicide(Watcher):
    """Kills this process while the job of a step runs, or as it begins a step that it computes itself."""

    def __init__(self, place: Place, job: bool) -> None:
        self.place, self.job = place, job

    def step_started(self, stage: str, step: str, missing: int, reused: int) -> None:
        if (stage, step) != self.place:
            return
        if not self.job:
            os.kill(os.getpid(), signal.SIGKILL)
        threading.Thread(target=self._kill, daemon=True).start()

    def _kill(self) -> None:
        while not _runs(self.place):
            time.sleep(TICK)
        os.kill(os.getpid(), signal.SIGKILL)

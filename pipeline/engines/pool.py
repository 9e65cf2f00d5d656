"""The pool of workers beside a task manager of Flink: starts one when a job requests it, and ends it with its order.

    python -m pipeline.engines.pool --port 50000

A worker serves one job after another: the jobs of a run follow upon each other in seconds, and a new process
would import Beam, and its child the kernel's libraries, for each of them.

Beam's own pool ends a worker when it is told to, and a task manager whose job is cancelled while a worker
starts tells nobody: the worker then waits for ever at a port that nobody will use and nobody closes. So this
pool looks for the order itself. That ends a worker that hangs as well, for which a task manager would wait for
180 seconds and then end itself, with all that others run there.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import grpc
from apache_beam.portability.api import beam_fn_api_pb2 as api
from apache_beam.portability.api import beam_fn_api_pb2_grpc as services

from pipeline.engines.process import Child
from pipeline.engines.worker import ATTEMPTS, BEAT, ordered
from pipeline.store.store import Store

LEAVE = 1.0  # seconds within which a worker reports the end of its job
SOON = 0.2  # seconds within which a signal takes effect
REST = 15.0  # seconds for which a worker without a job is kept for the next


@dataclass(eq=False)
class Worker:
    """A process, the name and the port that a task manager gave it, and the order that it works for."""

    name: str
    port: str
    store: Store
    order: str
    process: Child
    starts: int = 1
    missed: bool = False  # whether the order was gone at the last look
    over: float | None = None  # when the pool was notified that its job has ended

    def serve(self) -> None:
        """Has the process connect to the task manager."""
        self.process.say({"port": self.port, "name": self.name})

    def needed(self) -> bool:
        """Whether its order exists, or did until now, so that a job that is done may end by itself."""
        with suppress(Exception):  # an unreachable store says nothing about the order
            missed, self.missed = self.missed, not ordered(self.store, self.order)
            return not (missed and self.missed)
        return True

    def served(self) -> bool:
        """Whether the process has left its job, and could take another."""
        with suppress(EOFError):
            return self.process.hear(0) is not None
        return False


@dataclass(eq=False)
class Pool(services.BeamFnExternalWorkerPoolServicer):
    """The workers of one task manager."""

    workers: list[Worker] = field(default_factory=list)  # that have a job
    idle: list[tuple[Child, float]] = field(default_factory=list)  # the others, and since when

    def __post_init__(self) -> None:
        self._lock = threading.RLock()  # requests of jobs come in threads of their own
        # A process ends with the thread that started it.
        self._starter = ThreadPoolExecutor(1, "workers")

    def StartWorker(self, request: api.StartWorkerRequest, context: Any) -> api.StartWorkerResponse:
        """Assigns a worker to an order that exists; an error ends the job, with one sentence."""
        url, order = request.params["store"], request.params["order"]
        try:
            store = Store(url)
            if not ordered(store, order):
                return api.StartWorkerResponse(
                    error=f"no order there: do the workers see the store at {url}?"
                )
            self._wait_for_those_who_leave()
            with self._lock:
                self.end(request.worker_id)  # a task manager that came back gives names again
                process = self._take()
                worker = Worker(
                    request.worker_id, request.control_endpoint.url, store, order, process
                )
                worker.serve()
                self.workers.append(worker)
        except Exception as error:
            return api.StartWorkerResponse(error=f"the pool starts no worker: {error!r}")
        return api.StartWorkerResponse()

    def StopWorker(self, request: api.StopWorkerRequest, context: Any) -> api.StopWorkerResponse:
        """Takes back a worker whose job has ended: the worker reports when it has left the job."""
        with self._lock:
            for worker in self.workers:
                if worker.name == request.worker_id:
                    worker.over = time.monotonic()
        return api.StopWorkerResponse()

    def look(self) -> None:
        """Ends the workers whose order is gone, and restarts those that died before

        they answered. A task manager waits for those forever; the job of a worker that had answered fails by itself.
        """
        with self._lock:
            now = time.monotonic()
            self._release()
            for worker in list(self.workers):
                late = worker.over is not None and now - worker.over > LEAVE
                if late or not worker.needed():
                    self._end(worker)
                elif (
                    worker.starts < ATTEMPTS
                    and not worker.missed
                    and worker.over is None
                    and worker.process.ended() is not None
                ):
                    worker.process.end()
                    worker.process = self._begin()
                    worker.starts += 1
                    worker.serve()
            for process, since in list(self.idle):
                if now - since > REST or process.ended() is not None:
                    self.idle.remove((process, since))
                    process.end()

    def end(self, name: str | None = None) -> None:
        """Ends the worker of that name, or all."""
        with self._lock:
            for worker in list(self.workers):
                if name in (None, worker.name):
                    self._end(worker)
            while name is None and self.idle:
                self.idle.pop()[0].end()

    def _end(self, worker: Worker) -> None:
        worker.process.end()
        self.workers.remove(worker)

    def _wait_for_those_who_leave(self) -> None:
        """A job asks for workers while those of the one before it are leaving."""
        end = time.monotonic() + LEAVE
        while time.monotonic() < end:
            with self._lock:
                self._release()
                if self.idle or all(worker.over is None for worker in self.workers):
                    return
            time.sleep(0.01)

    def _release(self) -> None:
        """Lays aside for the next job those who have left theirs, and buries those who died of it."""
        for worker in list(self.workers):
            if worker.over is None:
                continue
            if worker.served():
                self.workers.remove(worker)
                self.idle.append((worker.process, time.monotonic()))
            elif worker.process.ended() is not None:
                self._end(worker)

    def _take(self) -> Child:
        while self.idle:
            process, _ = self.idle.pop()
            if process.ended() is None:
                return process
            process.end()
        return self._begin()

    def _begin(self) -> Child:
        started = self._starter.submit(Child, "pipeline.engines.harness", sys.stderr.buffer)
        return started.result()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    # Noted, not raised: an exception amid `poll` would keep the lock that the next `wait` needs.
    requests: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: requests.append(number))
    pool, server = Pool(), grpc.server(ThreadPoolExecutor())
    services.add_BeamFnExternalWorkerPoolServicer_to_server(pool, server)  # type: ignore[no-untyped-call]
    # A task manager's own ports are on loopback too, so its workers can be nowhere else.
    server.add_insecure_port(f"localhost:{arguments.port}")
    server.start()
    looked = time.monotonic()
    while not requests:
        time.sleep(SOON)
        if time.monotonic() - looked >= BEAT:
            pool.look()
            looked = time.monotonic()
    server.stop(0)
    pool.end()


if __name__ == "__main__":
    main()

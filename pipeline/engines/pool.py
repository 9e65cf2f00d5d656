"""The pool of workers beside a task manager of Flink: starts them as jobs ask, ends them with their order.

    python -m pipeline.engines.pool --port 50000

Beam's own pool ends a worker when it is told to, and a task manager whose job is cancelled while a worker
starts tells nobody: the worker then waits for ever at a port that nobody will use and nobody closes. So this
pool looks for the order itself. That ends a worker that hangs as well, for which a task manager would wait for
180 seconds and then end itself, with all that others run there.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import grpc
from apache_beam.portability.api import beam_fn_api_pb2 as api
from apache_beam.portability.api import beam_fn_api_pb2_grpc as services

from pipeline.engines.worker import ATTEMPTS, BEAT, ordered
from pipeline.store.store import Store

HARNESS = """
import sys
from apache_beam.runners.worker.sdk_worker import SdkHarness
SdkHarness(sys.argv[1], worker_id=sys.argv[2], data_buffer_time_limit_ms=-1).run()
"""


@dataclass(eq=False)
class Worker:
    """A process, the name and the port that a task manager gave it, and the order that it works for."""

    name: str
    port: str
    store: Store
    order: str
    process: subprocess.Popen[bytes] = field(init=False)
    starts: int = 0
    missed: bool = False  # whether the order was gone at the last look

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HARNESS, self.port, self.name], stdout=sys.stderr
        )
        self.starts += 1

    def needed(self) -> bool:
        """Whether its order stands, or was just there, so that a job that is done may end by itself."""
        with suppress(Exception):  # a store that is away for a moment says nothing of the order
            missed, self.missed = self.missed, not ordered(self.store, self.order)
            return not (missed and self.missed)
        return True


class Pool(services.BeamFnExternalWorkerPoolServicer):
    """The workers of one task manager."""

    def __init__(self) -> None:
        self.workers: set[Worker] = set()

    def StartWorker(self, request: api.StartWorkerRequest, context: Any) -> api.StartWorkerResponse:
        """Starts a worker for an order that stands; what is wrong ends the job, as one sentence."""
        url, order = request.params["store"], request.params["order"]
        try:
            self.end(request.worker_id)  # a task manager that came back gives the same names again
            store = Store(url)
            if not ordered(store, order):
                return api.StartWorkerResponse(
                    error=f"no order there: do the workers see the store at {url}?"
                )
            worker = Worker(request.worker_id, request.control_endpoint.url, store, order)
            worker.start()
        except Exception as error:
            return api.StartWorkerResponse(error=f"the pool starts no worker: {error!r}")
        self.workers.add(worker)
        return api.StartWorkerResponse()

    def StopWorker(self, request: api.StopWorkerRequest, context: Any) -> api.StopWorkerResponse:
        """Ends a worker whose job has ended."""
        self.end(request.worker_id)
        return api.StopWorkerResponse()

    def look(self) -> None:
        """Ends the workers whose order is gone, and starts those anew that died before.

        A task manager waits for ever for one that never answered; the job of one that did fails by itself.
        """
        for worker in list(self.workers):
            if not worker.needed():
                self._end(worker)
            elif (
                worker.starts < ATTEMPTS and not worker.missed and worker.process.poll() is not None
            ):
                worker.start()

    def end(self, name: str | None = None) -> None:
        """Ends the worker of that name, or all."""
        for worker in list(self.workers):
            if name in (None, worker.name):
                self._end(worker)

    def _end(self, worker: Worker) -> None:
        worker.process.kill()
        worker.process.wait()
        self.workers.discard(worker)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    pool, server = Pool(), grpc.server(ThreadPoolExecutor())
    services.add_BeamFnExternalWorkerPoolServicer_to_server(pool, server)  # type: ignore[no-untyped-call]
    # A task manager's own ports are on loopback too, so its workers can be nowhere else.
    server.add_insecure_port(f"localhost:{arguments.port}")
    server.start()
    with suppress(KeyboardInterrupt):
        while True:
            time.sleep(BEAT)
            pool.look()
    server.stop(0)
    pool.end()


if __name__ == "__main__":
    main()

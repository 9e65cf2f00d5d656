"""The pool ends each worker with its order, whatever the task manager says or forgets."""

from __future__ import annotations

import os
import queue
import socket
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from apache_beam.portability.api import beam_fn_api_pb2 as api
from apache_beam.portability.api import beam_fn_api_pb2_grpc as services

from pipeline.engines.pool import Pool
from pipeline.store.store import Store
from tests.pipeline.chain import ROOT
from tests.pipeline.engines.contract import until
from tests.ports import free_port
from tests.processes import begin

ORDER = "tmp/order"
# 127.0.0.1, the same as IPv6 writes it, and ::1; all in the byte order of Linux's tables.
LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}


@pytest.fixture
def pool() -> Iterator[Pool]:
    pool = Pool()
    yield pool
    pool.end()


@pytest.fixture
def silent() -> Iterator[str]:
    """The port of a task manager that has forgotten its worker: open, and nobody speaks."""
    with socket.create_server(("localhost", 0)) as server:
        yield f"localhost:{server.getsockname()[1]}"


@pytest.fixture
def start_request(store: Store, silent: str) -> api.StartWorkerRequest:
    """What a task manager asks for an order that stands."""
    store.write_json(f"{ORDER}/order.json", {})
    return api.StartWorkerRequest(
        worker_id="1-1",
        control_endpoint={"url": silent},
        params={"store": store.url, "order": ORDER},
    )


def test_a_worker_ends_when_its_order_is_gone(
    pool: Pool, store: Store, start_request: api.StartWorkerRequest
) -> None:
    assert pool.StartWorker(start_request, None).error == ""
    (worker,) = pool.workers
    for _ in range(3):
        pool.look()
    assert worker.process.ended() is None
    store.backend.remove(ORDER)
    pool.look()  # for a moment its job may end by itself
    assert worker.process.ended() is None
    pool.look()
    assert worker.process.ended() == "by SIGKILL"
    assert not pool.workers


def test_a_store_that_does_not_answer_ends_nobody(
    pool: Pool, store: Store, start_request: api.StartWorkerRequest
) -> None:
    pool.StartWorker(start_request, None)
    (worker,) = pool.workers
    store.backend.remove(ORDER)
    Path(store.url, ORDER).symlink_to("order")  # a loop: neither there nor not there
    for _ in range(3):
        pool.look()
    assert worker.process.ended() is None


def test_no_worker_starts_without_an_order(
    pool: Pool, store: Store, start_request: api.StartWorkerRequest
) -> None:
    store.backend.remove(ORDER)
    assert (
        f"do the workers see the store at {store.url}?"
        in pool.StartWorker(start_request, None).error
    )
    start_request.params["store"] = "nowhere://store"
    assert "the pool starts no worker: " in pool.StartWorker(start_request, None).error
    assert not pool.workers


def test_a_worker_that_died_is_started_anew_while_its_order_stands(
    pool: Pool, store: Store, start_request: api.StartWorkerRequest
) -> None:
    pool.StartWorker(start_request, None)
    (worker,) = pool.workers
    begun = []
    for _ in range(5):
        begun.append(worker.process.pid)
        worker.process.end()
        pool.look()
    assert len(set(begun)) == 3  # then it is left, and the engine misses it
    store.backend.remove(ORDER)
    pool.look()
    pool.look()
    assert not pool.workers


def test_a_name_given_again_ends_its_bearer(
    pool: Pool, start_request: api.StartWorkerRequest
) -> None:
    pool.StartWorker(start_request, None)
    (first,) = pool.workers
    pool.StartWorker(start_request, None)
    (second,) = pool.workers
    assert first is not second and first.process.ended() is not None
    assert second.process.ended() is None


def test_a_worker_that_does_not_leave_its_job_is_ended(
    pool: Pool, start_request: api.StartWorkerRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool.StartWorker(start_request, None)
    (worker,) = pool.workers
    monkeypatch.setattr("pipeline.engines.pool.LEAVE", 0.0)
    pool.StopWorker(api.StopWorkerRequest(worker_id="another"), None)
    pool.look()
    assert worker.process.ended() is None
    pool.StopWorker(api.StopWorkerRequest(worker_id="1-1"), None)
    pool.look()
    assert worker.process.ended() == "by SIGKILL" and not pool.workers and not pool.idle


def test_a_worker_that_left_its_job_takes_the_next_and_is_not_kept_for_long(
    pool: Pool, store: Store, start_request: api.StartWorkerRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.engines.pool.LEAVE", 60.0)
    manager, server = Manager(), grpc.server(ThreadPoolExecutor())
    services.add_BeamFnControlServicer_to_server(manager, server)  # type: ignore[no-untyped-call]
    start_request.control_endpoint.url = f"localhost:{server.add_insecure_port('localhost:0')}"
    server.start()
    processes = []
    for _ in range(2):
        pool.StartWorker(start_request, None)
        (worker,) = pool.workers
        processes.append(worker.process)
        over = manager.jobs.get(timeout=500)
        pool.StopWorker(api.StopWorkerRequest(worker_id="1-1"), None)
        pool.look()
        assert pool.workers == [worker]  # it has not left
        over.set()
        until(lambda: pool.look() or pool.idle)
    server.stop(0)
    assert processes[0] is processes[1] and processes[0].ended() is None and not pool.workers
    monkeypatch.setattr("pipeline.engines.pool.REST", 0.0)
    pool.look()
    assert not pool.idle and processes[0].ended() == "by SIGKILL"


class Manager(services.BeamFnControlServicer):
    """A task manager whose jobs have no work: each ends, for its worker, when the event is set that is put here."""

    def __init__(self) -> None:
        self.jobs: queue.SimpleQueue[threading.Event] = queue.SimpleQueue()

    def Control(self, request_iterator: Any, context: Any) -> Iterator[api.InstructionRequest]:
        over = threading.Event()
        self.jobs.put(over)
        over.wait(500)
        yield from ()


def test_it_listens_on_this_machine_alone_and_ends_with_its_workers(
    start_request: api.StartWorkerRequest,
) -> None:
    port = free_port()
    command = [sys.executable, "-m", "pipeline.engines.pool", f"--port={port}"]
    process = begin(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        with grpc.insecure_channel(f"localhost:{port}") as channel:
            stub = services.BeamFnExternalWorkerPoolStub(channel)
            assert stub.StartWorker(start_request, wait_for_ready=True, timeout=500).error == ""
        addresses = listening(port)
        (worker,) = children(process.pid)
        process.terminate()
        assert process.wait(500) == 0
        assert not Path(f"/proc/{worker}").exists()
    finally:
        process.kill()
    assert addresses and addresses <= LOOPBACK


def listening(port: int) -> set[str]:
    """The addresses at which a port of this machine is open, as Linux writes them."""
    ports = set()
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            if state == "0A" and int(local.partition(":")[2], 16) == port:
                ports.add(local.partition(":")[0])
    return ports


def children(parent: int) -> list[int]:
    """The processes that another started."""
    tasks = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]

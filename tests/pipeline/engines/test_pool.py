"""The pool ends each worker with its order, whatever the task manager says or forgets."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from apache_beam.portability.api import beam_fn_api_pb2 as api

from pipeline.engines.pool import Pool
from pipeline.store.store import Store
from tests.pipeline.chain import ROOT

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
def asked(store: Store, silent: str) -> api.StartWorkerRequest:
    """What a task manager asks for an order that stands."""
    store.write_json(f"{ORDER}/order.json", {})
    return api.StartWorkerRequest(
        worker_id="1-1",
        control_endpoint={"url": silent},
        params={"store": store.url, "order": ORDER},
    )


def test_a_worker_ends_when_its_order_is_gone(
    pool: Pool, store: Store, asked: api.StartWorkerRequest
) -> None:
    assert pool.StartWorker(asked, None).error == ""
    (worker,) = pool.workers
    for _ in range(3):
        pool.look()
    assert worker.process.poll() is None
    store.backend.remove(ORDER)
    pool.look()  # for a moment its job may end by itself
    assert worker.process.poll() is None
    pool.look()
    assert worker.process.returncode == -signal.SIGKILL
    assert not pool.workers


def test_a_store_that_does_not_answer_ends_nobody(
    pool: Pool, store: Store, asked: api.StartWorkerRequest
) -> None:
    pool.StartWorker(asked, None)
    (worker,) = pool.workers
    store.backend.remove(ORDER)
    Path(store.url, ORDER).symlink_to("order")  # a loop: neither there nor not there
    for _ in range(3):
        pool.look()
    assert worker.process.poll() is None


def test_no_worker_starts_without_an_order(
    pool: Pool, store: Store, asked: api.StartWorkerRequest
) -> None:
    store.backend.remove(ORDER)
    assert f"do the workers see the store at {store.url}?" in pool.StartWorker(asked, None).error
    asked.params["store"] = "nowhere://store"
    assert "the pool starts no worker: " in pool.StartWorker(asked, None).error
    assert not pool.workers


def test_a_worker_that_died_is_started_anew_while_its_order_stands(
    pool: Pool, store: Store, asked: api.StartWorkerRequest
) -> None:
    pool.StartWorker(asked, None)
    (worker,) = pool.workers
    begun = []
    for _ in range(5):
        begun.append(worker.process.pid)
        worker.process.kill()
        worker.process.wait()
        pool.look()
    assert len(set(begun)) == 3  # then it is left, and the engine misses it
    store.backend.remove(ORDER)
    pool.look()
    pool.look()
    assert not pool.workers


def test_a_name_given_again_ends_its_bearer(pool: Pool, asked: api.StartWorkerRequest) -> None:
    pool.StartWorker(asked, None)
    (first,) = pool.workers
    pool.StartWorker(asked, None)
    (second,) = pool.workers
    assert first is not second and first.process.poll() is not None
    pool.StopWorker(api.StopWorkerRequest(worker_id="another"), None)
    assert second.process.poll() is None
    pool.StopWorker(api.StopWorkerRequest(worker_id="1-1"), None)
    assert second.process.poll() is not None and not pool.workers


def test_it_listens_on_this_machine_alone_and_ends_with_its_workers(
    asked: api.StartWorkerRequest,
) -> None:
    import grpc
    from apache_beam.portability.api import beam_fn_api_pb2_grpc as services

    with socket.create_server(("localhost", 0)) as server:
        port = server.getsockname()[1]
    command = [sys.executable, "-m", "pipeline.engines.pool", f"--port={port}"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        with grpc.insecure_channel(f"localhost:{port}") as channel:
            stub = services.BeamFnExternalWorkerPoolStub(channel)
            assert stub.StartWorker(asked, wait_for_ready=True, timeout=60).error == ""
        addresses = listening(port)
        (worker,) = children(process.pid)
        process.terminate()
        assert process.wait(20) == 0
        assert not Path(f"/proc/{worker}").exists()
    finally:
        process.kill()
    assert addresses and addresses <= LOOPBACK


def listening(port: int) -> set[str]:
    """The addresses at which a port of this machine is open, as Linux writes them."""
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            if state == "0A" and int(local.partition(":")[2], 16) == port:
                found.add(local.partition(":")[0])
    return found


def children(parent: int) -> list[int]:
    """The processes that another started."""
    tasks = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]

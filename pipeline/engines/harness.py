"""A worker of the pool: serves one job of Beam after another, so that what was imported and its children stay warm."""

from __future__ import annotations

import logging
import threading

import grpc
from apache_beam.runners.worker.sdk_worker import SdkHarness

from pipeline.engines import worker
from pipeline.engines.process import Parent


def main() -> None:
    """Runs until the pool ends it, a task manager is lost, or a job ends before its shard: then that ends too."""
    # A task manager that ends a job cuts off the worker's data before it says so, and Beam logs a page about it.
    logging.getLogger("apache_beam.runners.worker.data_plane").setLevel(logging.CRITICAL)
    threading.excepthook = _tell
    parent = Parent()
    for order in parent.orders():
        try:
            SdkHarness(order["port"], worker_id=order["name"], data_buffer_time_limit_ms=-1).run()
        except grpc.RpcError as error:
            # It is logged again where the harness closes that connection.
            if not _cut(error):
                raise
        if worker.at_work:
            return
        parent.tell(served=order["name"])


def _tell(thread: threading.ExceptHookArgs) -> None:
    """Writes what broke a thread, but for a call that the other side has ended."""
    if not _cut(thread.exc_value):
        threading.__excepthook__(thread)


def _cut(error: BaseException | None) -> bool:
    return isinstance(error, grpc.Call) and error.code() is grpc.StatusCode.CANCELLED


if __name__ == "__main__":
    main()

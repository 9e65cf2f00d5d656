"""The heartbeat of a flow run, by which the server knows that it is alive; none is sent while it waits for a person.

Prefect's own go on over a pause: after an outage of the server a run that only waits would be taken for dead. One at
work is taken for dead all the same when the server comes back after a long silence, and says then that it is not.
With each sign the run looks itself whether it was cancelled: the worker, which else would tell it, gives up looking for
good when its third look in a row fails (Prefect 3.9: `critical_service_loop` under `ObservationDelivery`).
"""

from __future__ import annotations

import contextvars
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

import httpx
from prefect import runtime
from prefect.client.orchestration import get_client
from prefect.events import emit_event
from prefect.exceptions import PrefectException
from prefect.settings import PREFECT_API_URL
from prefect.states import Cancelling, Running

from flows.server.recording import answers

ALIVE = "tahona.flow-run.alive"
WAITS = "tahona.flow-run.waits"  # the last sign before a pause: none is to be expected
EVERY = 30  # seconds between two signs
END = 10  # seconds that a last sign may take
TAG = "tahona"  # of every run of ours


class Heartbeat:
    """Sends a heartbeat of the flow run at intervals, from a thread of its own, while the block runs.

    A cancellation that is seen twice, and that did not reach the run meanwhile (`stop` is not set), is
    passed on by SIGTERM, as a worker does; `cancelled` shows it.
    """

    def __init__(self, stop: threading.Event) -> None:
        self.cancelled = False
        self._stop = stop
        self._seen = False  # the last look saw a cancellation
        self._run = UUID(runtime.flow_run.id)
        self._resource = {"prefect.resource.id": f"prefect.flow-run.{self._run}"}
        self._over = threading.Event()
        self._awake = threading.Lock()  # held while no heartbeat is due
        # By which Prefect finds the run, its tags and its server.
        context = contextvars.copy_context()
        self._thread = threading.Thread(target=context.run, args=(self._give,), daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(END)  # so that how the run ended is the last word

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """For a pause, however long."""
        with self._awake:
            self._sign(WAITS)
            yield

    def _sign(self, event: str) -> None:
        # Of an event about the run itself Prefect adds all that it is related to but its tags.
        tag = {"prefect.resource.id": f"prefect.tag.{TAG}", "prefect.resource.role": "tag"}
        emit_event(event, self._resource, related=[tag])

    def _give(self) -> None:
        while not self._over.is_set():
            with self._awake:
                self._sign(ALIVE)
                with suppress(httpx.HTTPError, PrefectException):
                    self._look()
            self._over.wait(EVERY)

    def _look(self) -> None:
        """What only the server knows of this run: that it counts as dead, though it works, or is to end."""
        if not answers(str(PREFECT_API_URL.value())):  # the client would wait for it
            return
        with get_client(sync_client=True) as client:
            state = client.read_flow_run(self._run).state
            ends = state is not None and state.is_cancelling()
            if state and state.is_crashed() and not self._over.is_set():
                # Taken for dead after it was cancelled, it is to end all the same.
                ends = any(s.is_cancelling() for s in client.read_flow_run_states(self._run))
                client.set_flow_run_state(
                    self._run, Cancelling() if ends else Running(), force=True
                )
        heard = self._stop.is_set() or self._over.is_set()
        if ends and self._seen and not heard:
            self.cancelled = True
            self._over.set()
            os.kill(os.getpid(), signal.SIGTERM)
        self._seen = ends

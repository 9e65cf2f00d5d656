"""Signs of life of a flow run, by which the server knows that it works; none is owed while a person is awaited.

Prefect's own go on over a pause: after an outage of the server a run that only waits would be taken for dead.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from prefect import runtime
from prefect.events import emit_event

ALIVE = "tahona.flow-run.alive"
WAITS = "tahona.flow-run.waits"  # the last sign before a pause: none is to be expected
EVERY = 30  # seconds between two signs
TAG = "tahona"  # of every run of ours


class Signs:
    """Gives a sign of life of the flow run now and then, from a thread of its own, while the block runs."""

    def __init__(self) -> None:
        self._resource = {"prefect.resource.id": f"prefect.flow-run.{runtime.flow_run.id}"}
        self._over = threading.Event()
        self._awake = threading.Lock()  # held while no sign is owed
        context = (
            contextvars.copy_context()
        )  # by which Prefect finds the run, its tags and its server
        self._thread = threading.Thread(target=context.run, args=(self._give,), daemon=True)

    def __enter__(self) -> Signs:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    @contextmanager
    def none_owed(self) -> Iterator[None]:
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
            self._over.wait(EVERY)

"""A lock where the death of a process goes unnoticed: an object that its owner renews, and others take when it ages."""

from __future__ import annotations

import functools
import json
import os
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import TahonaError, UsageError
from pipeline.store.backend import alive, machine
from pipeline.store.owner import signature
from pipeline.store.remote import RemoteBackend, Seen

_CLOCK = 2.0  # stores date their objects to the second


def lease_seconds() -> float:
    """How long a lease holds that is not renewed (TAHONA_LEASE, else 60); a third of it between renewals."""
    text = os.environ.get("TAHONA_LEASE", "60")
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if seconds <= 0:
        raise UsageError(f"TAHONA_LEASE is {text!r}: give a number of seconds")
    return seconds


@dataclass
class Lease:
    """One object, `path`, that names the owner of a lock; `lost` is called once when another took it."""

    backend: RemoteBackend
    path: str
    lost: Callable[[], None]
    run: str | None = None  # that takes it
    seconds: float = field(default_factory=lease_seconds)
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    _tag: str = ""
    _renewals: int = 0
    _signature: dict[str, Any] = field(default_factory=dict)
    _end: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def take(self) -> Seen | None:
        """Takes the lease, and returns None; or the living lease of another."""
        self._signature = signature(self.run)
        while (tag := self.backend.put_if(self.path, self._record(), None)) is None:
            seen = self.backend.look(self.path)
            if seen is None:
                continue  # given back in between
            if self._is_ours(seen):  # the answer to our success was lost
                tag = seen.tag
                break
            if living(self.backend, self.path, seen):
                return seen
            tag = self.backend.put_if(self.path, self._record(), seen.tag)
            if tag is not None:
                break
        self._tag = tag
        self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)
        self._thread.start()
        return None

    def give_back(self) -> None:
        """Ends the renewing and removes the object, if it is still ours."""
        self._end.set()
        if self._thread is not None:
            self._thread.join()
        with suppress(TahonaError):  # a store that is away: the lease ends by itself
            self.backend.remove_if(self.path, self._tag)

    def _record(self) -> bytes:
        # The number makes each state of the object another one, with another tag.
        record = {
            **self._signature,
            "host": _here(),
            "token": self.token,
            "seconds": self.seconds,
            "renewals": self._renewals,
        }
        return json.dumps(record).encode()

    def _is_ours(self, seen: Seen) -> bool:
        return _parsed(seen).get("token") == self.token

    def _renew(self) -> None:
        while not self._end.wait(self.seconds / 3):
            self._renewals += 1
            try:
                tag = self.backend.put_if(self.path, self._record(), self._tag)
                if tag is None:
                    seen = self.backend.look(self.path)
                    tag = seen.tag if seen and self._is_ours(seen) else None
            except TahonaError:
                continue  # without the store nothing can be committed; the next attempt decides
            if tag is None:
                self.lost()
                return
            self._tag = tag


def living(backend: RemoteBackend, path: str, seen: Seen) -> bool:
    """Whether the owner of a lease still renews it.

    By the clock of the store, which is one for all. Where the store does not give the age, this
    watches the object until it changes or its time is over.
    """
    record = _parsed(seen)
    if record.get("host") == _here() and not alive(int(record["pid"])):
        return False
    seconds = float(record.get("seconds", lease_seconds()))
    if seen.age is not None:
        return seen.age <= seconds + _CLOCK
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(min(1.0, seconds / 10))
        now = backend.look(path)
        if now is None or now.tag != seen.tag:
            return now is not None
    return False


@functools.cache
def _here() -> str:
    """This machine, until it starts anew: names alone may be those of a hundred clones."""
    with suppress(OSError):
        return f"{machine()}.{Path('/proc/sys/kernel/random/boot_id').read_text().strip()}"
    return f"{machine()}.{uuid.getnode()}"


def _parsed(seen: Seen) -> dict[str, Any]:
    try:
        record = json.loads(seen.data)
        return record if isinstance(record, dict) else {}
    except ValueError:
        return {}  # not written by Tahona: it has an age all the same

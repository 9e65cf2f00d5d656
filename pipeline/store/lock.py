"""Keeps two runs from doing the same work at once; safety never hangs on it, since commits are made once."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import Stopped, TahonaError
from pipeline.store.lease import Lease, lease_seconds, living
from pipeline.store.owner import sentence, signature
from pipeline.store.remote import RemoteBackend
from pipeline.store.store import Store


@contextmanager
def hold(
    store: Store,
    name: str,
    *,
    shared: bool = False,
    wait: bool = True,
    stop: threading.Event | None = None,
    waiting: Callable[[str], None] = lambda owner: None,
    run: str | None = None,
) -> Iterator[bool]:
    """Holds the lock `name` of a store while the block runs; yields whether it is held.

    With `wait` it waits for another owner and calls `waiting` once with a description of the owner;
    without, it yields False. `run` identifies this run to others that wait. In a folder the kernel frees the lock
    of a dead owner; on an object store it is a lease, which another may take when its owner has not
    renewed it for its time. An owner that lost its lease is stopped (`stop` is set), and the Stopped of
    its block becomes a TahonaError.
    """
    locked: _Leased | _Flocked
    if isinstance(store.backend, RemoteBackend):
        locked = _Leased(store.backend, name, shared, stop, run)
    else:
        locked = _Flocked(Path(store.url, f"locks/{name}.lock"), shared, run)
    try:
        owner = locked.attempt()
        if owner is not None and wait:
            waiting(owner)
            pause = threading.Event()
            while (owner := locked.attempt()) is not None:
                if stop is not None and stop.is_set():
                    raise Stopped
                pause.wait(locked.pause)
        yield owner is None
    except Stopped:
        locked.explain()
        raise
    finally:
        locked.free()


def owner(store: Store, name: str) -> str | None:
    """Who holds a lock alone, as far as one can see who may only read; None where it is free."""
    if isinstance(store.backend, RemoteBackend):
        path = f"locks/{name}.lock"
        seen = store.backend.look(path)
        return sentence(seen.data) if seen and living(store.backend, path, seen) else None
    try:
        descriptor = os.open(Path(store.url, f"locks/{name}.lock"), os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        return None if _try(descriptor, fcntl.LOCK_SH) else _holder(descriptor)
    finally:
        os.close(descriptor)


class _Flocked:
    """A lock of the kernel on a file. Where the file system knows none, runs may do work twice, never wrong."""

    pause = 0.2

    def __init__(self, path: Path, shared: bool, run: str | None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        self.shared, self.run = shared, run

    def attempt(self) -> str | None:
        """Takes the lock and returns None, or says who holds it."""
        if not _try(self.descriptor, fcntl.LOCK_SH if self.shared else fcntl.LOCK_EX):
            return _holder(self.descriptor)
        if not self.shared:
            # For others to read; a full disk does not take it, and `prune` must get the lock there.
            with suppress(OSError):
                os.ftruncate(self.descriptor, 0)
                os.pwrite(self.descriptor, json.dumps(signature(self.run)).encode(), 0)
        return None

    def explain(self) -> None:
        """The kernel takes no lock away."""

    def free(self) -> None:
        os.close(self.descriptor)


class _Leased:
    """A lease, `locks/NAME.lock`; those who share it have one each below `locks/NAME.shared/`.

    Each writes its own first and looks for the others then, so that two never overlook each other.
    """

    def __init__(
        self,
        backend: RemoteBackend,
        name: str,
        shared: bool,
        stop: threading.Event | None,
        run: str | None,
    ) -> None:
        self.backend, self.name, self.shared, self.stop, self.run = backend, name, shared, stop, run
        self.alone, self.group = f"locks/{name}.lock", f"locks/{name}.shared"
        self.lease: Lease | None = None
        self.was_lost = False

    @property
    def pause(self) -> float:
        return min(2.0, lease_seconds() / 5) * random.uniform(0.5, 1.0)

    def attempt(self) -> str | None:
        """Takes the lock and returns None, or says who holds it."""
        lease = Lease(self.backend, self.alone, self._lost, self.run)
        if self.shared:
            lease.path = f"{self.group}/{lease.token}.lock"
        owner = lease.take()
        if owner is not None:
            return sentence(owner.data)
        self.lease = lease
        others = [self.alone] if self.shared else self.backend.values(self.group)
        for path in others:
            seen = self.backend.look(path)
            if seen is None:
                continue
            if living(self.backend, path, seen):
                self.free()
                return sentence(seen.data)
            self.backend.remove_if(path, seen.tag)
        return None

    def _lost(self) -> None:
        self.was_lost = True
        if self.stop is not None:
            self.stop.set()

    def explain(self) -> None:
        """Raises the reason why the work was stopped, if a lease was lost."""
        if not self.was_lost:
            return
        if self.stop is not None:
            self.stop.clear()
        error = TahonaError(
            f"this run stood still for too long and lost its lock {self.name} on {self.backend.url}: "
            "run again, what is committed stays"
        )
        error.transient = True
        raise error

    def free(self) -> None:
        if self.lease is not None:
            self.lease.give_back()
            self.lease = None


def _holder(descriptor: int) -> str:
    return sentence(os.pread(descriptor, 2000, 0))


def _try(descriptor: int, mode: int) -> bool:
    try:
        fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
    return True


_NO_LOCKS = {errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP}  # Lustre mounted without them, say

"""Keeps two runs from doing the same work at once; safety never hangs on it, since commits are made once."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipeline.errors import Stopped
from pipeline.store import Store


@contextmanager
def hold(
    store: Store,
    name: str,
    *,
    shared: bool = False,
    wait: bool = True,
    stop: threading.Event | None = None,
    waiting: Callable[[str], None] = lambda owner: None,
) -> Iterator[bool]:
    """Holds the lock `name` of a store on a local disk while the block runs; yields whether it is held.

    With `wait` it waits for another owner and calls `waiting` once with who that is; without, it
    yields False. The kernel frees the lock of a dead owner. A store that is no folder, or whose file
    system knows no locks, has none: its runs may do work twice, never wrong.
    """
    path = store.path(f"locks/{name}.lock")
    if path is None:
        yield True
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        held = _try(descriptor, mode)
        if not held and wait:
            waiting(os.pread(descriptor, 200, 0).decode(errors="replace") or "another process")
            pause = threading.Event()
            while not (held := _try(descriptor, mode)):
                if stop is not None and stop.is_set():
                    raise Stopped
                pause.wait(0.2)
        if held and not shared:
            owner = json.dumps({"host": socket.gethostname(), "pid": os.getpid()})
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, owner.encode(), 0)
        yield held
    finally:
        os.close(descriptor)


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

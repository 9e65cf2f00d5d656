"""One process at a time writes the files of a crawl, whatever started it: a run, a slice, another host."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from pathlib import Path

_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EINVAL}  # of a file system that knows none


class Owned(Exception):
    """The folder is another's; the message says whose."""


def take(folder: Path) -> int:
    """Owns the folder until the descriptor is closed, or this process ends; Owned where another has it."""
    descriptor = os.open(folder / "owner.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.pread(descriptor, 300, 0).decode(errors="replace")
        os.close(descriptor)
        raise Owned(owner or "a process that just began") from None
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            os.close(descriptor)
            raise
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)
    return descriptor

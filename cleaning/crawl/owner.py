"""One process at a time writes the files of a crawl, whatever started it: a run, a slice, another host."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from pathlib import Path

_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EINVAL}  # of a file system that knows none


def take(folder: Path) -> str | None:
    """Owns the folder until this process ends, and returns None; or says who owns it."""
    descriptor = os.open(folder / "owner.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.pread(descriptor, 300, 0).decode(errors="replace")
        os.close(descriptor)
        return owner or "a process that just began"
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)
    return None

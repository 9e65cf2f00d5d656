"""Ports for servers that can't choose one themselves: each is given to one test on this machine, and to no connection.

A port that the kernel chose is free only until it chooses it again, for another test or for a connection that begins
while the server is still starting.
"""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

LOWEST = 21_000  # above the ports at which the jobs of `infra/slurm` meet, which are told by the job's number
# Of the ports that Linux gives to connections.
RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_held: list[IO[str]] = []  # until this process ends


def free_port() -> int:
    """A port of loopback at which nobody listens, and which no other process of tests is given while this one lives."""
    highest = int(RANGE.read_text().split()[0]) if RANGE.exists() else 32_768
    folder = Path(tempfile.gettempdir(), f"tahona-ports-{os.getuid()}")
    folder.mkdir(exist_ok=True)
    ports = list(range(min(LOWEST, highest - 1000), highest))
    random.Random(os.urandom(8)).shuffle(ports)  # the seed of a test chooses nothing here
    for port in ports:
        lock = (folder / str(port)).open("w")
        with suppress(OSError), socket.socket() as free:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("127.0.0.1", port))
            _held.append(lock)
            return port
        lock.close()
    raise OSError("there is no free port")

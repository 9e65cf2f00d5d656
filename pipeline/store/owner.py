"""The owner of a lock: what it writes there, and the sentence for a person who waits."""

from __future__ import annotations

import json
import os
import socket
from datetime import UTC, datetime
from typing import Any


def signature(run: str | None) -> dict[str, Any]:
    """What this process writes into a lock that it takes now, for the run of that name."""
    return {
        "machine": socket.gethostname(),
        "pid": os.getpid(),
        "since": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
        "run": run,
    }


def sentence(data: bytes) -> str:
    """What is written in a lock, in words: process, machine, since when, which run, as far as it is given."""
    try:
        record = json.loads(data)
        where = record.get("machine") or record["host"]
        words = f"process {record['pid']} on {where}"
    except (ValueError, LookupError, TypeError, AttributeError):
        return "another process"  # it is just being written, or not by Tahona
    since, run = record.get("since"), record.get("run")
    return words + (f" since {since}" if since else "") + (f", run {run}" if run else "")

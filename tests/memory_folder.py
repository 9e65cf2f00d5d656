"""Temporary files of the tests in memory, where there is a folder for that.

Hundreds of stores are written and deleted; on ext4 each new file is sought past those deleted in the last seconds.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

FOLDER = Path("/dev/shm")  # Linux; containers often have 64 MB there
ROOM = 6 << 30  # bytes: what a whole run leaves until its end is a gigabyte


def use() -> None:
    """Whatever asks for a temporary folder gets one there, unless TMPDIR names another."""
    if "TMPDIR" not in os.environ and _serves():
        os.environ["TMPDIR"] = str(FOLDER)
        tempfile.tempdir = None  # asked for anew


def _serves() -> bool:
    try:
        system = os.statvfs(FOLDER)
    except OSError:
        return False
    runs = not system.f_flag & (os.ST_NOEXEC | os.ST_RDONLY)  # installed wheels have libraries
    return runs and os.access(FOLDER, os.W_OK) and system.f_bavail * system.f_frsize > ROOM

"""The peers of the benchmarks, in an environment of their own: what they need would break ours.

TAHONA_PEERS names a Python interpreter whose environment holds them (default `.peers/bin/python`); a
benchmark gives null for a peer that is not there. A benchmark runs itself in it as `NAME.py --peer WHAT
FOLDER`: the peer's half, which imports nothing of ours, reads its input from the folder and prints JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("TAHONA_SHARED", ROOT.parent / "shared"))


def peer(benchmark: str, what: str, folder: Path) -> Any | None:
    """What the peer's half of a benchmark prints as its last line; None where the peer isn't installed."""
    python = os.environ.get("TAHONA_PEERS", str(ROOT / ".peers/bin/python"))
    command = [python, benchmark, "--peer", what, str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    if done.returncode and "ModuleNotFoundError" in done.stderr:
        return None
    done.check_returncode()
    return json.loads(done.stdout.splitlines()[-1])

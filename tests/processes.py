"""Processes of tests that end with the tests: whoever kills pytest leaves none of them behind."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from functools import partial
from typing import Any

from pipeline.engines.process import die_with_parent


def begin(
    command: Sequence[Any], ends_by: int = signal.SIGTERM, **options: Any
) -> subprocess.Popen[Any]:
    """A process that is sent `ends_by` when the thread that calls this ends; `options` are those of Popen."""
    return subprocess.Popen(command, preexec_fn=partial(die_with_parent, ends_by), **options)

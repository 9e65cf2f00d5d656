"""The commands `tahona` of a script run in the process of the tests, which has their imports and children.

The script finds a program of that name, which hands on what it was started with (`tests/hand_on.py`).
"""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from tests import hand_on
from tests.flows.command import inside

LOOK = 0.02  # seconds between two looks whether the script has ended
OF_THE_SHELL = {"_", "OLDPWD", "PATH", "PWD", "SHLVL"}


def run(
    command: list[str], env: dict[str, str], **options: Any
) -> subprocess.CompletedProcess[str]:
    """As `subprocess.run` does; its commands run one at a time in the thread that calls this."""
    with (
        TemporaryDirectory(prefix="commands-") as folder,
        socket.socket(socket.AF_UNIX) as listener,
        ThreadPoolExecutor(1) as waiting,
    ):
        address = Path(folder, "address")
        listener.bind(str(address))
        listener.listen()
        listener.settimeout(LOOK)
        program = Path(folder, "tahona")
        words = (sys.executable, "-I", "-S", hand_on.__file__, str(address))
        program.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        program.chmod(0o700)
        variables = {**env, "PATH": f"{folder}:{env['PATH']}"}
        script = waiting.submit(subprocess.run, command, env=variables, **options)
        while not script.done():
            with suppress(TimeoutError), listener.accept()[0] as line:
                line.setblocking(True)
                line.send(bytes([_answer(hand_on.receive(line))]))
        return script.result()


def _answer(handed: hand_on.Handed) -> int:
    """Does what a command was asked, with its standard files; its exit code."""
    stdin, stdout, stderr = (
        os.fdopen(n, mode) for n, mode in zip(handed.standard, "rww", strict=True)
    )
    variables = {k: v for k, v in handed.environment.items() if k not in OF_THE_SHELL}
    with stdin, stdout, stderr, patch.object(sys, "stdin", stdin):
        done = inside(*handed.words, cwd=Path(handed.folder), **variables)
        stdout.write(done.stdout)
        stderr.write(done.stderr)
    return done.returncode

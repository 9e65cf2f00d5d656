"""A folder that is made once in a run of the tests, and read by the tests of all workers."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def run_folder(factory: pytest.TempPathFactory) -> Path:
    """The folder for temporary files of the whole run, which all workers have."""
    base = factory.getbasetemp()  # of a worker it lies in the one of the run
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def session_folder(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]
) -> Path:
    """A folder that `make` has filled, by whichever worker asked first; the others wait for it.

    All read it, and nobody writes into it: a test that changes something takes a copy.
    """
    return made_once(run_folder(factory), name, make)


def made_once(base: Path, name: str, make: Callable[[Path], None]) -> Path:
    """The same for any process, which knows the folder of the whole run."""
    folder = base / f"shared-{name}"
    with (base / f"shared-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.with_suffix(".done").exists():
            shutil.rmtree(folder, ignore_errors=True)  # of one that failed to make it
            folder.mkdir()
            make(folder)
            folder.with_suffix(".done").touch()
    return folder

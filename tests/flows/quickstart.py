"""The run of quickstart that its tests look at: the longest of all that is run, and begun while tests are collected.

Till they are one processor of two would wait. `python -m tests.flows.quickstart FOLDER` makes it in the folder of a
run of the tests; where it ended without it, the tests make it themselves.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.processes import begin
from tests.session_folder import made_once, run_folder

ROOT = Path(__file__).parents[2]
NAME, ANSWER = "quickstart", "answer.json"
SHORTER = ("--set", "pretrain.steps=35")  # of a hundred: the model must be as good before
# Beside other tests two threads cost a fifth more, and two workers Beam, which others test.
ALONE = ("--set", "run.threads=1", "--set", "run.workers=1")


def make(folder: Path) -> None:
    """The store, and what the run answered."""
    from tests.flows.command import answer

    words = ("run", "quickstart", "--store", str(folder / "store"), *ALONE, *SHORTER)
    (folder / ANSWER).write_text(json.dumps(answer(*words, timeout=1600)))


def start(config: pytest.Config, factory: pytest.TempPathFactory) -> None:
    """Begins it, if all tests are to run; it ends with them."""
    chosen = config.option.keyword or config.option.markexpr
    if config.args_source is config.ArgsSource.TESTPATHS and not chosen:
        command = [sys.executable, "-m", "tests.flows.quickstart", str(run_folder(factory))]
        process = begin(command, cwd=ROOT)
        config.add_cleanup(process.wait)


if __name__ == "__main__":
    made_once(Path(sys.argv[1]), NAME, make)

"""What a person at the terminal is told while a run goes on."""

from __future__ import annotations

import logging
import sys

import pytest

from flows.commands.runs.progress import Terminal
from flows.commands.runs.run import run_recipe
from pipeline.errors import TahonaError


def test_what_a_training_says_is_told_under_its_stage(capsys: pytest.CaptureFixture[str]) -> None:
    terminal, log = Terminal(), logging.getLogger("training.pretrain.loop.guard")
    terminal.stage_started("pretrain")
    log.info("llama, %s parameters", f"{1000:,}")
    log.warning("skipped step %d", 7)
    terminal.close()
    log.warning("skipped step %d", 8)
    assert (
        capsys.readouterr().err == "pretrain: llama, 1,000 parameters\npretrain: skipped step 7\n"
    )


def test_it_is_told_once_where_a_library_logs_too(capsys: pytest.CaptureFixture[str]) -> None:
    root, handler = logging.getLogger(), logging.StreamHandler(sys.stderr)
    root.addHandler(handler)
    try:
        terminal = Terminal()
        terminal.stage_started("pretrain")
        logging.getLogger("training.pretrain.train").info("about to begin")
        terminal.close()
    finally:
        root.removeHandler(handler)
    assert capsys.readouterr().err == "pretrain: about to begin\n"


def test_a_refused_run_leaves_the_log_as_it_was() -> None:
    log = logging.getLogger("training")
    before = list(log.handlers), log.propagate
    with pytest.raises(TahonaError, match="ftp"):
        run_recipe("quickstart", "ftp://nowhere/store")
    assert (list(log.handlers), log.propagate) == before
